import type { DashboardSpec } from "./dashboard.ts";
import { monitoringPanels } from "./monitoringStack.ts";
import type { PanelSpec } from "./panel.ts";
import { allowedConnections } from "./postgresql.ts";
import { deployment, max, rate, series, sum } from "./promql.ts";

const servers = 'temporal_service=~"frontend|history|matching|worker"';
const firing = (...matchers: readonly string[]) => `ALERTS{${['alertstate="firing"', ...matchers].join(",")}}`;

/** How long each of these alerts has been active. */
function activeFor(labels: string, ...matchers: readonly string[]): string {
    const since = max(labels, `ALERTS_FOR_STATE{${matchers.join(",")}}`);
    return `(time() - ${since}) and on (${labels}) ${max(labels, firing(...matchers))}`;
}

const now: readonly PanelSpec[] = [
    {
        title: "Deployments",
        description: "Deployments whose servers report. Good: as many as the stacks declare.",
        unit: "short",
        show: "number",
        queries: [{ expr: `count(${sum("temporal_deployment", series("build_information"))})`, legend: "deployments" }],
    },
    {
        title: "Critical alerts",
        description: "Alerts that page somebody. Good: none.",
        unit: "short",
        show: "number",
        thresholds: { critical: 1 },
        queries: [{ expr: `count(${firing('severity="critical"', deployment)}) or vector(0)`, legend: "critical" }],
    },
    {
        title: "Warnings",
        description: "Alerts that wait for office hours. Good: none for long.",
        unit: "short",
        show: "number",
        thresholds: { warning: 1 },
        queries: [{ expr: `count(${firing('severity="warning"', deployment)}) or vector(0)`, legend: "warnings" }],
    },
    {
        title: "User requests",
        description:
            "Starts, signals, queries of state and completed tasks of all deployments. Good: what it usually is.",
        unit: "reqps",
        show: "number",
        queries: [{ expr: sum("", series("temporal:frontend_user_requests:rate5m")), legend: "requests" }],
    },
    {
        title: "State transitions",
        description:
            "The work that the history services do, the measure of Temporal's throughput. Good: follows the requests.",
        unit: "ops",
        show: "number",
        queries: [{ expr: sum("", rate("state_transition_count_count")), legend: "transitions" }],
    },
    {
        title: "Waiting tasks",
        description: "Tasks that no worker has taken yet, over all task queues. Good: near none, or falling.",
        unit: "short",
        show: "number",
        queries: [{ expr: `${sum("", series("temporal:taskqueue_backlog:sum"))} or vector(0)`, legend: "tasks" }],
    },
    {
        title: "Health by deployment",
        description:
            "One row each: pods that answer, traffic, its errors and slowness over 5 min, shards, waiting work, alerts. Good: all targets up, errors under 0.1 %, slow under 1 %, every shard owned.",
        unit: "short",
        show: "table",
        width: 24,
        alerts: ["TemporalServiceDown", "TemporalShardsUnowned"],
        columns: { temporal_deployment: "Deployment" },
        queries: [
            {
                expr: `avg by (temporal_deployment) (${series("up", servers)})`,
                legend: "Targets up",
                unit: "percentunit",
            },
            {
                expr: sum("temporal_deployment", series("temporal:frontend_user_requests:rate5m")),
                legend: "User requests",
                unit: "reqps",
            },
            {
                expr: max("temporal_deployment", series("temporal:frontend_error_ratio:rate5m")),
                legend: "Errors",
                unit: "percentunit",
            },
            {
                expr: max("temporal_deployment", series("temporal:frontend_slow_ratio:rate5m")),
                legend: "Slow",
                unit: "percentunit",
            },
            { expr: sum("temporal_deployment", series("temporal:history_shards:owned")), legend: "Shards owned" },
            { expr: sum("temporal_deployment", series("temporal:history_shards:configured")), legend: "Shards" },
            { expr: sum("temporal_deployment", series("temporal:taskqueue_backlog:sum")), legend: "Waiting tasks" },
            {
                expr: max("temporal_deployment", series("temporal:taskqueue_backlog_age_seconds:max")),
                legend: "Oldest task",
                unit: "s",
            },
            {
                expr: `count by (temporal_deployment) (${firing('severity=~"critical|warning"', deployment)})`,
                legend: "Alerts",
            },
        ],
    },
    {
        title: "Firing alerts of deployments",
        description: "What fires, and for how long it has been so. Good: nothing.",
        noData: "nothing fires.",
        unit: "s",
        show: "table",
        columns: {
            temporal_deployment: "Deployment",
            alertname: "Alert",
            severity: "Severity",
            temporal_namespace: "Temporal namespace",
        },
        queries: [
            {
                expr: activeFor(
                    "temporal_deployment, alertname, severity, temporal_namespace",
                    'temporal_deployment!=""',
                    deployment,
                ),
                legend: "Active for",
            },
        ],
    },
    {
        title: "Firing alerts of what deployments share",
        description: "PostgreSQL and the monitoring itself; a fault there touches every deployment. Good: nothing.",
        noData: "nothing fires.",
        unit: "s",
        show: "table",
        columns: { alertname: "Alert", severity: "Severity" },
        queries: [
            {
                expr: activeFor("alertname, severity", 'alertname!="Watchdog"', 'temporal_deployment=""'),
                legend: "Active for",
            },
        ],
    },
    {
        title: "Versions",
        description: "Server version of every pod. Good: one version for each deployment, two only during an upgrade.",
        unit: "short",
        show: "table",
        columns: { temporal_deployment: "Deployment", build_version: "Version" },
        alerts: ["TemporalVersionSkew"],
        queries: [
            {
                expr: `count by (temporal_deployment, build_version) (${series("build_information")})`,
                legend: "Pods",
            },
        ],
    },
];

