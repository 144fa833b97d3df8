import type { RuleCase } from "./ruleCase.ts";
import { calm, fault } from "./situations.ts";

/** A series of the platform's exporter. */
const of = (metric: string, labels = "", namespace = "temporal-platform") =>
    `${metric}{namespace="${namespace}",job="postgresql"${labels && `,${labels}`}}`;

const sessions = (count: number, labels: string) => ({
    [of("pg_stat_activity_count", `datname="temporal_a",${labels}`)]: `${count}x180`,
});

const clients = 'backend_type="client backend",state="idle",usename="temporal_a"';

/** A hundred connections for clients, and so many of them taken. */
const connections = (taken: number) => ({
    [of("pg_settings_max_connections")]: "103x180",
    [of("pg_settings_superuser_reserved_connections")]: "3x180",
    ...sessions(taken, clients),
    ...sessions(20, 'backend_type="autovacuum worker",state="active",usename="postgres"'),
});

const pools = (...most: readonly number[]) =>
    Object.fromEntries(
        most.map((each, index) => [
            `persistence_sql_max_open_conn{temporal_deployment="${index % 2 ? "a" : "b"}",pod="history-${index}"}`,
            `${each}x180`,
        ]),
    );

const deadlocks = (values: string) => ({
    [of("pg_stat_database_deadlocks", 'datname="temporal_a"')]: values,
});

const transaction = (values: string, application: string, backend = "client backend") => ({
    [of(
        "pg_stat_activity_max_tx_duration",
        `datname="temporal_a",usename="temporal_a",application_name="${application}",backend_type="${backend}",state="active"`,
    )]: values,
});

const age = (of_: string, transactions: number) => ({
    [of(`pg_database_wraparound_age_${of_}_seconds`, 'datname="temporal_a"')]: `${transactions}x180`,
});

const size = (values: string) => ({ [of("pg_database_size_bytes", 'datname="temporal_a"')]: values });

const slot = (active: number) => ({
    [of("pg_replication_slots_pg_wal_lsn_diff", 'slot_name="standby"')]: "5368709120x180",
    [of("pg_replication_slots_active", 'slot_name="standby"')]: `${active}x180`,
});

const tooOld = {
    labels: { datname: "temporal_a" },
    description: "The oldest row of database temporal_a is 1.2G transactions old.",
};

