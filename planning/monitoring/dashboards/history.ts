import type { DashboardSpec } from "./dashboard.ts";
import type { PanelSpec } from "./panel.ts";
import { max, quantile, rate, series, sum } from "./promql.ts";

const history = 'service_name="history"';

const shards: readonly PanelSpec[] = [
    {
        title: "Shards by pod",
        description: "Who owns how many, and how many there are. Good: the stack reaches the line and is evenly cut.",
        unit: "short",
        alerts: ["TemporalShardsUnowned", "TemporalShardsOwnedTwice"],
        queries: [
            { expr: sum("pod", series("numshards_gauge")), legend: "{{pod}}" },
            { expr: sum("", series("temporal:history_shards:configured")), legend: "configured" },
        ],
    },
    {
        title: "Shards that move",
        description: "Shards opened, closed and removed. Good: none outside a rollout.",
        unit: "ops",
        alerts: ["TemporalShardChurn"],
        queries: ["sharditem_created_count", "sharditem_removed_count", "shard_closed_count"].map((metric) => ({
            expr: sum("", rate(metric)),
            legend: metric,
        })),
        noData: "no shard has moved since the pods started.",
    },
    {
        title: "Ownership lost",
        description: "Writes refused because another pod had taken the shard. Good: none outside a rollout.",
        noData: "no ownership was lost yet.",
        unit: "ops",
        alerts: ["TemporalShardOwnershipLost"],
        queries: [
            {
                expr: sum(
                    "operation",
                    rate("persistence_error_with_type", 'error_type=~"persistence.ShardOwnershipLostError"'),
                ),
                legend: "{{operation}}",
            },
        ],
    },
    {
        title: "Wait for the lock of a shard",
        description: "Good: 99th percentile under 5 ms; above it, the database is slow or the shards are too few.",
        unit: "s",
        thresholds: { warning: 0.2 },
        alerts: ["TemporalShardLockSlow"],
        queries: [0.5, 0.95, 0.99].map((q) => ({
            expr: quantile(q, "", "semaphore_latency", 'operation="ShardInfo"', history),
            legend: `${q * 100} %`,
        })),
    },
    {
        title: "Wait for the lock of a workflow",
        description: "Good: 99th percentile under some milliseconds; else single workflows get too many requests.",
        unit: "s",
        thresholds: { warning: 0.5 },
        alerts: ["TemporalWorkflowLockSlow"],
        queries: [0.5, 0.95, 0.99].map((q) => ({
            expr: quantile(q, "", "cache_latency", 'operation="HistoryCacheGetOrCreate"', 'cache_type="mutablestate"'),
            legend: `${q * 100} %`,
        })),
    },
    {
        title: "Suspected deadlocks",
        description: "Locks that the server's own detector could not get. Good: none.",
        unit: "short",
        thresholds: { critical: 1 },
        alerts: ["TemporalSuspectedDeadlock"],
        noData: "none was suspected yet.",
        queries: [{ expr: max("pod", series("dd_current_suspected_deadlocks")), legend: "{{pod}}" }],
    },
];

/** The stages of a history task: one panel each, by the queue that the task is in. */
const stages: readonly (readonly [metric: string, title: string, description: string])[] = [
    [
        "task_latency_load",
        "Tasks: time until loaded",
        "From creation until read from the database. Good: milliseconds.",
    ],
    [
        "task_latency_schedule",
        "Tasks: time until scheduled",
        "From loaded until a goroutine has it. Good: milliseconds.",
    ],
    ["task_latency_processing", "Tasks: time of processing", "One attempt. Good: some tens of milliseconds."],
];

