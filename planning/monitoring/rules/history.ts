/** Alerts on the history service: its shards, their locks, and the tasks that move workflows on. */
import type { MonitoredDeployment, RuleGroup } from "../alertRule.ts";
import { alertOf, count, perSecond, quantile, rareEvent, select } from "./ruleText.ts";

/** Seconds of which 99 % of what is measured must stay below; each a bound of the server's histogram buckets. */
export const historyLatencyLimits = {
    /** Waiting for a shard's turn to write; healthy is below 0.005. */
    shardLock: 0.2,
    /** Waiting for the lock of one workflow. */
    workflowLock: 0.5,
    /** From the time a timer was due, or a task was made, to its completion. */
    timer: 5,
    transfer: 10,
} as const;

/** Share of history's tasks that may fail unexpectedly; each is tried some 70 times before it goes to the dead letters. */
const taskErrorShare = 0.05;

/** Share of the mutable state cache that may be in use at one time. */
const cachePinnedShare = 0.9;

/** Share of all shards that may change their owner within ten minutes. */
const churnShare = 0.5;

/** Alerts on shards and tasks. */
export function historyRules(target: MonitoredDeployment): RuleGroup {
    const owned = select(target, "temporal:history_shards:owned");
    const configured = select(target, "temporal:history_shards:configured");
    const latency = historyLatencyLimits;
    const cache = (metric: string) => `max by (pod) (${select(target, metric, `cache_type="mutablestate"`)})`;
    const tasks = (metric: string) => `sum(rate(${select(target, metric)}[10m]))`;
    const taskLatency = (operations: string) =>
        quantile(target, 0.99, {
            metric: "task_latency_queue_bucket",
            matchers: `service_name="history",operation=~"${operations}"`,
            window: "10m",
        });
    return {
        name: `temporal.history.${target.name}`,
        rules: [
            alertOf(target, "TemporalShardsUnowned", {
                severity: "critical",
                expr: `${configured} - ${owned} > 0`,
                for: "5m",
                summary: "History shards have no owner: their workflows stand still.",
                description: `Of ${target.historyShards} history shards without an owner: {{ $value }}.`,
            }),
            alertOf(target, "TemporalShardsOwnedTwice", {
                severity: "warning",
                expr: `${owned} - ${configured} > 0`,
                for: "20m",
                summary: "History pods own more shards than there are.",
                description: `Owned beyond the ${target.historyShards} shards that exist: {{ $value }}. Pods don't agree on who owns what.`,
            }),
            alertOf(target, "TemporalShardOwnershipLost", {
                severity: "critical",
                expr: `sum(rate(${select(target, "persistence_error_with_type", `operation="UpdateShard",error_type=~".*ShardOwnershipLostError"`)}[5m])) > 0`,
                for: "10m",
                summary: "A history pod keeps writing to shards that it has lost.",
                description: `Writes of shards that are refused since another pod owns the shard: ${perSecond}.`,
            }),
            alertOf(target, "TemporalShardChurn", {
                severity: "warning",
                expr: `sum(increase(${select(target, "sharditem_created_count")}[10m])) > ${churnShare * target.historyShards}`,
                for: "20m",
                summary: "History shards keep changing their owner.",
                description: `Takeovers within 10 minutes: ${count}, of ${target.historyShards} shards.`,
            }),
            alertOf(target, "TemporalShardLockSlow", {
                severity: "warning",
                expr: `${quantile(target, 0.99, { metric: "semaphore_latency_bucket", matchers: `operation="ShardInfo"`, window: "5m" })} > ${latency.shardLock}`,
                for: "10m",
                summary: "Writes queue for their history shard.",
                description: `1 % of the writes wait longer than {{ $value | humanizeDuration }} for their shard; healthy is below 5ms.`,
            }),
            alertOf(target, "TemporalWorkflowLockSlow", {
                severity: "warning",
                expr: `${quantile(target, 0.99, { metric: "cache_latency_bucket", matchers: `operation="HistoryCacheGetOrCreate",cache_type="mutablestate"`, window: "5m" })} > ${latency.workflowLock}`,
                for: "10m",
                summary: "Calls queue for the lock of single workflows.",
                description: "1 % of the calls wait longer than {{ $value | humanizeDuration }} for their workflow.",
            }),
            alertOf(target, "TemporalSuspectedDeadlock", {
                severity: "critical",
                expr: `max by (pod) (${select(target, "dd_current_suspected_deadlocks")}) > 0`,
                for: "1m",
                summary: "A pod can't take one of its own locks.",
                description: "{{ $labels.pod }}: locks that the deadlock detector couldn't take: {{ $value }}.",
            }),
            alertOf(target, "TemporalTimersLate", {
                severity: "warning",
                expr: `${taskLatency("TimerActive.*")} > ${latency.timer}`,
                for: "10m",
                summary: "Timers and timeouts fire late.",
                description: "1 % of the timers are later than {{ $value | humanizeDuration }}.",
            }),
            alertOf(target, "TemporalTransferTasksSlow", {
                severity: "critical",
                expr: `${taskLatency("TransferActive.*")} > ${latency.transfer}`,
                for: "10m",
                summary: "Workflows hardly move: their tasks don't get to matching in time.",
                description: "1 % of the transfer tasks take longer than {{ $value | humanizeDuration }}.",
            }),
            alertOf(target, "TemporalHistoryTaskErrors", {
                severity: "warning",
                expr: `${tasks("task_errors")} / (${tasks("task_requests")} > 0.1) > ${taskErrorShare}`,
                for: "15m",
                summary: "History's own tasks fail.",
                description: "{{ $value | humanizePercentage }} of history's tasks fail unexpectedly.",
            }),
            alertOf(target, "TemporalHistoryTaskDeadLettered", {
                severity: "critical",
                expr: rareEvent(target, { metric: "dlq_writes", window: "30m", by: ["task_category"] }),
                summary: "Tasks were given up: their workflows may hang.",
                description: `Tasks ({{ $labels.task_category }}) that went to the dead letter queue within 30 minutes: ${count}.`,
            }),
            alertOf(target, "TemporalDeadLettersWaiting", {
                severity: "warning",
                // The gauge is set every three hours, by the owner of shard 1.
                expr: `max by (task_category) (${select(target, "dlq_message_count")}) > 0`,
                for: "1h",
                summary: "Given up tasks wait for somebody to merge or purge them.",
                description: "Tasks ({{ $labels.task_category }}) in the dead letter queue: {{ $value }}.",
            }),
            alertOf(target, "TemporalHistoryCachePinned", {
                severity: "warning",
                expr: `${cache("cache_pinned_usage")} / (${cache("cache_size")} > 0) > ${cachePinnedShare}`,
                for: "15m",
                summary: "A history pod's cache is full of workflows in use.",
                description:
                    "{{ $labels.pod }}: {{ $value | humanizePercentage }} of the mutable state cache is in use at one time.",
            }),
        ],
    };
}
