import { deploymentA, healthyPods, ofA, type RuleCase } from "./ruleCase.ts";
import { calm, fault } from "./situations.ts";

const pods = healthyPods(deploymentA, 200);
const shards = (pod: string) => ofA("numshards_gauge", `service_name="history",pod="${pod}"`);

/** Shards per pod that come to so many in all, after 4 minutes with all 512. */
const ownedFromMinute4 = (all: number) => ({
    [shards("history-0")]: "200x60",
    [shards("history-1")]: "200x60",
    [shards("history-2")]: `112x3 ${all - 400}x60`,
});

const lostWrites = ofA(
    "persistence_error_with_type",
    `operation="UpdateShard",error_type="persistence.ShardOwnershipLostError",service_name="history",pod="history-0"`,
);
const takeovers = ofA("sharditem_created_count", `service_name="history",pod="history-0"`);

/**
 * A histogram that counts 100 per minute, `slow` of them between the two bounds: the 99th percentile of 2 is in the middle
 * between these.
 */
const latency = (metric: string, labels: string, lower: string, upper: string, slow: number) => ({
    [ofA(metric, `${labels},le="${lower}"`)]: `0+${100 - slow}x60`,
    [ofA(metric, `${labels},le="${upper}"`)]: "0+100x60",
    [ofA(metric, `${labels},le="+Inf"`)]: "0+100x60",
});
const shardLock = (slow: number) =>
    latency("semaphore_latency_bucket", `operation="ShardInfo",priority="0",pod="history-0"`, "0.2", "0.5", slow);
const workflowLock = (slow: number) =>
    latency(
        "cache_latency_bucket",
        `operation="HistoryCacheGetOrCreate",cache_type="mutablestate",pod="history-0"`,
        "0.5",
        "1.0",
        slow,
    );
const tasks = (operation: string, lower: string, upper: string, slow: number) =>
    latency(
        "task_latency_queue_bucket",
        `service_name="history",operation="${operation}",pod="history-0"`,
        lower,
        upper,
        slow,
    );
const timers = (slow: number) => tasks("TimerActiveTaskUserTimer", "5.0", "10.0", slow);
const transfers = (slow: number) => tasks("TransferActiveTaskWorkflowTask", "10.0", "20.0", slow);

const taskErrors = (failing: number, perMinute = 100) => ({
    [ofA("task_requests", `operation="TransferActiveTaskActivity",pod="history-0"`)]: `0+${perMinute}x60`,
    [ofA("task_errors", `operation="TransferActiveTaskActivity",pod="history-0"`)]: `0+${failing}x60`,
});

const deadlocks = ofA("dd_current_suspected_deadlocks", `service_name="history",pod="history-0"`);
const deadLetters = ofA("dlq_writes", `task_category="transfer",service_name="history",pod="history-0"`);
const waiting = ofA("dlq_message_count", `task_category="transfer",service_name="history",pod="history-0"`);
const cache = (pinned: number) => ({
    [ofA("cache_pinned_usage", `cache_type="mutablestate",pod="history-0"`)]: `${pinned}x40`,
    [ofA("cache_size", `cache_type="mutablestate",pod="history-0"`)]: "1000x40",
});

