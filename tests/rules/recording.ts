import { ofA, type RecordCase } from "./ruleCase.ts";

const call = (operation: string, namespace = "default") =>
    `service_name="frontend",operation="${operation}",temporal_namespace="${namespace}",pod="frontend-0"`;
const started = call("StartWorkflowExecution");
const inDefault = { temporal_namespace: "default" };
const queue = `temporal_namespace="default",taskqueue="orders",task_type="Workflow"`;
const queueLabels = { ...inDefault, taskqueue: "orders", task_type: "Workflow" };

/**
 * After 500 minutes of calls the last 59 had 1 % of failures: for the recorded rates, which take 5 minutes to rise, as many
 * as in 57 minutes at full rate; calls come to 498 such minutes.
 */
const failingHour = (window: string, minutes: number): RecordCase => ({
    record: `temporal:frontend_error_ratio:rate${window}`,
    title: "weighs an hour of failures",
    series: {
        [ofA("service_requests", started)]: "0+1000x500",
        [ofA("service_errors", started)]: "0x440 0+10x59",
    },
    at: "500m",
    values: [{ labels: {}, value: (0.01 * Math.min(minutes, 57)) / minutes }],
});

/** Situations of what is recorded for a deployment. */
export const recordingCases: readonly RecordCase[] = [
    {
        record: "temporal:frontend_user_requests:rate5m",
        title: "counts what users wait for, and neither polls, queries nor the server's own calls",
        series: {
            [ofA("service_requests", started)]: "0+60x10",
            [ofA("service_requests", call("RespondActivityTaskCompleted"))]: "0+120x10",
            [ofA("service_requests", call("PollWorkflowTaskQueue"))]: "0+600x10",
            [ofA("service_requests", call("QueryWorkflow"))]: "0+600x10",
            [ofA("service_requests", call("StartWorkflowExecution", "temporal-system"))]: "0+600x10",
            [ofA("service_requests", started.replaceAll("frontend", "history"))]: "0+600x10",
        },
        at: "10m",
        values: [{ labels: {}, value: 3 }],
    },
    {
        record: "temporal:frontend_user_errors:rate5m",
        title: "is zero, not absent, before the first error",
        series: { [ofA("service_requests", started)]: "0+60x10" },
        at: "10m",
        values: [{ labels: {}, value: 0 }],
    },
    {
        record: "temporal:frontend_error_ratio:rate5m",
        title: "is the failed share",
        series: { [ofA("service_requests", started)]: "0+600x10", [ofA("service_errors", started)]: "0+60x10" },
        at: "10m",
        values: [{ labels: {}, value: 0.1 }],
    },
    {
        record: "temporal:frontend_error_ratio:rate5m",
        title: "is absent without calls",
        series: { [ofA("service_requests", started)]: "60x10" },
        at: "10m",
        values: [],
    },
    failingHour("30m", 30),
    failingHour("1h", 60),
    failingHour("6h", 360),
    failingHour("3d", 498),
    {
        record: "temporal:frontend_start_requests:rate5m",
        title: "counts what begins work",
        series: {
            [ofA("service_latency_count", started)]: "0+60x10",
            [ofA("service_latency_count", call("SignalWorkflowExecution"))]: "0+60x10",
            [ofA("service_latency_count", call("DescribeWorkflowExecution"))]: "0+60x10",
        },
        at: "10m",
        values: [{ labels: {}, value: 2 }],
    },
    {
        record: "temporal:frontend_slow_requests:rate5m",
        title: "counts those of them above half a second",
        series: {
            [ofA("service_latency_count", started)]: "0+60x10",
            [ofA("service_latency_bucket", `${started},le="0.5"`)]: "0+45x10",
        },
        at: "10m",
        values: [{ labels: {}, value: 0.25 }],
    },
    {
        record: "temporal:frontend_slow_ratio:rate5m",
        title: "is the share above half a second",
        series: {
            [ofA("service_latency_count", started)]: "0+600x10",
            [ofA("service_latency_bucket", `${started},le="0.5"`)]: "0+540x10",
        },
        at: "10m",
        values: [{ labels: {}, value: 0.1 }],
    },
    {
        record: "temporal:taskqueue_backlog:sum",
        title: "adds partitions, priorities and versions up, and leaves the server's own queues out",
        series: Object.fromEntries([
            ...["0", "1"].flatMap((partition) =>
                ["1", "3"].map((priority) => [
                    ofA(
                        "approximate_backlog_count",
                        `${queue},partition="${partition}",task_priority="${priority}",pod="matching-0"`,
                    ),
                    "2x5",
                ]),
            ),
            [
                ofA("approximate_backlog_count", `temporal_namespace="default",taskqueue="temporal-sys-per-ns-tq"`),
                "9x5",
            ],
            [
                ofA("approximate_backlog_count", `temporal_namespace="temporal-system",taskqueue="default-worker-tq"`),
                "9x5",
            ],
        ]),
        at: "5m",
        values: [{ labels: queueLabels, value: 8 }],
    },
    {
        record: "temporal:taskqueue_backlog_age_seconds:max",
        title: "is the oldest partition's",
        series: {
            [ofA("approximate_backlog_age_seconds", `${queue},partition="0",pod="matching-0"`)]: "3x5",
            [ofA("approximate_backlog_age_seconds", `${queue},partition="1",pod="matching-1"`)]: "70x5",
        },
        at: "5m",
        values: [{ labels: queueLabels, value: 70 }],
    },
    {
        record: "temporal:taskqueue_no_poller_tasks:rate5m",
        title: "is the rate of offers that nobody polls for",
        series: { [ofA("no_poller_tasks", `${queue},partition="0",pod="matching-0"`)]: "0+60x10" },
        at: "10m",
        values: [{ labels: queueLabels, value: 1 }],
    },
    {
        record: "temporal:history_shards:owned",
        title: "adds the pods' shards up",
        series: {
            [ofA("numshards_gauge", `pod="history-0"`)]: "200x5",
            [ofA("numshards_gauge", `pod="history-1"`)]: "300x5",
        },
        at: "5m",
        values: [{ labels: {}, value: 500 }],
    },
    {
        record: "temporal:history_shards:configured",
        title: "is the deployment's number",
        series: {},
        at: "5m",
        values: [{ labels: {}, value: 512 }],
    },
    {
        record: "temporal:service_replicas:configured",
        title: "is each service's number",
        series: {},
        at: "5m",
        values: [
            { labels: { temporal_service: "frontend" }, value: 2 },
            { labels: { temporal_service: "history" }, value: 3 },
            { labels: { temporal_service: "matching" }, value: 2 },
            { labels: { temporal_service: "worker" }, value: 1 },
        ],
    },
    {
        record: "temporal:workflow_outcome:rate15m",
        title: "is one series per outcome",
        series: {
            [ofA("workflow_failed", `temporal_namespace="default",workflowType="order"`)]: "0+60x30",
            [ofA("workflow_failed", `temporal_namespace="default",workflowType="refund"`)]: "0+60x30",
            [ofA("workflow_timeout", `temporal_namespace="default",workflowType="order"`)]: "0+60x30",
            [ofA("workflow_success", `temporal_namespace="temporal-system",workflowType="scanner"`)]: "0+60x30",
        },
        at: "30m",
        values: [
            { labels: { ...inDefault, outcome: "failed" }, value: 2 },
            { labels: { ...inDefault, outcome: "timed out" }, value: 1 },
        ],
    },
];
