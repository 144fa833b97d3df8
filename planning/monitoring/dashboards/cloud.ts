import type { DashboardSpec } from "./dashboard.ts";
import type { PanelSpec } from "./panel.ts";

/** Cloud gives rates per second and ready percentiles: nothing here takes a rate or a quantile. */
const cloud = (metric: string) => `temporal_cloud_v1_${metric}{temporal_namespace=~"$cloud_namespace"}`;
const byNamespace = (metric: string) => ({
    expr: `sum by (temporal_namespace) (${cloud(metric)})`,
    legend: "{{temporal_namespace}}",
});
const rare = "there was none within Cloud's retention.";

const usage: readonly PanelSpec[] = [
    {
        title: "Cloud: requests",
        description: "By operation. Good: what it usually is. Cloud's metrics are 3 min old.",
        unit: "reqps",
        alerts: ["TemporalCloudMetricsMissing"],
        queries: [
            { expr: `topk(12, sum by (operation) (${cloud("service_request_count")}))`, legend: "{{operation}}" },
        ],
    },
    {
        title: "Cloud: errors",
        description: "Share of requests that failed. Good: near none.",
        noData: rare,
        unit: "percentunit",
        queries: [
            {
                expr: `sum by (temporal_namespace) (${cloud("service_error_count")}) / (sum by (temporal_namespace) (${cloud("service_request_count")}) > 0)`,
                legend: "{{temporal_namespace}}",
            },
        ],
    },
    {
        title: "Cloud: latency, 99th percentile",
        description: "By operation; percentiles can't be added up, so the greatest is shown. Good: starts under 0.5 s.",
        unit: "s",
        queries: [{ expr: `topk(12, max by (operation) (${cloud("service_latency_p99")}))`, legend: "{{operation}}" }],
    },
    {
        title: "Cloud: actions of what is allowed",
        description: "Good: under 80 % of the namespace's limit.",
        unit: "percentunit",
        thresholds: { warning: 0.8 },
        alerts: ["TemporalCloudNearActionLimit"],
        queries: [
            {
                expr: `sum by (temporal_namespace) (temporal_cloud_v1_total_action_count{temporal_namespace=~"$cloud_namespace",is_background="false"}) / max by (temporal_namespace) (${cloud("action_limit")})`,
                legend: "{{temporal_namespace}}",
            },
        ],
    },
    {
        title: "Cloud: requests and actions refused",
        description: "Beyond the namespace's limits. Good: none.",
        noData: rare,
        unit: "ops",
        alerts: ["TemporalCloudThrottled"],
        queries: [
            { ...byNamespace("service_request_throttled_count"), legend: "{{temporal_namespace}}: requests" },
            { ...byNamespace("total_action_throttled_count"), legend: "{{temporal_namespace}}: actions" },
        ],
    },
    {
        title: "Cloud: billable actions",
        description: "What the bill is made of.",
        unit: "ops",
        queries: [byNamespace("billable_action_count")],
    },
];

const work: readonly PanelSpec[] = [
    {
        title: "Cloud: runs by outcome",
        description: "Good: completed leads.",
        noData: rare,
        unit: "ops",
        queries: ["success", "failed", "timeout", "terminate", "cancel", "continued_as_new"].map((outcome) => ({
            expr: `sum(${cloud(`workflow_${outcome}_count`)})`,
            legend: outcome.replaceAll("_", " "),
        })),
    },
    {
        title: "Cloud: open workflows",
        description: "Runs that have not ended, by namespace. Good: level.",
        unit: "short",
        queries: [byNamespace("namespace_open_workflows")],
    },
    {
        title: "Cloud: waiting tasks",
        description: "The 20 longest queues. Good: near none, or falling.",
        unit: "short",
        queries: [
            {
                expr: `topk(20, sum by (temporal_namespace, temporal_task_queue, task_type) (${cloud("approximate_backlog_count")}))`,
                legend: "{{temporal_namespace}} {{temporal_task_queue}} {{task_type}}",
            },
        ],
    },
    {
        title: "Cloud: queues that nobody polls",
        description: "Tasks added while no worker polled. Good: none.",
        noData: rare,
        unit: "ops",
        alerts: ["TemporalCloudNoPollers"],
        queries: [
            {
                expr: `sum by (temporal_namespace, temporal_task_queue, task_type) (${cloud("no_poller_tasks_count")})`,
                legend: "{{temporal_namespace}} {{temporal_task_queue}} {{task_type}}",
            },
        ],
    },
    {
        title: "Cloud: tasks handed over directly",
        description: "Share of tasks that a waiting poller took at once. Good: over 99 %.",
        unit: "percentunit",
        queries: [
            {
                expr: `sum by (temporal_namespace) (${cloud("poll_success_sync_count")}) / (sum by (temporal_namespace) (${cloud("poll_success_count")}) > 0)`,
                legend: "{{temporal_namespace}}",
            },
        ],
    },
    {
        title: "Cloud: delay of replication, 99th percentile",
        description: "Of namespaces in several regions. Good: seconds.",
        noData: "no namespace has a replica.",
        unit: "s",
        queries: [
            { expr: `max by (temporal_namespace) (${cloud("replication_lag_p99")})`, legend: "{{temporal_namespace}}" },
        ],
    },
];

/** Temporal Cloud's namespaces, for teams that run both. */
export const cloudPage: DashboardSpec = {
    name: "temporal-cloud",
    title: "Temporal / Cloud",
    description: "Temporal Cloud's namespaces, for teams that run both.",
    variables: ["cloud_namespace"],
    rows: [
        { title: "Requests, actions and limits", panels: usage },
        { title: "Workflows and task queues", panels: work },
    ],
};