const load: readonly PanelSpec[] = [
    {
        title: "User requests by deployment",
        description: "Requests of users per second. Good: what it usually is at this hour.",
        unit: "reqps",
        queries: [
            {
                expr: sum("temporal_deployment", series("temporal:frontend_user_requests:rate5m")),
                legend: "{{temporal_deployment}}",
            },
        ],
        alerts: ["TemporalNoUserTraffic"],
    },
    {
        title: "Unexpected errors by deployment",
        description: "Share of user requests that failed through no fault of the caller. Good: under 0.1 %.",
        noData: "nobody has called the frontend yet.",
        unit: "percentunit",
        thresholds: { warning: 0.001, critical: 0.0144 },
        alerts: ["TemporalFrontendErrorsBudgetBurnsFast", "TemporalFrontendErrorsBudgetBurnsSlowly"],
        queries: [
            {
                expr: max("temporal_deployment", series("temporal:frontend_error_ratio:rate5m")),
                legend: "{{temporal_deployment}}",
            },
        ],
    },
    {
        title: "Slow requests by deployment",
        description: "Share of starts and signals that took more than 0.5 s. Good: under 1 %.",
        noData: "nobody has started or signalled a workflow yet.",
        unit: "percentunit",
        thresholds: { warning: 0.01, critical: 0.144 },
        alerts: ["TemporalFrontendSlowBudgetBurnsFast", "TemporalFrontendSlowBudgetBurnsSlowly"],
        queries: [
            {
                expr: max("temporal_deployment", series("temporal:frontend_slow_ratio:rate5m")),
                legend: "{{temporal_deployment}}",
            },
        ],
    },
    {
        title: "Oldest waiting task by deployment",
        description: "How long the oldest task has waited for a worker. Good: seconds.",
        noData: "no task queue is loaded.",
        unit: "s",
        thresholds: { warning: 300, critical: 1800 },
        alerts: ["TemporalTaskQueueBacklogOld", "TemporalTaskQueueStalled"],
        queries: [
            {
                expr: max("temporal_deployment", series("temporal:taskqueue_backlog_age_seconds:max")),
                legend: "{{temporal_deployment}}",
            },
        ],
    },
    {
        title: "State transitions by deployment",
        description:
            "Work of the history services. Good: follows the requests; falling while requests stay is a stall.",
        unit: "ops",
        queries: [
            {
                expr: sum("temporal_deployment", rate("state_transition_count_count")),
                legend: "{{temporal_deployment}}",
            },
        ],
    },
    {
        title: "Database connections by deployment",
        description:
            "Open connections of each deployment's pools, and what PostgreSQL allows to all together. Good: their sum far under that.",
        unit: "short",
        alerts: ["PostgresConnectionsHigh", "PostgresConnectionsOvercommitted"],
        queries: [
            {
                expr: sum("temporal_deployment", series("persistence_sql_open_conn")),
                legend: "{{temporal_deployment}}",
            },
            {
                expr: allowedConnections,
                legend: "allowed to all together",
            },
        ],
    },
];

/** All deployments on one page, and whether the monitoring itself works. */
export const overviewPage: DashboardSpec = {
    name: "temporal-overview",
    title: "Temporal / Overview",
    description: "All deployments on one page, and whether the monitoring itself works.",
    variables: ["temporal_deployment", "platform_namespace"],
    allDeployments: true,
    rows: [
        { title: "Now", panels: now },
        { title: "Load", panels: load },
        { title: "The monitoring itself", panels: monitoringPanels },
    ],
};
