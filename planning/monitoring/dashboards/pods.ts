import type { PanelSpec } from "./panel.ts";

/**
 * What pods use and how often they fall over.
 *
 * @param matchers Which containers, as matchers of what kubelet and kube-state-metrics measure.
 * @param only Which of these pods, as an operator on namespace and pod. Default: all.
 * @param noData As in {@link PanelSpec}.
 */
export function podPanels(matchers: string, only = "", noData?: string): readonly PanelSpec[] {
    const byPod = (expr: string) => `sum by (namespace, pod) (${expr})`;
    const rateByPod = (metric: string) => byPod(`rate(${metric}{${matchers}}[$__rate_interval])`);
    const legend = "{{pod}}";
    const panels: readonly PanelSpec[] = [
        {
            title: "CPU by pod",
            description:
                "Cores used. Good: under 80 % of the limit; at the limit, latency grows before anything else shows.",
            unit: "suffix: cores",
            queries: [{ expr: `${rateByPod("container_cpu_usage_seconds_total")}${only}`, legend }],
        },
        {
            title: "CPU throttled",
            description: "Share of periods in which a pod was held back by its CPU limit. Good: near none.",
            noData: "the pods have no CPU limit.",
            unit: "percentunit",
            thresholds: { warning: 0.25 },
            alerts: ["TemporalContainerThrottled"],
            queries: [
                {
                    expr: `${rateByPod("container_cpu_cfs_throttled_periods_total")} / (${rateByPod("container_cpu_cfs_periods_total")} > 0)${only}`,
                    legend,
                },
            ],
        },
        {
            title: "Memory by pod, of its limit",
            description: "Working set of what the pod may have. Good: under 90 %: beyond, the kernel kills it.",
            unit: "percentunit",
            thresholds: { warning: 0.9 },
            alerts: ["TemporalContainerMemoryNearLimit"],
            queries: [
                {
                    expr: `${byPod(`container_memory_working_set_bytes{${matchers}}`)} / ${byPod(`kube_pod_container_resource_limits{${matchers},resource="memory"}`)}${only}`,
                    legend,
                },
            ],
        },
        {
            title: "Restarts",
            description: "Restarts of containers in the last 30 min. Good: none.",
            unit: "short",
            thresholds: { warning: 2 },
            alerts: ["TemporalContainerRestarting", "TemporalContainerOutOfMemory"],
            queries: [
                {
                    expr: `${byPod(`increase(kube_pod_container_status_restarts_total{${matchers}}[30m])`)}${only}`,
                    legend,
                },
            ],
        },
    ];
    return noData === undefined ? panels : panels.map((panel) => ({ ...panel, noData }));
}
