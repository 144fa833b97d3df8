/** What happens to labels on the way into Prometheus, the same in a scrape config and in a monitor of the operator. */
import { componentLabel, instanceLabels } from "../labels.ts";
import { serviceNames } from "../ports.ts";

/** A step of relabeling in the words of the Prometheus Operator; left out is what Prometheus itself takes as default. */
export interface Relabeling {
    readonly action?: "replace" | "keep" | "drop" | "labeldrop";
    readonly sourceLabels?: readonly string[];
    readonly regex?: string;
    readonly targetLabel?: string;
    readonly replacement?: string;
}

/** The same in the words of prometheus.yml. */
export function inScrapeConfig({ sourceLabels, targetLabel, ...others }: Relabeling): object {
    return {
        ...(sourceLabels ? { source_labels: sourceLabels } : {}),
        ...(targetLabel ? { target_label: targetLabel } : {}),
        ...others,
    };
}

/** Key of the label by which a pod says that it runs workers of a deployment; its value is the deployment's name. */
export const workerLabel = "temporal/worker-of";

/** Name of the container port that serves metrics, of servers and workers alike. */
export const metricsPortName = "metrics";

/** Prometheus' name for a label of a pod. */
function podLabel(key: string): string {
    return `__meta_kubernetes_pod_label_${key.replaceAll(/[^A-Za-z0-9]/g, "_")}`;
}

const where: readonly Relabeling[] = [
    { sourceLabels: ["__meta_kubernetes_namespace"], targetLabel: "namespace" },
    { sourceLabels: ["__meta_kubernetes_pod_name"], targetLabel: "pod" },
];

/** Only ports that serve metrics, of pods that aren't over. */
const listening: readonly Relabeling[] = [
    { action: "keep", sourceLabels: ["__meta_kubernetes_pod_container_port_name"], regex: metricsPortName },
    { action: "drop", sourceLabels: ["__meta_kubernetes_pod_phase"], regex: "Succeeded|Failed" },
];

/** From all pods to the servers of all deployments, and their labels. */
export const serverTargets: readonly Relabeling[] = [
    ...Object.entries(instanceLabels(""))
        .filter(([, value]) => value)
        .map(([key, value]): Relabeling => ({ action: "keep", sourceLabels: [podLabel(key)], regex: value })),
    { action: "keep", sourceLabels: [podLabel(componentLabel)], regex: serviceNames.join("|") },
    ...listening,
    ...where,
    { sourceLabels: [podLabel("app.kubernetes.io/instance")], targetLabel: "temporal_deployment" },
    { sourceLabels: [podLabel(componentLabel)], targetLabel: "temporal_service" },
];

/** From all pods to the workers that say of which deployment they are, and their labels. */
export const workerTargets: readonly Relabeling[] = [
    { action: "keep", sourceLabels: [podLabel(workerLabel)], regex: ".+" },
    ...listening,
    ...where,
    { sourceLabels: [podLabel(workerLabel)], targetLabel: "temporal_deployment" },
    // The server's own workers export the same metrics; by this label rules tell the two apart.
    { targetLabel: "temporal_service", replacement: "sdk-worker" },
];

/**
 * Server and SDK call the Temporal namespace `namespace`, which is the Kubernetes namespace of the target here. Prometheus
 * puts the former aside as exported_namespace; its name is temporal_namespace from here on.
 */
const temporalNamespace: readonly Relabeling[] = [
    { sourceLabels: ["exported_namespace"], regex: "(.+)", targetLabel: "temporal_namespace" },
    { action: "labeldrop", regex: "exported_namespace|otel_scope_.*" },
];

/**
 * Families of a server that no rule and no dashboard asks for, about half of its series: twins of matching's metrics by
 * kind of task queue, of latency without the user's, how long polls waited, sizes of parts of mutable state, ages of cache
 * entries, what the exporter says of itself.
 */
export const droppedServerMetrics = [
    "(pri|fair)_.+",
    "service_latency_nouserlatency(_bucket|_sum|_count)?",
    "poll_latency(_bucket|_sum|_count)?",
    "(otel_scope|target)_info",
    "promhttp_.+",
    "[a-z_]+_info_(size|count)(_bucket|_sum|_count)?",
    "(signal_request_id|buffered_events)_.+",
    "memory_num_gc(_bucket|_sum|_count)?",
    "cache_(ttl|entry_age_.+?)(_bucket|_sum|_count)?",
    "queue_(reader|slice)_count(_bucket|_sum|_count)?",
    "dd_.+_lock_latency_bucket",
    "(header_size|chasm_total_size)(_bucket|_sum|_count)?",
].join("|");

/** What becomes of a server's metrics. */
export const serverMetrics: readonly Relabeling[] = [
    { action: "drop", sourceLabels: ["__name__"], regex: droppedServerMetrics },
    ...temporalNamespace,
];

/** What becomes of a worker's metrics: only the SDK's stay, so that a program can't pass its own off as a server's. */
export const workerMetrics: readonly Relabeling[] = [
    { action: "keep", sourceLabels: ["__name__"], regex: "temporal_.+" },
    ...temporalNamespace,
];

/**
 * Series of one scrape above which all of it is refused, so that a runaway label can't take Prometheus down; a history pod
 * of a busy deployment with a thousand task queues and workflow types has about 40,000, a matching pod 600 for each Temporal
 * namespace. Rules warn before.
 */
export const sampleLimits = { server: 120_000, worker: 20_000 } as const;
