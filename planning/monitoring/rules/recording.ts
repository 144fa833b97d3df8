/** Recording rules of a deployment: what alerts and dashboards read, computed once. */
import { serviceNames } from "../../ports.ts";
import type { MonitoredDeployment, RecordingRule, RuleGroup } from "../alertRule.ts";
import { recordOf, select } from "./ruleText.ts";

/**
 * Calls that a user waits for and whose fate is the server's. Left out are polls, which are long by nature, and queries and
 * updates, which fail when the user's own worker is away.
 */
const userOperations = [
    "StartWorkflowExecution",
    "SignalWorkflowExecution",
    "SignalWithStartWorkflowExecution",
    "RequestCancelWorkflowExecution",
    "TerminateWorkflowExecution",
    "DescribeWorkflowExecution",
    "RespondWorkflowTaskCompleted",
    "RespondActivityTaskCompleted",
].join("|");

/** Calls that begin work; their latency is what the latency objective is about. */
const startOperations = ["StartWorkflowExecution", "SignalWorkflowExecution", "SignalWithStartWorkflowExecution"].join(
    "|",
);

/** How fast such a call should be, in seconds; a bound of the server's histogram buckets. */
export const startLatencyObjective = 0.5;

/** Windows of the error budget alerts beside the five minutes that all of them come from. */
const longWindows = ["30m", "1h", "6h", "3d"];

/** Task queues of the server's own workers, some of them inside the users' Temporal namespaces. */
const systemTaskQueues = "temporal.sys.*|/temporal-sys/.*";

/** Matchers of what users' workers poll. */
export const userTaskQueues = `temporal_namespace!="temporal-system",taskqueue!~"${systemTaskQueues}"`;

/** Labels of a task queue, which is one per task type. */
export const taskQueueLabels = "temporal_namespace, taskqueue, task_type";

/** How a workflow can end, and the server's counter of it. A run that continues as new hasn't ended. */
const outcomes = {
    completed: "workflow_success",
    failed: "workflow_failed",
    "timed out": "workflow_timeout",
    terminated: "workflow_terminate",
    canceled: "workflow_cancel",
} as const;

/** How a workflow can end: the label `outcome` of `temporal:workflow_outcome:rate15m`. */
export type WorkflowOutcome = keyof typeof outcomes;

/** What is recorded for one deployment. */
export function recordingRules(target: MonitoredDeployment): RuleGroup {
    return {
        name: `temporal.recording.${target.name}`,
        rules: [
            ...configured(target),
            ...errorRatios(target),
            ...slowRatios(target),
            ...taskQueues(target),
            ...workflowOutcomes(target),
        ],
    };
}

/** What the deployment should have, as series to compare with what it has. */
function configured(target: MonitoredDeployment): RecordingRule[] {
    return [
        recordOf(target, "temporal:history_shards:configured", `vector(${target.historyShards})`),
        recordOf(target, "temporal:history_shards:owned", `sum(${select(target, "numshards_gauge")})`),
        ...serviceNames.map((service) =>
            recordOf(target, "temporal:service_replicas:configured", `vector(${target.replicas[service]})`, {
                temporal_service: service,
            }),
        ),
    ];
}

/** Share of the users' calls that fail through no fault of theirs (`service_errors` counts no others). */
function errorRatios(target: MonitoredDeployment): RecordingRule[] {
    const matchers = `service_name="frontend",operation=~"${userOperations}",temporal_namespace!="temporal-system"`;
    const rate = (metric: string) => `sum(rate(${select(target, metric, matchers)}[5m]))`;
    const requests = "temporal:frontend_user_requests:rate5m";
    const errors = "temporal:frontend_user_errors:rate5m";
    return [
        recordOf(target, requests, rate("service_requests")),
        // The error counter doesn't exist before the first error.
        recordOf(target, errors, `${rate("service_errors")} or 0 * sum(${select(target, requests)})`),
        ...ratios(target, "temporal:frontend_error_ratio", errors, requests),
    ];
}

/** Share of the calls that begin work and take longer than {@link startLatencyObjective}. */
function slowRatios(target: MonitoredDeployment): RecordingRule[] {
    const matchers = `service_name="frontend",operation=~"${startOperations}",temporal_namespace!="temporal-system"`;
    const rate = (suffix: string, more = "") =>
        `sum(rate(${select(target, `service_latency_${suffix}`, matchers + more)}[5m]))`;
    const requests = "temporal:frontend_start_requests:rate5m";
    const slow = "temporal:frontend_slow_requests:rate5m";
    return [
        recordOf(target, requests, rate("count")),
        recordOf(target, slow, `${rate("count")} - ${rate("bucket", `,le="${startLatencyObjective}"`)}`),
        ...ratios(target, "temporal:frontend_slow_ratio", slow, requests),
    ];
}

/**
 * A ratio over five minutes and over each longer window. Those average what five minutes gave, which costs one series'
 * samples instead of every pod's and operation's.
 */
function ratios(target: MonitoredDeployment, name: string, part: string, whole: string): RecordingRule[] {
    const average = (metric: string, window: string) => `avg_over_time(${select(target, metric)}[${window}])`;
    return [
        recordOf(target, `${name}:rate5m`, `${select(target, part)} / (${select(target, whole)} > 0)`),
        ...longWindows.map((window) =>
            recordOf(target, `${name}:rate${window}`, `${average(part, window)} / (${average(whole, window)} > 0)`),
        ),
    ];
}

function taskQueues(target: MonitoredDeployment): RecordingRule[] {
    const queues = (metric: string) => select(target, metric, userTaskQueues);
    return [
        // One series per partition, priority and worker version.
        recordOf(
            target,
            "temporal:taskqueue_backlog:sum",
            `sum by (${taskQueueLabels}) (${queues("approximate_backlog_count")})`,
        ),
        recordOf(
            target,
            "temporal:taskqueue_backlog_age_seconds:max",
            `max by (${taskQueueLabels}) (${queues("approximate_backlog_age_seconds")})`,
        ),
        // A flag rather than a count: history offers a waiting task again and again, and each time counts.
        recordOf(
            target,
            "temporal:taskqueue_no_poller_tasks:rate5m",
            `sum by (${taskQueueLabels}) (rate(${queues("no_poller_tasks")}[5m]))`,
        ),
    ];
}

function workflowOutcomes(target: MonitoredDeployment): RecordingRule[] {
    return Object.entries(outcomes).map(([outcome, metric]) =>
        recordOf(
            target,
            "temporal:workflow_outcome:rate15m",
            `sum by (temporal_namespace) (rate(${select(target, metric, `temporal_namespace!="temporal-system"`)}[15m]))`,
            { outcome },
        ),
    );
}
