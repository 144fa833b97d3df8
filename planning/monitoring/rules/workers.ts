/**
 * What workers tell of themselves through the SDK. Of a fault that the server sees too, such as non-deterministic code, a
 * throttled namespace or a queue without pollers, the server's alert speaks, since it knows every SDK and every worker.
 */
import type { AlertRule, MonitoredDeployment, RuleGroup } from "../alertRule.ts";
import { alertOf, quantile, select } from "./ruleText.ts";

/**
 * Failures that don't go away by themselves: of the network, of credentials, of versions, of the server. TypeScript, Python,
 * .NET and Ruby call it TRANSPORT_ERROR when nothing answers at the address.
 */
const lastingFailures = "TRANSPORT_ERROR|UNAVAILABLE|UNAUTHENTICATED|PERMISSION_DENIED|UNIMPLEMENTED|INTERNAL";

/** Alerts on the workers of one deployment, in whichever Kubernetes namespace they run. */
export function workerRules(target: MonitoredDeployment): RuleGroup {
    return {
        name: `temporal.workers.${target.name}`,
        rules: [
            ...starting(target),
            ...capacity(target),
            ...requests(target),
            ...execution(target),
            ...observability(target),
        ],
    };
}

/** A selector of the workers' series; the server's own workers export the same metrics. */
function ofWorkers(target: MonitoredDeployment, metric: string, matchers = ""): string {
    const own = 'temporal_service="sdk-worker"';
    return select(target, metric, matchers ? `${own},${matchers}` : own);
}

/** Events per second. SDKs append `_total` or not: TypeScript's up to 1.22 doesn't even if told to. */
function rateOf(target: MonitoredDeployment, counter: string, window: string, matchers = ""): string {
    const forms = [`${counter}_total`, counter];
    return forms.map((name) => `rate(${ofWorkers(target, name, matchers)}[${window}])`).join(" or ");
}

function starting(target: MonitoredDeployment): readonly AlertRule[] {
    const delay = (kind: string) =>
        quantile(target, 0.95, {
            metric: `temporal_${kind}_schedule_to_start_latency_seconds_bucket`,
            matchers: 'temporal_service="sdk-worker"',
            window: "5m",
            by: ["temporal_namespace", "task_queue"],
        });
    const queue = "task queue {{ $labels.task_queue }} of namespace {{ $labels.temporal_namespace }}";
    return [
        alertOf(target, "TemporalWorkerWorkflowTasksStartLate", {
            severity: "warning",
            expr: `${delay("workflow_task")} > 0.5`,
            for: "10m",
            summary: "Workers start workflow tasks late.",
            description: `5 % of the workflow tasks of ${queue} wait {{ $value | humanizeDuration }} or longer for a worker.`,
        }),
        alertOf(target, "TemporalWorkerActivitiesStartLate", {
            severity: "warning",
            expr: `${delay("activity")} > 1`,
            for: "10m",
            summary: "Workers start activities late.",
            description: `5 % of the activities of ${queue} wait {{ $value | humanizeDuration }} or longer for a worker.`,
        }),
    ];
}

function capacity(target: MonitoredDeployment): readonly AlertRule[] {
    const queue = "temporal_namespace, task_queue";
    const free = `sum by (${queue}, worker_type) (${ofWorkers(target, "temporal_worker_task_slots_available")}) == 0`;
    const used = `sum by (${queue}, worker_type) (${ofWorkers(target, "temporal_worker_task_slots_used")})`;
    // The pollers of sticky queues serve only workflows that a worker has in its cache.
    const pollers = ofWorkers(target, "temporal_num_pollers", 'poller_type=~"workflow_task|activity_task"');
    return [
        alertOf(target, "TemporalWorkerSlotsExhausted", {
            severity: "warning",
            // The value is how many are in use; suppliers that size themselves don't tell what is free.
            expr: `${used} > 0 and ${free}`,
            for: "10m",
            summary: "All workers of a task queue are full.",
            description:
                "All {{ $value }} slots ({{ $labels.worker_type }}) of the workers of task queue {{ $labels.task_queue }}, namespace " +
                "{{ $labels.temporal_namespace }}, are in use.",
        }),
        alertOf(target, "TemporalWorkerStoppedPolling", {
            severity: "warning",
            expr: `sum by (${queue}, poller_type) (${pollers}) == 0`,
            for: "5m",
            summary: "Workers run but ask for no tasks.",
            description:
                "No worker of task queue {{ $labels.task_queue }}, namespace {{ $labels.temporal_namespace }}, polls as " +
                "{{ $labels.poller_type }}, although their pods run.",
        }),
    ];
}

