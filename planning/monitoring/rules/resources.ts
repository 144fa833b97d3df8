/** CPU, memory and restarts of a deployment's containers and of its workers', as Kubernetes tells them. */
import type { AlertRule, MonitoredDeployment, RuleGroup } from "../alertRule.ts";
import { alertOf, select } from "./ruleText.ts";

/** Share of the time slices in which a container wanted CPU and was stopped at its limit. */
const throttledShare = 0.25;

/** Share of the memory limit; at the limit the kernel kills. */
const memoryShare = 0.9;

/** Restarts within half an hour that are more than a node's move or an update. */
const restartsInHalfAnHour = 2;

/**
 * Alerts on containers. Those of the deployment are found by its Kubernetes namespace, the workers by the pods that
 * Prometheus scrapes as such, in whichever namespace. The labels `temporal_*` are no part of what Kubernetes tells.
 */
export function resourceRules(target: MonitoredDeployment): RuleGroup {
    return {
        name: `temporal.resources.${target.name}`,
        rules: [...cpuAndMemory(target), ...restarts(target)],
    };
}

const container = "{{ $labels.pod_namespace }}/{{ $labels.pod }}, container {{ $labels.container }}";

function cpuAndMemory(target: MonitoredDeployment): readonly AlertRule[] {
    const rate = (metric: string) =>
        ofContainers(target, (matchers) => `sum by ${each} (rate(${metric}{${matchers}}[5m]))`);
    const used = ofContainers(target, (matchers) => `max by ${each} (container_memory_working_set_bytes{${matchers}})`);
    const limit = ofContainers(
        target,
        (matchers) => `max by ${each} (kube_pod_container_resource_limits{${matchers},resource="memory"})`,
    );
    return [
        alertOf(target, "TemporalContainerThrottled", {
            severity: "warning",
            expr: named(
                `${rate("container_cpu_cfs_throttled_periods_total")} / ${rate("container_cpu_cfs_periods_total")} > ${throttledShare}`,
            ),
            for: "15m",
            summary: "A container is held back at its CPU limit.",
            description: `${container}: stopped at its CPU limit in {{ $value | humanizePercentage }} of the time slices.`,
        }),
        alertOf(target, "TemporalContainerMemoryNearLimit", {
            severity: "warning",
            expr: named(`${used} / ${limit} > ${memoryShare}`),
            for: "10m",
            summary: "A container has nearly used up its memory.",
            description: `${container}: uses {{ $value | humanizePercentage }} of its memory limit.`,
        }),
    ];
}

function restarts(target: MonitoredDeployment): readonly AlertRule[] {
    const since = (window: string) =>
        ofContainers(
            target,
            (matchers) => `max by ${each} (increase(kube_pod_container_status_restarts_total{${matchers}}[${window}]))`,
        );
    const killed = ofContainers(
        target,
        (matchers) =>
            `max by ${each} (kube_pod_container_status_last_terminated_reason{${matchers},reason="OOMKilled"})`,
    );
    return [
        alertOf(target, "TemporalContainerOutOfMemory", {
            severity: "warning",
            expr: named(`${since("15m")} > 0 and ${killed} == 1`),
            summary: "A container was killed since it had used up its memory.",
            description: `${container}: killed at its memory limit, {{ $value | printf "%.0f" }} restarts within 15 minutes.`,
        }),
        alertOf(target, "TemporalContainerRestarting", {
            severity: "warning",
            expr: named(`${since("30m")} > ${restartsInHalfAnHour} unless ${killed} == 1`),
            summary: "A container restarts again and again.",
            description: `${container}: {{ $value | printf "%.0f" }} restarts within 30 minutes.`,
        }),
    ];
}

const each = "(namespace, pod, container)";

/** An expression over the deployment's own containers and over those of its workers. */
function ofContainers(target: MonitoredDeployment, expression: (matchers: string) => string): string {
    const workers = select(target, "up", 'temporal_service="sdk-worker"');
    const own = expression(`namespace="${target.namespace}",container!=""`);
    return `(${own} or ${expression('container!=""')} and on (namespace, pod) ${workers})`;
}

/** Keeps a pod's namespace under another name, since all alerts of a deployment have the deployment's as `namespace`. */
function named(expression: string): string {
    return `label_replace(${expression}, "pod_namespace", "$1", "namespace", "(.+)")`;
}
