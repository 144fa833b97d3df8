import { deploymentA, healthyPods, ofA, type RuleCase } from "./ruleCase.ts";
import { calm, fault } from "./situations.ts";

const pods = healthyPods(deploymentA, 200);
const inDefault = { temporal_namespace: "default" };

const failedTasks = (failure: string) =>
    ofA(
        "failed_workflow_tasks",
        `temporal_namespace="default",failure="${failure}",operation="RespondWorkflowTaskFailed",pod="history-0"`,
    );

/** Workflows that end per minute, by the server's counters. */
const ends = (perMinute: Record<string, number>) =>
    Object.fromEntries(
        Object.entries(perMinute).map(([counter, rate]) => [
            ofA(
                counter,
                `temporal_namespace="default",operation="CompletionStats",workflowType="order",pod="history-0"`,
            ),
            `0+${rate}x60`,
        ]),
    );

/** An update after 20 minutes of a history, above the bound or not. */
const histories = (histogram: string, bound: string, above: boolean, operation = "ExecutionStats") => {
    const labels = `temporal_namespace="default",operation="${operation}",pod="history-0"`;
    return {
        [ofA(`${histogram}_count`, labels)]: "100x20 101x40",
        [ofA(`${histogram}_bucket`, `${labels},le="${bound}"`)]: above ? "100x60" : "100x20 101x40",
    };
};
const tooLong = (above: boolean) => histories("history_count", "20000.0", above);
const tooBig = (above: boolean) => histories("history_size", "1.6777216e+07", above);

const pending = (metric: string) => ofA(metric, `temporal_namespace="default",pod="history-0"`);
const blobs = ofA(
    "blob_size_error",
    `temporal_namespace="default",operation="StartWorkflowExecution",service_name="frontend",pod="frontend-0"`,
);
const missed = ofA(
    "schedule_missed_catchup_window",
    `temporal_namespace="default",temporal_service="worker",pod="worker-0"`,
);
const overruns = ofA(
    "schedule_buffer_overruns",
    `temporal_namespace="default",temporal_service="worker",pod="worker-0"`,
);

/** The situations of an outcome: over its share and more than nine in a quarter of an hour, and either of them not. */
function outcomeCases(alert: string, counter: string, outcome: string, share: number): readonly RuleCase[] {
    const of = (part: number, perMinute: number) =>
        ends({ [counter]: perMinute, workflow_success: perMinute * (1 / part - 1) });
    const above = share + 0.05;
    return [
        ...fault(alert, "a quarter of an hour after nine ends above its share", of(above, 1.2), 23, {
            labels: inDefault,
            description: `Namespace default: ${Math.round(above * 100)}% of the workflows that ended within 15 minutes are ${outcome}.`,
        }),
        calm(alert, "below its share", of(share - 0.01, 60), "60m"),
        calm(alert, "about eight ends in a quarter of an hour", of(1, 0.55), "60m"),
    ];
}