function requests(target: MonitoredDeployment): readonly AlertRule[] {
    const lasting = `status_code=~"${lastingFailures}"`;
    const lost = 'status_code="NOT_FOUND",operation=~"Respond(Workflow|Activity)Task(Completed|Failed)"';
    const failed = ["temporal_request_failure", "temporal_long_request_failure"]
        .map((counter) => rateOf(target, counter, "5m", lasting))
        .join(" or ");
    return [
        alertOf(target, "TemporalWorkerRequestsFail", {
            severity: "warning",
            expr: `sum by (temporal_namespace, status_code) (${failed}) > 0.1`,
            for: "5m",
            summary: "Calls of workers to the server fail.",
            description:
                '{{ $value | printf "%.2f" }} calls per second of workers of namespace {{ $labels.temporal_namespace }} fail with ' +
                "{{ $labels.status_code }}.",
        }),
        alertOf(target, "TemporalWorkerResultsTooLate", {
            severity: "warning",
            expr: `sum by (temporal_namespace, operation) (${rateOf(target, "temporal_request_failure", "5m", lost)}) > 0.1`,
            for: "10m",
            summary: "Workers deliver results that the server no longer waits for.",
            description:
                '{{ $value | printf "%.2f" }} calls of {{ $labels.operation }} per second in namespace {{ $labels.temporal_namespace }} come ' +
                "after the task's timeout.",
        }),
    ];
}

function execution(target: MonitoredDeployment): readonly AlertRule[] {
    const queue = "by (temporal_namespace, task_queue)";
    const latency = "temporal_workflow_task_execution_latency_seconds";
    const rate = (metric: string, matchers = "") =>
        `sum ${queue} (rate(${ofWorkers(target, `${latency}_${metric}`, matchers)}[5m]))`;
    const activity = "by (temporal_namespace, task_queue, activity_type)";
    const failed = `sum ${activity} (${rateOf(target, "temporal_activity_execution_failed", "15m")})`;
    const tried = `sum ${activity} (rate(${ofWorkers(target, "temporal_activity_execution_latency_seconds_count")}[15m]))`;
    const misses = `sum ${queue} (${rateOf(target, "temporal_sticky_cache_miss", "15m")})`;
    const hits = `sum ${queue} (${rateOf(target, "temporal_sticky_cache_hit", "15m")})`;
    return [
        alertOf(target, "TemporalWorkerWorkflowTasksSlow", {
            severity: "warning",
            // Core's histogram ends at 1 s, so a quantile above could never be seen.
            expr: `1 - ${rate("bucket", 'le="0.5"')} / ${rate("count")} > 0.05`,
            for: "10m",
            summary: "Workflow code takes long over a task.",
            description:
                "{{ $value | humanizePercentage }} of the workflow tasks of task queue {{ $labels.task_queue }}, namespace " +
                "{{ $labels.temporal_namespace }}, take more than 500 ms of a worker.",
        }),
        alertOf(target, "TemporalWorkerActivitiesFail", {
            severity: "warning",
            expr: `${failed} / (${tried} > 0.1) > 0.5`,
            for: "15m",
            summary: "Most attempts of an activity fail.",
            description:
                "{{ $value | humanizePercentage }} of the attempts of activity {{ $labels.activity_type }}, task queue " +
                "{{ $labels.task_queue }}, namespace {{ $labels.temporal_namespace }}, failed over 15 minutes.",
        }),
        alertOf(target, "TemporalWorkerCacheTooSmall", {
            severity: "info",
            // Where all miss, there is no series of hits.
            expr: `${misses} / ((${misses} + ${hits} or ${misses}) > 1) > 0.3`,
            for: "30m",
            summary: "Workers replay many workflows from their beginning.",
            description:
                "{{ $value | humanizePercentage }} of the workflow tasks of task queue {{ $labels.task_queue }}, namespace " +
                "{{ $labels.temporal_namespace }}, found their workflow not in the cache.",
        }),
    ];
}

function observability(target: MonitoredDeployment): readonly AlertRule[] {
    // SDKs name a duration without a unit in milliseconds or in seconds: rules can't tell.
    const unitless = `count by (pod) (${ofWorkers(target, "temporal_request_latency_bucket")})`;
    return [
        alertOf(target, "TemporalWorkerScrapeFailing", {
            severity: "warning",
            expr: `max by (pod) (${ofWorkers(target, "up")}) == 0`,
            for: "10m",
            summary: "A worker's metrics can't be read.",
            description: "Worker pod {{ $labels.pod }} doesn't answer the scrape of its metrics.",
        }),
        alertOf(target, "TemporalWorkerMetricsWithoutUnit", {
            severity: "info",
            expr: unitless,
            for: "1h",
            summary: "A worker's durations have no unit, so that no alert looks at them.",
            description: "Worker pod {{ $labels.pod }} exports {{ $value }} series of durations without a unit.",
        }),
    ];
}
