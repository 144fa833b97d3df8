import { errorPanels, latencyPanels, trafficPanels } from "./calls.ts";
import type { DashboardSpec } from "./dashboard.ts";
import type { PanelSpec } from "./panel.ts";
import { kubernetesNamespace, max, rate, serverContainers, series, sum } from "./promql.ts";

const frontend = 'service_name="frontend"';

const now: readonly PanelSpec[] = [
    ...["frontend", "history", "matching", "worker"].map((service): PanelSpec => ({
        title: `Missing pods of ${service}`,
        description: `Of its replicas, those that don't answer their scrape. Good: none.`,
        unit: "short",
        show: "number",
        thresholds: { critical: 1 },
        alerts: ["TemporalServiceDown", "TemporalServiceReplicasMissing"],
        queries: [
            {
                expr: `${sum("", series("temporal:service_replicas:configured", `temporal_service="${service}"`))} - (count(${series("up", `temporal_service="${service}"`)} == 1) or vector(0))`,
                legend: service,
            },
        ],
    })),
    {
        title: "Alerts",
        description: "Critical alerts and warnings that fire. Good: none.",
        unit: "short",
        show: "number",
        thresholds: { critical: 1 },
        queries: [
            {
                expr: `count(${series("ALERTS", 'alertstate="firing"', 'severity=~"critical|warning"')}) or vector(0)`,
                legend: "alerts",
            },
        ],
    },
    {
        title: "Shards without owner",
        description: "History shards that no pod owns: their workflows stand still. Good: none.",
        unit: "short",
        show: "number",
        thresholds: { critical: 1 },
        alerts: ["TemporalShardsUnowned"],
        queries: [
            {
                expr: `clamp_min(${sum("", series("temporal:history_shards:configured"))} - ${sum("", series("temporal:history_shards:owned"))}, 0)`,
                legend: "shards",
            },
        ],
    },
];

const saturation: readonly PanelSpec[] = [
    {
        title: "CPU",
        description: "Cores used, by service. Good: far under the limits; the page Services has them by pod.",
        unit: "suffix: cores",
        queries: [
            {
                expr: sum(
                    "container",
                    `rate(container_cpu_usage_seconds_total{${kubernetesNamespace},${serverContainers}}[$__rate_interval])`,
                ),
                legend: "{{container}}",
            },
        ],
    },
    {
        title: "Memory",
        description: "Working set by service. Good: level under its limit.",
        unit: "bytes",
        queries: [
            {
                expr: sum(
                    "container",
                    `container_memory_working_set_bytes{${kubernetesNamespace},${serverContainers}}`,
                ),
                legend: "{{container}}",
            },
        ],
    },
    {
        title: "Database pool, fullest pod",
        description: "Connections in use of those a pod may open. Good: under 90 %.",
        unit: "percentunit",
        thresholds: { warning: 0.9 },
        alerts: ["TemporalSqlPoolSaturated"],
        queries: [
            {
                expr: max(
                    "service_name, db_kind",
                    `${series("persistence_sql_in_use")} / (${series("persistence_sql_max_open_conn")} > 0)`,
                ),
                legend: "{{service_name}} {{db_kind}}",
            },
        ],
    },
    {
        title: "Frontend's rate limit, fullest pod",
        description: "Requests per second of those that frontend.rps allows to a pod. Good: under 80 %.",
        unit: "percentunit",
        thresholds: { warning: 0.8 },
        alerts: ["TemporalFrontendNearRPSLimit"],
        queries: [
            {
                expr: `max(${sum("pod", rate("service_requests", frontend))} / ${max("pod", series("host_rps_limit", frontend))})`,
                legend: "of the limit",
            },
        ],
    },
];

const rollout: readonly PanelSpec[] = [
    {
        title: "Pods by version",
        description: "Good: one version; two only during an upgrade.",
        unit: "short",
        show: "stacked",
        alerts: ["TemporalVersionSkew"],
        queries: [
            {
                expr: `count by (temporal_service, build_version) (${series("build_information")})`,
                legend: "{{temporal_service}} {{build_version}}",
            },
        ],
    },
    {
        title: "Changes of membership",
        description: "How often pods saw the ring of their service change. Good: none outside a rollout.",
        noData: "the ring has not changed since the pods started.",
        unit: "ops",
        queries: [{ expr: sum("service_name", rate("membership_changed_count")), legend: "{{service_name}}" }],
    },
];

/** The golden signals of one deployment. */
export const deploymentPage: DashboardSpec = {
    name: "temporal-deployment",
    title: "Temporal / Deployment",
    description: "The golden signals of one deployment: traffic, errors, latency, saturation.",
    variables: ["temporal_deployment", "kubernetes_namespace"],
    rows: [
        { title: "Now", panels: now },
        { title: "Traffic", panels: trafficPanels },
        { title: "Errors", panels: errorPanels },
        { title: "Latency", panels: latencyPanels },
        { title: "Saturation", panels: saturation },
        { title: "Rollout", panels: rollout },
    ],
};