/** Situations of the alerts on shards and history's tasks. */
export const historyCases: readonly RuleCase[] = [
    ...fault("TemporalShardsUnowned", "after 5 minutes", ownedFromMinute4(500), 9, {
        labels: {},
        description: "Of 512 history shards without an owner: 12.",
    }),
    calm("TemporalShardsUnowned", "with all shards owned", ownedFromMinute4(512), "60m"),
    ...fault("TemporalShardsOwnedTwice", "after 20 minutes", ownedFromMinute4(513), 24, {
        labels: {},
        description: "Owned beyond the 512 shards that exist: 1. Pods don't agree on who owns what.",
    }),
    calm("TemporalShardsOwnedTwice", "with each shard owned once", ownedFromMinute4(512), "60m"),
    ...fault("TemporalShardOwnershipLost", "after 10 minutes of refused writes", { [lostWrites]: "0+6x30" }, 11, {
        labels: {},
        description: "Writes of shards that are refused since another pod owns the shard: 0.10 per second.",
    }),
    calm("TemporalShardOwnershipLost", "about refusals while shards moved once", { [lostWrites]: "0x4 30x60" }, "20m"),
    ...fault(
        "TemporalShardChurn",
        "20 minutes after half of the shards have moved within 10 minutes",
        { [takeovers]: "0+30x60" },
        29,
        { labels: {}, description: "Takeovers within 10 minutes: 300, of 512 shards." },
    ),
    calm("TemporalShardChurn", "at 250 takeovers", { [takeovers]: "0+25x60" }, "60m"),
    ...fault("TemporalShardLockSlow", "after 10 minutes", shardLock(2), 11, {
        labels: {},
        description: "1 % of the writes wait longer than 350ms for their shard; healthy is below 5ms.",
    }),
    calm("TemporalShardLockSlow", "while 0.9 % take longer than 200 ms", shardLock(0.9), "40m"),
    ...fault("TemporalWorkflowLockSlow", "after 10 minutes", workflowLock(2), 11, {
        labels: {},
        description: "1 % of the calls wait longer than 750ms for their workflow.",
    }),
    calm("TemporalWorkflowLockSlow", "while 0.9 % take longer than 500 ms", workflowLock(0.9), "40m"),
    ...fault("TemporalSuspectedDeadlock", "after a minute", { [deadlocks]: "0x3 1x20" }, 5, {
        labels: { pod: "history-0" },
        description: "history-0: locks that the deadlock detector couldn't take: 1.",
    }),
    ...fault("TemporalTimersLate", "after 10 minutes", timers(2), 11, {
        labels: {},
        description: "1 % of the timers are later than 7.5s.",
    }),
    calm("TemporalTimersLate", "while 0.9 % take longer than 5 s", timers(0.9), "40m"),
    calm("TemporalTimersLate", "about other tasks", tasks("TransferActiveTaskWorkflowTask", "5.0", "10.0", 50), "40m"),
    ...fault("TemporalTransferTasksSlow", "after 10 minutes", transfers(2), 11, {
        labels: {},
        description: "1 % of the transfer tasks take longer than 15s.",
    }),
    calm("TemporalTransferTasksSlow", "while 0.9 % take longer than 10 s", transfers(0.9), "40m"),
    ...fault("TemporalHistoryTaskErrors", "a quarter of an hour after more than 5 % fail", taskErrors(6), 16, {
        labels: {},
        description: "6% of history's tasks fail unexpectedly.",
    }),
    calm("TemporalHistoryTaskErrors", "at 5 %", taskErrors(5), "60m"),
    calm("TemporalHistoryTaskErrors", "about a handful of tasks", taskErrors(5.5, 5.5), "60m"),
    {
        alert: "TemporalHistoryTaskDeadLettered",
        title: "fires at the first task",
        series: { ...pods, [deadLetters]: "_x40 2x60" },
        at: "40m",
        fires: [
            {
                labels: { task_category: "transfer" },
                description: "Tasks (transfer) that went to the dead letter queue within 30 minutes: 2.",
            },
        ],
    },
    {
        alert: "TemporalHistoryTaskDeadLettered",
        title: "ends after half an hour",
        series: { ...pods, [deadLetters]: "_x40 2x60" },
        at: "70m",
        fires: [],
    },
    ...fault("TemporalDeadLettersWaiting", "after an hour", { [waiting]: "3x90" }, 60, {
        labels: { task_category: "transfer" },
        description: "Tasks (transfer) in the dead letter queue: 3.",
    }),
    calm("TemporalDeadLettersWaiting", "once the queue is empty", { [waiting]: "3x70 0x20" }, "71m"),
    ...fault("TemporalHistoryCachePinned", "after a quarter of an hour", cache(950), 15, {
        labels: { pod: "history-0" },
        description: "history-0: 95% of the mutable state cache is in use at one time.",
    }),
    calm("TemporalHistoryCachePinned", "at 90 %", cache(900), "40m"),
];