/** Situations of the alerts on users' workflows. */
export const workflowCases: readonly RuleCase[] = [
    ...fault(
        "TemporalNonDeterministicWorkflow",
        "a minute after the first failure",
        { ...pods, [failedTasks("NonDeterministicError")]: "_x20 1x60" },
        21,
        {
            labels: inDefault,
            description: "Namespace default: workflow tasks failed as non-deterministic within 15 minutes: 1.",
        },
    ),
    {
        alert: "TemporalNonDeterministicWorkflow",
        title: "ends after a quarter of an hour",
        series: { ...pods, [failedTasks("NonDeterministicError")]: "_x20 1x60" },
        at: "35m",
        fires: [],
    },
    calm(
        "TemporalNonDeterministicWorkflow",
        "about other failures",
        { ...pods, [failedTasks("WorkflowWorkerUnhandledFailure")]: "_x20 1x60" },
        "25m",
    ),
    {
        alert: "TemporalGrpcMessageTooLarge",
        title: "fires at the first failure",
        series: { ...pods, [failedTasks("GrpcMessageTooLarge")]: "_x20 1x60" },
        at: "20m",
        fires: [
            {
                labels: inDefault,
                description: "Namespace default: workflow tasks with too large an answer within 15 minutes: 1.",
            },
        ],
    },
    {
        alert: "TemporalGrpcMessageTooLarge",
        title: "ends after a quarter of an hour",
        series: { ...pods, [failedTasks("GrpcMessageTooLarge")]: "_x20 1x60" },
        at: "35m",
        fires: [],
    },
    ...fault(
        "TemporalWorkflowTaskFailures",
        "10 minutes after more than 12 a minute",
        { [failedTasks("WorkflowWorkerUnhandledFailure")]: "0+30x60" },
        15,
        {
            labels: { ...inDefault, failure: "WorkflowWorkerUnhandledFailure" },
            description:
                "Namespace default: workflow tasks that fail as WorkflowWorkerUnhandledFailure: 0.50 per second.",
        },
    ),
    calm(
        "TemporalWorkflowTaskFailures",
        "at 12 a minute",
        { [failedTasks("WorkflowWorkerUnhandledFailure")]: "0+12x60" },
        "60m",
    ),
    calm(
        "TemporalWorkflowTaskFailures",
        "about failures that are no fault or have an alert",
        {
            [failedTasks("UnhandledCommand")]: "0+600x60",
            [failedTasks("ResetWorkflow")]: "0+600x60",
            [failedTasks("NonDeterministicError")]: "0+600x60",
            [failedTasks("GrpcMessageTooLarge")]: "0+600x60",
        },
        "60m",
    ),
    ...outcomeCases("TemporalWorkflowsFailing", "workflow_failed", "failed", 0.5),
    ...outcomeCases("TemporalWorkflowsTimingOut", "workflow_timeout", "timed out", 0.1),
    ...outcomeCases("TemporalWorkflowsTerminated", "workflow_terminate", "terminated", 0.5),
    ...outcomeCases("TemporalWorkflowsCanceled", "workflow_cancel", "canceled", 0.5),
    {
        alert: "TemporalWorkflowsFailing",
        title: "fires where nothing has ever succeeded",
        series: ends({ workflow_failed: 60 }),
        at: "16m",
        fires: [
            {
                labels: inDefault,
                description: "Namespace default: 100% of the workflows that ended within 15 minutes are failed.",
            },
        ],
    },
    ...fault("TemporalHistoryTooLong", "after 5 minutes", tooLong(true), 26, {
        labels: inDefault,
        description:
            "Namespace default: updates within 15 minutes of histories with more than 20000 events: 1; the server terminates at 51200 events.",
    }),
    calm("TemporalHistoryTooLong", "about shorter ones", tooLong(false), "30m"),
    {
        alert: "TemporalHistoryTooLong",
        title: "counts the totals only, not what single updates add",
        series: histories("history_count", "20000.0", true, "SessionStats"),
        at: "30m",
        fires: [],
    },
    ...fault("TemporalHistoryTooBig", "after 5 minutes", tooBig(true), 26, {
        labels: inDefault,
        description:
            "Namespace default: updates within 15 minutes of histories larger than 16 MiB: 1; the server terminates at 50 MiB.",
    }),
    calm("TemporalHistoryTooBig", "about smaller ones", tooBig(false), "30m"),
    {
        alert: "TemporalPendingLimitHit",
        title: "fires at the first refusal, and says of what",
        series: {
            ...pods,
            [pending("wf_too_many_pending_activities")]: "_x20 3x60",
            [pending("wf_too_many_pending_external_workflow_signals")]: "_x20 1x60",
        },
        at: "20m",
        fires: [
            {
                labels: { ...inDefault, limit: "activities" },
                description:
                    "Namespace default: workflow tasks failed within 15 minutes at the limit of pending activities: 3.",
            },
            {
                labels: { ...inDefault, limit: "signals to other workflows" },
                description:
                    "Namespace default: workflow tasks failed within 15 minutes at the limit of pending signals to other workflows: 1.",
            },
        ],
    },
    {
        alert: "TemporalPendingLimitHit",
        title: "ends after a quarter of an hour",
        series: { ...pods, [pending("wf_too_many_pending_child_workflows")]: "_x20 1x60" },
        at: "35m",
        fires: [],
    },
    {
        alert: "TemporalBlobTooLarge",
        title: "fires at the first refusal",
        series: { ...pods, [blobs]: "_x20 1x60" },
        at: "20m",
        fires: [
            {
                labels: { ...inDefault, operation: "StartWorkflowExecution" },
                description:
                    "Namespace default: payloads of StartWorkflowExecution refused within 15 minutes: 1; the limit is 2 MiB.",
            },
        ],
    },
    {
        alert: "TemporalBlobTooLarge",
        title: "ends after a quarter of an hour",
        series: { ...pods, [blobs]: "_x20 1x60" },
        at: "35m",
        fires: [],
    },
    {
        alert: "TemporalScheduleRunsLost",
        title: "fires at the first run, and says why",
        series: { ...pods, [missed]: "_x70 1x100", [overruns]: "_x70 4x100" },
        at: "70m",
        fires: [
            {
                labels: { ...inDefault, reason: "later than the catchup window" },
                description: "Namespace default: scheduled runs lost within 1 h, later than the catchup window: 1.",
            },
            {
                labels: { ...inDefault, reason: "no room in the buffer" },
                description: "Namespace default: scheduled runs lost within 1 h, no room in the buffer: 4.",
            },
        ],
    },
    {
        alert: "TemporalScheduleRunsLost",
        title: "ends after an hour",
        series: { ...pods, [missed]: "_x70 1x100" },
        at: "130m",
        fires: [],
    },
];
