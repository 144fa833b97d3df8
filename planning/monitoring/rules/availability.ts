/** Alerts on a deployment's own processes: whether they run, see each other, and run what was configured. */
import type { MonitoredDeployment, RuleGroup } from "../alertRule.ts";
import { alertOf, count, perSecond, rareEvent, select } from "./ruleText.ts";

/** Error types with which a caller learns that nobody answers, or that the ring has no member of the role. */
const unreachable = `error_type=~"serviceerror.(Unavailable|DeadlineExceeded)"`;

/** Roles that the server's processes call each other in. */
const calledRoles = `service_role=~"frontend|history|matching"`;

/** Share of calls to a role that fail before it counts as out of reach. */
const unreachableShare = 0.5;

/** Failed executions per second of one task queue of the server's own workers before it is more than a retry. */
const systemWorkerFailureRate = 0.05;

/** Alerts on the four services' pods. */
export function availabilityRules(target: MonitoredDeployment): RuleGroup {
    const { serverVersion } = target;
    const configured = select(target, "temporal:service_replicas:configured");
    const up = `${select(target, "up")} == 1`;
    const clientRate = (metric: string, matchers: string) =>
        `sum by (service_role) (rate(${select(target, metric, matchers)}[5m]))`;
    const persistenceRate = (metric: string) => `sum(rate(${select(target, metric)}[5m]))`;
    const failures = (metric: string) =>
        `sum by (task_queue) (rate(${select(target, metric, `temporal_service="worker"`)}[15m])) > ${systemWorkerFailureRate}`;
    return {
        name: `temporal.availability.${target.name}`,
        rules: [
            alertOf(target, "TemporalServiceDown", {
                severity: "critical",
                expr: `${configured} unless on (temporal_service) ${up}`,
                for: "2m",
                summary: "No pod of a Temporal service answers.",
                description:
                    "{{ $labels.temporal_service }}: of {{ $value }} configured pods none answers the scrape of its metrics.",
            }),
            alertOf(target, "TemporalServiceReplicasMissing", {
                severity: "warning",
                expr: `${configured} - on (temporal_service) group_left () count by (temporal_service) (${up}) > 0`,
                for: "15m",
                summary: "A Temporal service has fewer pods than configured.",
                description: "{{ $labels.temporal_service }}: configured pods that don't answer: {{ $value }}.",
            }),
            alertOf(target, "TemporalRoleUnreachable", {
                severity: "critical",
                // A database that fails looks the same from afar, and has alerts of its own.
                expr:
                    `label_replace(${clientRate("client_errors", `${calledRoles},${unreachable}`)}` +
                    ` / (${clientRate("client_requests", calledRoles)} > 0), "temporal_service", "$1", "service_role", "(.+)")` +
                    ` > ${unreachableShare} and on (temporal_service) ${up}` +
                    ` unless on () ${persistenceRate("persistence_errors")} / ${persistenceRate("persistence_requests")} > 0.05`,
                for: "3m",
                summary: "The other services don't reach a Temporal service although its pods run.",
                description:
                    "{{ $value | humanizePercentage }} of the calls to {{ $labels.temporal_service }} find no member of its ring, or get no answer.",
            }),
            alertOf(target, "TemporalVersionSkew", {
                severity: "warning",
                expr: `count by (build_version) (count by (pod, build_version) (${select(target, "build_information", `build_version!="${serverVersion}"`)}))`,
                for: "30m",
                summary: "Pods run another server version than the configured one.",
                description: `Pods with server {{ $labels.build_version }} instead of ${serverVersion}: {{ $value }}.`,
            }),
            alertOf(target, "TemporalServicePanic", {
                severity: "critical",
                expr: rareEvent(target, { metric: "service_panics", window: "15m", by: ["service_name"] }),
                summary: "A handler of the server panicked.",
                description: `{{ $labels.service_name }}: panics within 15 minutes: ${count}.`,
            }),
            alertOf(target, "TemporalDynamicConfigRejected", {
                severity: "warning",
                // For a file that doesn't parse the gauge is 1 only until the pod looks at the file again, 10 seconds later
                // (file_based_client.go, Update): few scrapes of few pods see it.
                expr: `count(max by (pod) (max_over_time(${select(target, "dynamic_config_update_failure")}[30m])) > 0)`,
                summary: "Pods can't read their dynamic config file and keep the old values.",
                description:
                    "Pods seen within 30 minutes that can't read their dynamic config file and run with the values of before: {{ $value }}.",
            }),
            alertOf(target, "TemporalCertificateExpiring", {
                severity: "warning",
                expr:
                    `max by (temporal_service) (${select(target, "certificates_expiring")}) > 0` +
                    ` unless max by (temporal_service) (${select(target, "certificates_expired")}) > 0`,
                for: "15m",
                summary: "A TLS certificate of the server expires soon.",
                description:
                    "{{ $labels.temporal_service }}: certificates that expire within the warning window of the server's checks: {{ $value }}.",
            }),
            alertOf(target, "TemporalCertificateExpired", {
                severity: "critical",
                expr: `max by (temporal_service) (${select(target, "certificates_expired")}) > 0`,
                summary: "A TLS certificate of the server has expired.",
                description: "{{ $labels.temporal_service }}: expired certificates: {{ $value }}.",
            }),
            alertOf(target, "TemporalSystemWorkerFailing", {
                severity: "warning",
                expr: `${failures("temporal_activity_execution_failed")} or ${failures("temporal_workflow_task_execution_failed")}`,
                for: "30m",
                summary: "The server's own workers fail.",
                description: `Task queue {{ $labels.task_queue }} of the server's own workers: failures: ${perSecond}.`,
            }),
            alertOf(target, "TemporalSystemWorkerNotPolling", {
                severity: "warning",
                expr: `sum by (temporal_namespace, taskqueue) (rate(${select(target, "no_poller_tasks", `taskqueue=~"default-worker-tq|temporal-sys-.*"`)}[5m])) > 0`,
                for: "10m",
                summary: "Nobody polls a task queue of the server's own workers.",
                description:
                    "Task queue {{ $labels.taskqueue }} of namespace {{ $labels.temporal_namespace }} gets tasks, and no worker service polls it.",
            }),
        ],
    };
}
