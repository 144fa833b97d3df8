/** Alerts on Temporal Cloud, for teams that run both. Its metrics are gauges, with rates computed there. */
import type { MonitoredPlatform, RuleGroup } from "../alertRule.ts";
import { platformAlert } from "./platformRuleText.ts";

/** Share of the limit of actions per second. */
const actionShare = 0.8;

/** Alerts on the Cloud namespaces that are scraped. */
export function cloudRules(platform: MonitoredPlatform): RuleGroup {
    const throttled = (metric: string) => `sum by (temporal_namespace) (temporal_cloud_v1_${metric}) > 0`;
    const actions = 'sum by (temporal_namespace) (temporal_cloud_v1_total_action_count{is_background="false"})';
    const limit = "max by (temporal_namespace) (temporal_cloud_v1_action_limit)";
    const calls = `label_replace(${throttled("service_request_throttled_count")}, "kind", "calls", "", "")`;
    const throttledActions = `label_replace(${throttled("total_action_throttled_count")}, "kind", "actions", "", "")`;
    return {
        name: `temporal.cloud.${platform.namespace}`,
        rules: [
            platformAlert(platform, "TemporalCloudThrottled", {
                severity: "warning",
                expr: `${calls} or ${throttledActions}`,
                for: "5m",
                summary: "Temporal Cloud throttles a namespace.",
                description:
                    '{{ $value | printf "%.2f" }} {{ $labels.kind }} per second of Cloud namespace {{ $labels.temporal_namespace }} are throttled.',
            }),
            platformAlert(platform, "TemporalCloudNearActionLimit", {
                severity: "warning",
                expr: `${actions} / ${limit} > ${actionShare}`,
                for: "15m",
                summary: "A namespace of Temporal Cloud has nearly used up its actions.",
                description:
                    "Cloud namespace {{ $labels.temporal_namespace }} uses {{ $value | humanizePercentage }} of its limit of actions per second.",
            }),
            platformAlert(platform, "TemporalCloudNoPollers", {
                severity: "critical",
                expr: "sum by (temporal_namespace, temporal_task_queue, task_type) (temporal_cloud_v1_no_poller_tasks_count) > 0",
                for: "10m",
                summary: "Nobody polls a task queue of Temporal Cloud that gets tasks.",
                description:
                    "Task queue {{ $labels.temporal_task_queue }} ({{ $labels.task_type }}) of Cloud namespace " +
                    '{{ $labels.temporal_namespace }}: tasks found no poller {{ $value | printf "%.2f" }} times per second.',
            }),
            platformAlert(platform, "TemporalCloudMetricsMissing", {
                severity: "warning",
                expr: 'absent({__name__=~"temporal_cloud_v1_.+"})',
                for: "15m",
                summary: "Nothing is known of Temporal Cloud.",
                description: "Prometheus has had no metrics of Temporal Cloud for 15 minutes.",
            }),
        ],
    };
}
