import type { DashboardSpec } from "./dashboard.ts";
import type { PanelSpec } from "./panel.ts";
import { postgresqlPanels } from "./postgresql.ts";
import { quantile, rate, series, sum } from "./promql.ts";

const server: readonly PanelSpec[] = [
    {
        title: "Calls by operation",
        description: "What the services ask of the database. Good: follows the state transitions.",
        unit: "ops",
        show: "stacked",
        queries: [{ expr: `topk(12, ${sum("operation", rate("persistence_requests"))})`, legend: "{{operation}}" }],
    },
    {
        title: "Latency, 99th percentile",
        description: "By operation, the ten slowest. Good: under 0.1 s.",
        unit: "s",
        thresholds: { warning: 0.5, critical: 2 },
        alerts: ["TemporalPersistenceSlow", "TemporalPersistenceVerySlow"],
        queries: [{ expr: `topk(10, ${quantile(0.99, "operation", "persistence_latency")})`, legend: "{{operation}}" }],
    },
    {
        title: "Unexpected errors",
        description: "Share of calls; time-outs are not among them. Good: none.",
        noData: "no call has failed yet.",
        unit: "percentunit",
        thresholds: { warning: 0.001, critical: 0.05 },
        alerts: ["TemporalPersistenceErrors", "TemporalPersistenceFailing"],
        queries: [
            {
                expr: `${sum("service_name", rate("persistence_errors"))} / (${sum("service_name", rate("persistence_requests"))} > 0)`,
                legend: "{{service_name}}",
            },
        ],
    },
    {
        title: "Errors by type",
        description:
            "All errors but a row that isn't there and a condition that failed, which are everyday. Good: none; TimeoutError is a slow database.",
        noData: "no call has failed yet.",
        unit: "ops",
        queries: [
            {
                expr: sum(
                    "error_type, operation",
                    rate("persistence_error_with_type", 'error_type!~".*NotFound.*|.*ConditionFailed.*"'),
                ),
                legend: "{{operation}} {{error_type}}",
            },
        ],
    },
    {
        title: "Calls by service",
        description: "Good: history leads; a limit (history.persistenceMaxQPS and the like) shows as a level top.",
        unit: "ops",
        queries: [{ expr: sum("service_name", rate("persistence_requests")), legend: "{{service_name}}" }],
    },
    {
        title: "Calls refused by the server's own limit",
        description: "Calls beyond persistenceMaxQPS. Good: none.",
        noData: "none was refused yet.",
        unit: "ops",
        alerts: ["TemporalSystemOverloaded"],
        queries: [
            { expr: sum("service_name", rate("persistence_errors_resource_exhausted")), legend: "{{service_name}}" },
        ],
    },
];

const visibility: readonly PanelSpec[] = [
    {
        title: "Visibility: calls",
        description: "Lists, counts and what keeps them up to date. Good: follows starts and ends of workflows.",
        unit: "ops",
        queries: [{ expr: sum("operation", rate("visibility_persistence_requests")), legend: "{{operation}}" }],
    },
    {
        title: "Visibility: latency, 99th percentile",
        description: "Good: under 0.5 s; a slow list is mostly a filter without an index.",
        unit: "s",
        queries: [{ expr: quantile(0.99, "operation", "visibility_persistence_latency"), legend: "{{operation}}" }],
    },
    {
        title: "Visibility: errors",
        description: "Share of calls that failed. Good: none.",
        noData: "no call has failed yet.",
        unit: "percentunit",
        thresholds: { warning: 0.01 },
        alerts: ["TemporalVisibilityErrors"],
        queries: [
            {
                expr: `${sum("visibility_index_name", rate("visibility_persistence_errors"))} / (${sum("visibility_index_name", rate("visibility_persistence_requests"))} > 0)`,
                legend: "{{visibility_index_name}}",
            },
        ],
    },
    {
        title: "Visibility: delay, 99th percentile",
        description: "Until a change of a workflow shows in lists. Good: under a second.",
        noData: "no workflow has started or ended.",
        unit: "s",
        thresholds: { warning: 10 },
        alerts: ["TemporalVisibilityLate"],
        queries: [{ expr: quantile(0.99, "", "task_latency_queue", 'operation=~"VisibilityTask.*"'), legend: "99 %" }],
    },
];

const pools: readonly PanelSpec[] = [
    {
        title: "Pools: connections in use",
        description: "Connections that a query holds, of what the pools may open. Good: far under that.",
        unit: "short",
        alerts: ["TemporalSqlPoolSaturated"],
        queries: [
            {
                expr: sum("service_name, db_kind", series("persistence_sql_in_use")),
                legend: "{{service_name}} {{db_kind}}",
            },
            { expr: sum("db_kind", series("persistence_sql_max_open_conn")), legend: "most, {{db_kind}}" },
        ],
    },
    {
        title: "Pools: reconnects that failed",
        description: "Good: none. Credentials, DNS, TLS or a failover that isn't done.",
        noData: "none has failed yet.",
        unit: "ops",
        queries: [
            { expr: sum("service_name", rate("persistence_session_refresh_failures")), legend: "{{service_name}}" },
        ],
    },
];

/** Persistence as the services see it, and PostgreSQL as it sees itself, on one axis of time. */
export const persistencePage: DashboardSpec = {
    name: "temporal-persistence",
    title: "Temporal / Persistence and PostgreSQL",
    description: "Persistence as the services see it, and the PostgreSQL server that all deployments share.",
    variables: ["temporal_deployment", "platform_namespace"],
    rows: [
        { title: "As the services see it", panels: server },
        { title: "Visibility", panels: visibility },
        { title: "Pools of connections", panels: pools },
        { title: "PostgreSQL, shared by all deployments", panels: postgresqlPanels },
    ],
};
