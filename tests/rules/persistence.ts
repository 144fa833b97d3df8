import { ofA, type RuleCase } from "./ruleCase.ts";
import { calm, fault, histogram } from "./situations.ts";

/** Latency of a call in seconds: how many of a hundred take how long at most. */
const latency = (operation: string, perMinute: Record<string, number>) =>
    histogram((le) => ofA("persistence_latency_bucket", `operation="${operation}",pod="history-0",${le}`), perMinute);

const slow = latency("UpdateWorkflowExecution", { "0.5": 989, "1": 1000, "+Inf": 1000 });
const verySlow = latency("UpdateWorkflowExecution", { "0.5": 0, "1": 500, "2": 989, "5": 1000, "+Inf": 1000 });

const calls = (store: string, failed: number, all: number) => ({
    [ofA(`${store}_errors`, `operation="UpdateShard",pod="history-0"`)]: `0+${failed}x180`,
    [ofA(`${store}_requests`, `operation="UpdateShard",pod="history-0"`)]: `0+${all / 2}x180`,
    [ofA(`${store}_requests`, `operation="GetTasks",pod="matching-0"`)]: `0+${all / 2}x180`,
});

const pool = (inUse: number, most: number) => {
    const labels = `temporal_service="history",pod="history-0",service_name="history",db_kind="main"`;
    return {
        [ofA("persistence_sql_in_use", labels)]: `${inUse}x180`,
        [ofA("persistence_sql_max_open_conn", labels)]: `${most}x180`,
    };
};

const visibilityDelay = (perMinute: Record<string, number>) =>
    histogram(
        (le) => ofA("task_latency_queue_bucket", `operation="VisibilityTaskCloseExecution",pod="history-0",${le}`),
        perMinute,
    );

const operation = (description: string) => ({ labels: { operation: "UpdateWorkflowExecution" }, description });

/** Situations of the alerts on a deployment's database. */
export const persistenceCases: readonly RuleCase[] = [
    ...fault(
        "TemporalPersistenceSlow",
        "after 10 minutes of calls over 500 ms",
        slow,
        11,
        operation("99 % of UpdateWorkflowExecution calls finish within 545.5ms only; should be below 500 ms."),
    ),
    {
        alert: "TemporalPersistenceSlow",
        title: "fires up to 2 s",
        series: latency("UpdateWorkflowExecution", { "1": 0, "2": 991, "5": 1000, "+Inf": 1000 }),
        at: "11m",
        fires: [operation("99 % of UpdateWorkflowExecution calls finish within 1.999s only; should be below 500 ms.")],
    },
    calm(
        "TemporalPersistenceSlow",
        "at 500 ms",
        latency("UpdateWorkflowExecution", { "0.2": 900, "0.5": 991, "1": 1000, "+Inf": 1000 }),
    ),
    calm("TemporalPersistenceSlow", "where TemporalPersistenceVerySlow fires", verySlow),
    calm(
        "TemporalPersistenceSlow",
        "while only a scavenger is slow",
        latency("ListConcreteExecutions", { "0.5": 0, "1": 100, "+Inf": 100 }),
    ),
    ...fault(
        "TemporalPersistenceVerySlow",
        "after 5 minutes of calls over 2 s",
        verySlow,
        6,
        operation("99 % of UpdateWorkflowExecution calls finish within 2.273s only; many callers give up before that."),
    ),
    calm(
        "TemporalPersistenceVerySlow",
        "at 2 s",
        latency("UpdateWorkflowExecution", { "1": 900, "2": 991, "5": 1000, "+Inf": 1000 }),
    ),

    calm(
        "TemporalPersistenceVerySlow",
        "while only a scavenger is",
        latency("ListConcreteExecutions", { "2": 0, "5": 1000, "+Inf": 1000 }),
    ),

    ...fault("TemporalPersistenceErrors", "after 10 minutes of 0.11 % errors", calls("persistence", 11, 10_000), 11, {
        labels: {},
        description: "0.11% of the calls to the database failed over 5 minutes.",
    }),
    {
        alert: "TemporalPersistenceErrors",
        title: "fires up to 5 %",
        series: calls("persistence", 49, 1000),
        at: "11m",
        fires: [{ labels: {}, description: "4.9% of the calls to the database failed over 5 minutes." }],
    },
    calm("TemporalPersistenceErrors", "at less than 0.1 %", calls("persistence", 9, 10_000)),
    calm("TemporalPersistenceErrors", "where TemporalPersistenceFailing fires", calls("persistence", 60, 1000)),
    ...fault("TemporalPersistenceFailing", "after a minute of 6 % errors", calls("persistence", 60, 1000), 2, {
        labels: {},
        description: "6% of the calls to the database failed over 5 minutes.",
    }),
    calm("TemporalPersistenceFailing", "at less than 5 %", calls("persistence", 49, 1000)),
    calm("TemporalPersistenceFailing", "without any call", calls("persistence", 0, 0)),

    ...fault("TemporalSqlPoolSaturated", "after 5 minutes with 19 of 20 connections", pool(19, 20), 5, {
        labels: { pod: "history-0", temporal_service: "history", db_kind: "main" },
        description: "Pod history-0 (history) uses 95% of its connections to the main store.",
    }),
    calm("TemporalSqlPoolSaturated", "with 18 of 20 connections", pool(18, 20)),
    calm("TemporalSqlPoolSaturated", "where the pool has no limit", pool(19, 0)),

    ...fault("TemporalVisibilityErrors", "after 10 minutes of 1.1 %", calls("visibility_persistence", 11, 1000), 11, {
        labels: {},
        description: "1.1% of the calls to the visibility store failed over 5 minutes; workflows still run.",
    }),
    calm("TemporalVisibilityErrors", "at less than 1 %", calls("visibility_persistence", 9, 1000)),
    calm("TemporalVisibilityErrors", "while the default store fails", calls("persistence", 500, 1000)),

    ...fault(
        "TemporalVisibilityLate",
        "after 15 minutes of over 10 s",
        visibilityDelay({ "10": 989, "20": 1000, "+Inf": 1000 }),
        16,
        { labels: {}, description: "99 % of the changes are in the workflow lists only after 10.91s." },
    ),
    calm(
        "TemporalVisibilityLate",
        "while other tasks are late",
        histogram(
            (le) => ofA("task_latency_queue_bucket", `operation="TransferActiveTaskActivity",pod="history-0",${le}`),
            {
                "10": 0,
                "20": 1000,
                "+Inf": 1000,
            },
        ),
    ),
    calm("TemporalVisibilityLate", "at 10 s", visibilityDelay({ "5": 900, "10": 991, "20": 1000, "+Inf": 1000 })),
];
