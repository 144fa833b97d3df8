/** What kube-state-metrics tells Prometheus: of all its objects and metrics only those that rules and dashboards ask for. */

/** Kinds of objects that it watches, by API group; it has rights for no others. */
export const kubeStateMetricsResources = { "": ["pods"] } as const;

/** Metrics that it keeps. */
export const kubeStateMetrics = [
    "kube_pod_container_status_restarts_total",
    "kube_pod_container_status_last_terminated_reason",
    "kube_pod_container_resource_limits",
] as const;

/** Its arguments. */
export const kubeStateMetricsArgs: readonly string[] = [
    `--resources=${Object.values(kubeStateMetricsResources).flat().join(",")}`,
    `--metric-allowlist=${kubeStateMetrics.map((name) => `^${name}$`).join(",")}`,
];
