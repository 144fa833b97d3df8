/** What postgres_exporter tells of the server that all deployments of a platform share. */
import type { AlertRule, MonitoredPlatform, RuleGroup } from "../alertRule.ts";
import { platformAlert, selectPlatform } from "./platformRuleText.ts";

/** Share of the connections that others than superusers may open. */
const connectionShare = { much: 0.8, all: 0.95 } as const;

/** Sessions of one database that wait for a lock at the same time. */
const lockWaiters = 5;

/** Seconds that a transaction may stay open; Temporal's last milliseconds. */
const transactionSeconds = 600;

/** Transactions since the oldest row that isn't frozen. PostgreSQL freezes from 2e8 on, and stops writing at 2.1e9. */
const transactionAge = 1e9;

/** Bytes from which on the growth of a database is worth an alert. */
const grownBytes = 10e9;

/** Alerts on PostgreSQL itself. */
export function postgresqlRules(platform: MonitoredPlatform): RuleGroup {
    return {
        name: `temporal.postgresql.${platform.namespace}`,
        rules: [...availability(platform), ...connections(platform), ...sessions(platform), ...storage(platform)],
    };
}

function availability(platform: MonitoredPlatform): readonly AlertRule[] {
    return [
        platformAlert(platform, "PostgresDown", {
            severity: "critical",
            expr: `max(${selectPlatform(platform, "pg_up")}) == 0`,
            for: "1m",
            summary: "PostgreSQL can't be logged in to.",
            description:
                "PostgreSQL has refused or not answered the exporter for a minute: no deployment of the platform works.",
        }),
        platformAlert(platform, "PostgresMetricsMissing", {
            severity: "warning",
            expr: `absent(${selectPlatform(platform, "pg_up")})`,
            for: "10m",
            summary: "Nothing is known of PostgreSQL.",
            description:
                "Prometheus has had no metrics of postgres_exporter for 10 minutes, so no alert on PostgreSQL can fire.",
        }),
        platformAlert(platform, "PostgresCollectorFailing", {
            severity: "warning",
            expr: `min by (collector) (${selectPlatform(platform, "pg_scrape_collector_success")}) == 0`,
            for: "15m",
            summary: "The exporter can't read a part of what PostgreSQL tells.",
            description:
                "Collector {{ $labels.collector }} of postgres_exporter fails; alerts on what it reads can't fire.",
        }),
    ];
}

function connections(platform: MonitoredPlatform): readonly AlertRule[] {
    const { maxConnections } = platform.postgresql;
    const most = `max(${selectPlatform(platform, "pg_settings_max_connections")})`;
    const usable = `(${most} - max(${selectPlatform(platform, "pg_settings_superuser_reserved_connections")}))`;
    // Background workers and replication have limits of their own.
    const used = `sum(${selectPlatform(platform, "pg_stat_activity_count", 'backend_type="client backend"')})`;
    const description =
        "{{ $value | humanizePercentage }} of PostgreSQL's connections are taken, over all deployments.";
    const alerts = [
        platformAlert(platform, "PostgresConnectionsHigh", {
            severity: "warning",
            expr: `${used} / ${usable} > ${connectionShare.much} <= ${connectionShare.all}`,
            for: "10m",
            summary: "PostgreSQL has few connections left.",
            description,
        }),
        platformAlert(platform, "PostgresConnectionsExhausted", {
            severity: "critical",
            expr: `${used} / ${usable} > ${connectionShare.all}`,
            for: "1m",
            summary: "PostgreSQL has no connections left.",
            description,
        }),
        platformAlert(platform, "PostgresMaxConnectionsTooLow", {
            severity: "warning",
            expr: `${most} < ${maxConnections}`,
            for: "5m",
            summary: "PostgreSQL allows fewer connections than the stack counts on.",
            description: `max_connections is {{ $value }}; the pools of the deployments are made for ${maxConnections}.`,
        }),
    ];
    if (!platform.bundled) return alerts;
    return [
        ...alerts,
        platformAlert(platform, "PostgresConnectionsOvercommitted", {
            severity: "warning",
            // Only a Prometheus of the platform's own knows of no other platform's deployments.
            expr: `sum(persistence_sql_max_open_conn{temporal_deployment!=""}) > ${usable}`,
            // Longer than a rolling update, which runs old and new pods side by side.
            for: "30m",
            summary: "The deployments may open more connections than PostgreSQL allows.",
            description:
                "All pods together may open {{ $value }} connections, more than PostgreSQL's max_connections leaves them.",
        }),
    ];
}