/** Situations of the alerts on PostgreSQL. */
export const postgresqlCases: readonly RuleCase[] = [
    ...fault("PostgresDown", "a minute after the last answer", { [of("pg_up")]: "1x4 0x180" }, 6, {
        labels: {},
        description:
            "PostgreSQL has refused or not answered the exporter for a minute: no deployment of the platform works.",
    }),
    calm("PostgresDown", "after one refused login", { [of("pg_up")]: "1x4 0 1x180" }, "6m"),
    calm("PostgresDown", "of another platform", { [of("pg_up", "", "elsewhere")]: "0x180", [of("pg_up")]: "1x180" }),

    ...fault("PostgresMetricsMissing", "after 10 minutes", { [of("pg_up", "", "elsewhere")]: "1x180" }, 10, {
        labels: {},
        description:
            "Prometheus has had no metrics of postgres_exporter for 10 minutes, so no alert on PostgreSQL can fire.",
    }),
    calm("PostgresMetricsMissing", "while PostgreSQL is down", { [of("pg_up")]: "0x180" }),

    ...fault(
        "PostgresCollectorFailing",
        "after 15 minutes",
        {
            [of("pg_scrape_collector_success", 'collector="locks"')]: "0x180",
            [of("pg_scrape_collector_success", 'collector="wal"')]: "1x180",
        },
        15,
        {
            labels: { collector: "locks" },
            description: "Collector locks of postgres_exporter fails; alerts on what it reads can't fire.",
        },
    ),
    calm("PostgresCollectorFailing", "after one failure", {
        [of("pg_scrape_collector_success", 'collector="locks"')]: "1x9 0 1x180",
    }),

    ...fault("PostgresConnectionsHigh", "after 10 minutes at 81 %", connections(81), 10, {
        labels: {},
        description: "81% of PostgreSQL's connections are taken, over all deployments.",
    }),
    calm("PostgresConnectionsHigh", "at 80 %", connections(80)),
    calm("PostgresConnectionsHigh", "where PostgresConnectionsExhausted fires", connections(96)),
    ...fault("PostgresConnectionsExhausted", "after a minute at 96 %", connections(96), 1, {
        labels: {},
        description: "96% of PostgreSQL's connections are taken, over all deployments.",
    }),
    calm("PostgresConnectionsExhausted", "at 95 %", connections(95)),

    ...fault("PostgresMaxConnectionsTooLow", "after 5 minutes", { [of("pg_settings_max_connections")]: "199x180" }, 5, {
        labels: {},
        description: "max_connections is 199; the pools of the deployments are made for 200.",
    }),
    calm("PostgresMaxConnectionsTooLow", "at what the stack says", { [of("pg_settings_max_connections")]: "200x180" }),

    ...fault(
        "PostgresConnectionsOvercommitted",
        "after 30 minutes",
        { ...connections(10), ...pools(25, 25, 25, 26) },
        30,
        {
            labels: {},
            description:
                "All pods together may open 101 connections, more than PostgreSQL's max_connections leaves them.",
        },
    ),
    calm("PostgresConnectionsOvercommitted", "where it just fits", { ...connections(10), ...pools(25, 25, 25, 25) }),
    calm("PostgresConnectionsOvercommitted", "for a Temporal that isn't ours", {
        ...connections(10),
        ...pools(25, 25, 25, 25),
        'persistence_sql_max_open_conn{pod="chart-history-0"}': "500x180",
    }),

    ...fault("PostgresLockWaits", "after 5 minutes", sessions(6, 'wait_event_type="Lock"'), 5, {
        labels: { datname: "temporal_a" },
        description: "6 sessions of database temporal_a wait for a lock.",
    }),
    calm("PostgresLockWaits", "with five sessions", sessions(5, 'wait_event_type="Lock"')),
    calm("PostgresLockWaits", "where sessions wait for their clients", sessions(50, 'wait_event_type="Client"')),

    ...fault("PostgresDeadlocks", "at six within 10 minutes", deadlocks("0x4 6x180"), 5, {
        labels: { datname: "temporal_a" },
        description: "6 deadlocks in database temporal_a within 10 minutes.",
    }),
    calm("PostgresDeadlocks", "at five", deadlocks("0x4 5x180"), "5m"),

    ...fault("PostgresTransactionTooLong", "11 minutes after its beginning", transaction("0+60x180", "temporal"), 12, {
        labels: { datname: "temporal_a", usename: "temporal_a" },
        description: "A transaction of temporal_a in database temporal_a has been open for 12m 0s.",
    }),
    calm("PostgresTransactionTooLong", "at 10 minutes", transaction("600x180", "temporal")),
    calm("PostgresTransactionTooLong", "while a dump runs", transaction("0+60x180", "pg_dump")),
    calm("PostgresTransactionTooLong", "while autovacuum runs", transaction("0+60x180", "", "autovacuum worker")),

    ...fault("PostgresWraparound", "after 10 minutes", age("datfrozenxid", 1.2e9), 10, tooOld),
    {
        alert: "PostgresWraparound",
        title: "fires for rows that several transactions hold",
        series: { ...age("datfrozenxid", 1e6), ...age("datminmxid", 1.2e9) },
        at: "10m",
        fires: [tooOld],
    },
    calm("PostgresWraparound", "at a billion", { ...age("datfrozenxid", 1e9), ...age("datminmxid", 1e9) }),

    ...fault("PostgresDatabaseGrowsFast", "after an hour", size("11000000000+2000000x180"), 61, {
        labels: { datname: "temporal_a" },
        description: "Database temporal_a will have 29.13GiB in a week.",
    }),
    calm("PostgresDatabaseGrowsFast", "where it needs longer than a week", size("11000000000+1000000x180")),
    calm("PostgresDatabaseGrowsFast", "while it is small", size("9000000000+2000000x180")),

    ...fault("PostgresReplicationSlotIdle", "after 30 minutes", slot(0), 30, {
        labels: { slot_name: "standby" },
        description: "Nobody reads slot standby, for which PostgreSQL keeps 5GiB.",
    }),
    calm("PostgresReplicationSlotIdle", "while somebody reads it", slot(1)),
];
