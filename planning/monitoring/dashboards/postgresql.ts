import type { PanelSpec } from "./panel.ts";
import { platformNamespace } from "./promql.ts";

const pg = (metric: string, ...matchers: readonly string[]) =>
    `${metric}{${[platformNamespace, ...matchers].join(",")}}`;
const clients = 'backend_type="client backend"';
const rate = (metric: string) => `rate(${pg(metric)}[$__rate_interval])`;
const volume = (metric: string) => pg(metric, 'persistentvolumeclaim="postgresql-data"');

/** Connections that PostgreSQL grants to all pools together. */
export const allowedConnections = `max(${pg("pg_settings_max_connections")}) - max(${pg("pg_settings_superuser_reserved_connections")})`;

/** The PostgreSQL server that all deployments share, as it sees itself. */
export const postgresqlPanels: readonly PanelSpec[] = [
    {
        title: "PostgreSQL answers",
        description: "Whether the exporter can log in. Good: yes.",
        unit: "bool_yes_no",
        show: "number",
        thresholds: { bad: "below", critical: 1 },
        alerts: ["PostgresDown", "PostgresMetricsMissing"],
        queries: [{ expr: `max(${pg("pg_up")})`, legend: "up" }],
    },
    {
        title: "Collectors that fail",
        description: "Parts of the exporter that could not read their views. Good: none.",
        unit: "short",
        show: "number",
        thresholds: { warning: 1 },
        alerts: ["PostgresCollectorFailing"],
        queries: [{ expr: `count(${pg("pg_scrape_collector_success")} == 0) or vector(0)`, legend: "collectors" }],
    },
    {
        title: "Longest transaction",
        description: "It holds vacuum off the queue tables. Good: seconds.",
        noData: "nobody is connected.",
        unit: "s",
        show: "number",
        thresholds: { warning: 600 },
        alerts: ["PostgresTransactionTooLong"],
        queries: [{ expr: `max(${pg("pg_stat_activity_max_tx_duration", clients)})`, legend: "longest" }],
    },
    {
        title: "Cache hits",
        description: "Share of blocks that PostgreSQL found in its memory. Good: over 98 %.",
        unit: "percentunit",
        show: "number",
        queries: [
            {
                expr: `sum(${rate("pg_stat_database_blks_hit")}) / (sum(${rate("pg_stat_database_blks_hit")}) + sum(${rate("pg_stat_database_blks_read")}))`,
                legend: "hits",
            },
        ],
    },
    {
        title: "Space left",
        description: "Of the volume that holds PostgreSQL. Good: over 20 %.",
        noData: "the server is external, or the kubelet doesn't measure this kind of volume.",
        unit: "percentunit",
        show: "number",
        thresholds: { bad: "below", critical: 0.1 },
        alerts: ["PlatformVolumeFilling", "PlatformVolumeFull"],
        queries: [
            {
                expr: `min(${volume("kubelet_volume_stats_available_bytes")} / ${volume("kubelet_volume_stats_capacity_bytes")})`,
                legend: "left",
            },
        ],
    },
    {
        title: "Transaction ids used",
        description: "Age of the oldest row that isn't frozen, of 2 billion. Good: under 1 billion.",
        unit: "short",
        show: "number",
        thresholds: { critical: 1e9 },
        alerts: ["PostgresWraparound"],
        queries: [
            { expr: `max(${pg("pg_database_wraparound_age_datfrozenxid_seconds")})`, legend: "transactions" },
            { expr: `max(${pg("pg_database_wraparound_age_datminmxid_seconds")})`, legend: "multixacts" },
        ],
    },
    {
        title: "Connections by role",
        description:
            "Open now, by deployment, since each has a role of its own; and what PostgreSQL allows to all together. Good: the sum under 80 % of that.",
        unit: "short",
        alerts: ["PostgresConnectionsHigh", "PostgresConnectionsExhausted", "PostgresMaxConnectionsTooLow"],
        queries: [
            { expr: `sum by (usename) (${pg("pg_stat_activity_count", clients)})`, legend: "{{usename}}" },
            { expr: `sum(${pg("pg_stat_activity_count", clients)})`, legend: "together" },
            { expr: allowedConnections, legend: "allowed" },
        ],
    },
    {
        title: "What all pools together may open",
        description: "Of all deployments, since they share the server. Good: under what PostgreSQL allows.",
        unit: "short",
        alerts: ["PostgresConnectionsOvercommitted"],
        queries: [
            {
                expr: 'sum by (temporal_deployment) (persistence_sql_max_open_conn{temporal_deployment!=""})',
                legend: "{{temporal_deployment}}",
            },
            { expr: 'sum(persistence_sql_max_open_conn{temporal_deployment!=""})', legend: "together" },
            { expr: allowedConnections, legend: "allowed" },
        ],
    },
    {
        title: "Sessions by what they wait for",
        description: "Good: Client (idle) and few others; Lock is a queue behind one transaction, IO a slow disk.",
        unit: "short",
        show: "stacked",
        alerts: ["PostgresLockWaits"],
        queries: [
            {
                expr: `sum by (state, wait_event_type) (${pg("pg_stat_activity_count", clients)}) > 0`,
                legend: "{{state}} {{wait_event_type}}",
            },
        ],
    },
    {
        title: "Transactions",
        description: "Commits and rollbacks by database. Good: few rollbacks.",
        unit: "ops",
        queries: [
            { expr: `sum by (datname) (${rate("pg_stat_database_xact_commit")})`, legend: "{{datname}}" },
            {
                expr: `sum by (datname) (${rate("pg_stat_database_xact_rollback")}) > 0`,
                legend: "{{datname}}: rolled back",
            },
        ],
    },
    {
        title: "Deadlocks",
        description: "In the last 10 min, by database. Good: none.",
        unit: "short",
        thresholds: { warning: 5 },
        alerts: ["PostgresDeadlocks"],
        queries: [
            {
                expr: `sum by (datname) (increase(${pg("pg_stat_database_deadlocks")}[10m]))`,
                legend: "{{datname}}",
            },
        ],
    },
    {
        title: "Size by database",
        description: "Good: grows no faster than what the retention of closed workflows explains.",
        unit: "bytes",
        alerts: ["PostgresDatabaseGrowsFast"],
        queries: [{ expr: `max by (datname) (${pg("pg_database_size_bytes")})`, legend: "{{datname}}" }],
    },
    {
        title: "Write-ahead log",
        description: "Size on disk, and what replication slots hold back. Good: level.",
        unit: "bytes",
        alerts: ["PostgresReplicationSlotIdle"],
        queries: [
            { expr: `sum(${pg("pg_wal_size_bytes")})`, legend: "on disk" },
            {
                expr: `max by (slot_name) (${pg("pg_replication_slots_pg_wal_lsn_diff")})`,
                legend: "held by {{slot_name}}",
            },
        ],
    },
    {
        title: "Memory of PostgreSQL",
        description: "Working set of the bundled server's pod. Good: under its limit.",
        noData: "the server is external.",
        unit: "bytes",
        queries: [
            {
                expr: `sum by (pod) (${pg("container_memory_working_set_bytes", 'container="postgresql"')})`,
                legend: "{{pod}}",
            },
        ],
    },
    {
        title: "Checkpoints",
        description: "Good: most are timed; many requested ones mean that max_wal_size is small for the load.",
        noData: "PostgreSQL 17 and later count them elsewhere.",
        unit: "ops",
        queries: [
            { expr: `sum(${rate("pg_stat_bgwriter_checkpoints_timed_total")})`, legend: "timed" },
            { expr: `sum(${rate("pg_stat_bgwriter_checkpoints_req_total")})`, legend: "requested" },
        ],
    },
];