function sessions(platform: MonitoredPlatform): readonly AlertRule[] {
    // Each pg_dump is one transaction as long as the dump.
    const open = 'backend_type="client backend",application_name!~"pg_dump|pg_basebackup"';
    return [
        platformAlert(platform, "PostgresLockWaits", {
            severity: "warning",
            expr: `sum by (datname) (${selectPlatform(platform, "pg_stat_activity_count", 'wait_event_type="Lock"')}) > ${lockWaiters}`,
            for: "5m",
            summary: "Sessions queue up behind a lock.",
            description: "{{ $value }} sessions of database {{ $labels.datname }} wait for a lock.",
        }),
        platformAlert(platform, "PostgresDeadlocks", {
            severity: "warning",
            expr: `sum by (datname) (increase(${selectPlatform(platform, "pg_stat_database_deadlocks")}[10m])) > 5`,
            summary: "PostgreSQL breaks deadlocks again and again.",
            description: '{{ $value | printf "%.0f" }} deadlocks in database {{ $labels.datname }} within 10 minutes.',
        }),
        platformAlert(platform, "PostgresTransactionTooLong", {
            severity: "warning",
            expr: `max by (datname, usename) (${selectPlatform(platform, "pg_stat_activity_max_tx_duration", open)}) > ${transactionSeconds}`,
            for: "1m",
            summary: "A transaction stays open.",
            description:
                "A transaction of {{ $labels.usename }} in database {{ $labels.datname }} has been open for {{ $value | humanizeDuration }}.",
        }),
    ];
}

function storage(platform: MonitoredPlatform): readonly AlertRule[] {
    const age = (of: string) =>
        `max by (datname) (${selectPlatform(platform, `pg_database_wraparound_age_${of}_seconds`)}) > ${transactionAge}`;
    const size = `max by (datname) (${selectPlatform(platform, "pg_database_size_bytes")})`;
    const inAWeek = `predict_linear(${selectPlatform(platform, "pg_database_size_bytes")}[6h], 7 * 86400)`;
    const retained = `max by (slot_name) (${selectPlatform(platform, "pg_replication_slots_pg_wal_lsn_diff")})`;
    const idle = `max by (slot_name) (${selectPlatform(platform, "pg_replication_slots_active")}) == 0`;
    return [
        platformAlert(platform, "PostgresWraparound", {
            severity: "critical",
            // The exporter's names say seconds; the values are numbers of transactions.
            expr: `${age("datfrozenxid")} or ${age("datminmxid")}`,
            for: "10m",
            summary: "PostgreSQL runs out of transaction ids.",
            description:
                "The oldest row of database {{ $labels.datname }} is {{ $value | humanize }} transactions old.",
        }),
        platformAlert(platform, "PostgresDatabaseGrowsFast", {
            severity: "warning",
            expr: `max by (datname) (${inAWeek}) > 2 * ${size} and ${size} > ${grownBytes}`,
            for: "1h",
            summary: "A database doubles within a week.",
            description: "Database {{ $labels.datname }} will have {{ $value | humanize1024 }}B in a week.",
        }),
        platformAlert(platform, "PostgresReplicationSlotIdle", {
            severity: "warning",
            expr: `${retained} and ${idle}`,
            for: "30m",
            summary: "A replication slot that nobody reads keeps the write-ahead log.",
            description:
                "Nobody reads slot {{ $labels.slot_name }}, for which PostgreSQL keeps {{ $value | humanize1024 }}B.",
        }),
    ];
}
