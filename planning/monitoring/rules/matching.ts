/**
 * Alerts on task queues. Of one queue only one speaks at a time: no pollers, else by the age of the oldest task, else the
 * growth of the backlog or the wait of tasks that do start.
 */
import type { MonitoredDeployment, RuleGroup } from "../alertRule.ts";
import { taskQueueLabels, userTaskQueues } from "./recording.ts";
import { alertOf, count, quantile, rareEvent, select } from "./ruleText.ts";

/** Limits of what is normal for a task queue. */
export const taskQueueLimits = {
    /** Age of the oldest waiting task, in seconds: somebody should look. */
    backlogAgeWarning: 300,
    /** Age of the oldest waiting task, in seconds: work isn't being done. */
    backlogAgeCritical: 1800,
    /** Waiting tasks. */
    backlogTasks: 1000,
    /** Wait of 1 % of the tasks that do start, in seconds; a bucket bound (Temporal's worker alerting guide). */
    scheduleToStart: 5,
    /** Share of the tasks that find a poller waiting (Temporal's worker health guide). */
    syncMatchShare: 0.95,
} as const;

/** Alerts on task queues of users' workers. */
export function matchingRules(target: MonitoredDeployment): RuleGroup {
    const limits = taskQueueLimits;
    const backlog = select(target, "temporal:taskqueue_backlog:sum");
    const age = select(target, "temporal:taskqueue_backlog_age_seconds:max");
    const unpolled = `${select(target, "temporal:taskqueue_no_poller_tasks:rate5m")} > 0`;
    const polls = (metric: string) =>
        `sum by (${taskQueueLabels}) (rate(${select(target, metric, userTaskQueues)}[15m]))`;
    const scheduleToStart = quantile(target, 0.99, {
        metric: "task_schedule_to_start_latency_bucket",
        matchers: userTaskQueues,
        window: "5m",
        by: taskQueueLabels.split(", "),
    });
    const queue =
        "Task queue {{ $labels.taskqueue }} ({{ $labels.task_type }}) of namespace {{ $labels.temporal_namespace }}";
    return {
        name: `temporal.matching.${target.name}`,
        rules: [
            alertOf(target, "TemporalTaskQueueHasNoPollers", {
                severity: "critical",
                expr: `${backlog} > 0 and ${unpolled}`,
                for: "2m",
                summary: "Tasks wait and no worker polls their task queue.",
                description: `${queue}: waiting tasks: {{ $value }}, and nobody has polled for 2 minutes.`,
            }),
            alertOf(target, "TemporalTaskQueueBacklogOld", {
                severity: "warning",
                expr: `${age} > ${limits.backlogAgeWarning} <= ${limits.backlogAgeCritical} unless ${unpolled}`,
                for: "5m",
                summary: "Tasks wait for minutes.",
                description: `${queue}: the oldest task has waited for {{ $value | humanizeDuration }}.`,
            }),
            alertOf(target, "TemporalTaskQueueStalled", {
                severity: "critical",
                expr: `${age} > ${limits.backlogAgeCritical} unless ${unpolled}`,
                for: "5m",
                summary: "Tasks wait so long that work isn't being done.",
                description: `${queue}: the oldest task has waited for {{ $value | humanizeDuration }}.`,
            }),
            alertOf(target, "TemporalTaskQueueBacklogGrowing", {
                severity: "warning",
                expr:
                    `${backlog} > ${limits.backlogTasks} and deriv(${backlog}[30m]) > 0` +
                    ` unless ${age} > ${limits.backlogAgeWarning} unless ${unpolled}`,
                for: "15m",
                summary: "More tasks come than workers take.",
                description: `${queue}: waiting tasks: {{ $value }}, and they become more.`,
            }),
            alertOf(target, "TemporalScheduleToStartSlow", {
                severity: "warning",
                expr:
                    `${scheduleToStart} > ${limits.scheduleToStart}` +
                    ` unless on (${taskQueueLabels}) ${age} > ${limits.backlogAgeWarning}`,
                for: "5m",
                summary: "Tasks start late.",
                description: `${queue}: 1 % of the tasks wait longer than {{ $value | humanizeDuration }} for a worker.`,
            }),
            alertOf(target, "TemporalSyncMatchLow", {
                severity: "info",
                expr: `${polls("poll_success_sync")} / (${polls("poll_success")} > 1) < ${limits.syncMatchShare}`,
                for: "30m",
                summary: "Few tasks find a worker waiting: each of the others costs writes to the database.",
                description: `${queue}: only {{ $value | humanizePercentage }} of the tasks find a worker waiting.`,
            }),
            alertOf(target, "TemporalMatchingTasksDropped", {
                severity: "warning",
                expr: rareEvent(target, { metric: "non_retryable_tasks", window: "30m", by: ["error_type"] }),
                summary: "Matching dropped tasks that it can never deliver.",
                description: `Dropped within 30 minutes as {{ $labels.error_type }}: ${count}.`,
            }),
        ],
    };
}