const tasks: readonly PanelSpec[] = [
    {
        title: "Timers: lateness, 99th percentile",
        description: "How late timers and timeouts fire, until they are done. Good: under a second.",
        noData: "no timer has fired.",
        unit: "s",
        thresholds: { warning: 5 },
        alerts: ["TemporalTimersLate"],
        queries: [
            { expr: quantile(0.99, "", "task_latency_queue", history, 'operation=~"TimerActive.*"'), legend: "99 %" },
        ],
    },
    {
        title: "Transfer tasks: time until done, 99th percentile",
        description: "What carries a workflow from one step to the next. Good: under a second.",
        noData: "no workflow has moved.",
        unit: "s",
        thresholds: { critical: 10 },
        alerts: ["TemporalTransferTasksSlow"],
        queries: [
            {
                expr: quantile(0.99, "", "task_latency_queue", history, 'operation=~"TransferActive.*"'),
                legend: "99 %",
            },
        ],
    },
    ...stages.map(([metric, title, description]): PanelSpec => ({
        title: `${title}, 99th percentile`,
        description,
        noData: "no task has run.",
        unit: "s",
        queries: [{ expr: quantile(0.99, "operation", metric, history), legend: "{{operation}}" }],
    })),
    {
        title: "Tasks by kind",
        description: "Good: follows the state transitions.",
        unit: "ops",
        queries: [{ expr: `topk(12, ${sum("operation", rate("task_requests", history))})`, legend: "{{operation}}" }],
    },
    {
        title: "Tasks that fail",
        description: "Unexpected errors; after 70 of them a task goes to the dead-letter queue. Good: near none.",
        noData: "no task has failed yet.",
        unit: "ops",
        alerts: ["TemporalHistoryTaskErrors"],
        queries: [{ expr: `topk(12, ${sum("operation", rate("task_errors", history))})`, legend: "{{operation}}" }],
    },
    {
        title: "Tasks held back",
        description: "Busy workflows, rate limits, throttled schedulers. Good: near none.",
        noData: "no task was held back yet.",
        unit: "ops",
        queries: ["task_errors_workflow_busy", "task_errors_throttled", "task_scheduler_throttled"].map((metric) => ({
            expr: sum("", rate(metric, history)),
            legend: metric,
        })),
    },
    {
        title: "Dead letters",
        description:
            "Tasks given up in the last 30 min, and how many lie in the queue (counted every 3 h only). Good: none.",
        noData: "no task was ever given up.",
        unit: "short",
        alerts: ["TemporalHistoryTaskDeadLettered", "TemporalDeadLettersWaiting"],
        queries: [
            {
                expr: sum("task_category", `increase(${series("dlq_writes")}[30m])`),
                legend: "{{task_category}}: given up",
            },
            { expr: max("task_category", series("dlq_message_count")), legend: "{{task_category}}: in the queue" },
        ],
    },
    {
        title: "Corrupt state",
        description: "State and history of a workflow disagree, in the last hour. Good: none, ever.",
        noData: "none was ever found.",
        unit: "short",
        queries: ["mutable_state_checksum_mismatch", "task_errors_corruption"].map((metric) => ({
            expr: sum("", `increase(${series(metric)}[1h])`),
            legend: metric,
        })),
    },
];

const caches: readonly PanelSpec[] = [
    {
        title: "Cache misses",
        description: "Share of look-ups that had to read the database. Good: under 10 % for mutable state.",
        unit: "percentunit",
        queries: [
            {
                expr: `${sum("cache_type", rate("cache_miss", history))} / (${sum("cache_type", rate("cache_requests", history))} > 0)`,
                legend: "{{cache_type}}",
            },
        ],
    },
    {
        title: "Cache of workflow state, fullest pod",
        description: "How full it is, and how much of it is in use and can't be evicted. Good: in use under 90 %.",
        unit: "percentunit",
        alerts: ["TemporalHistoryCachePinned"],
        thresholds: { warning: 0.9 },
        queries: ["cache_usage", "cache_pinned_usage"].map((metric) => ({
            expr: `max(${series(metric, 'cache_type="mutablestate"')} / ${series("cache_size", 'cache_type="mutablestate"')})`,
            legend: metric,
        })),
    },
];

/** History: shards, its task queues, its caches. */
export const historyPage: DashboardSpec = {
    name: "temporal-history",
    title: "Temporal / History and shards",
    description: "Shards and their locks, the tasks that carry workflows on, caches.",
    variables: ["temporal_deployment"],
    rows: [
        { title: "Shards", panels: shards },
        { title: "Tasks", panels: tasks },
        { title: "Caches", panels: caches },
    ],
};
