import { deploymentA, healthyPods, ofA, type RuleCase } from "./ruleCase.ts";
import { calm, fault } from "./situations.ts";

const queueLabels = `temporal_namespace="default",taskqueue="orders",task_type="Workflow"`;
const labels = { temporal_namespace: "default", taskqueue: "orders", task_type: "Workflow" };
const queue = "Task queue orders (Workflow) of namespace default";
const pod = `pod="matching-0"`;

const backlog = (values: string, partition = "0") => ({
    [ofA("approximate_backlog_count", `${queueLabels},partition="${partition}",task_priority="3",${pod}`)]: values,
});
const age = (values: string) => ({
    [ofA("approximate_backlog_age_seconds", `${queueLabels},partition="0",${pod}`)]: values,
});
const noPollers = { [ofA("no_poller_tasks", `${queueLabels},partition="0",${pod}`)]: "0+1200x80" };

const polls = (sync: number) => ({
    [ofA("poll_success", `${queueLabels},partition="0",${pod}`)]: "0+600x80",
    [ofA("poll_success_sync", `${queueLabels},partition="0",${pod}`)]: `0+${sync}x80`,
});

/** 100 starts per minute, so many of which have waited for 5 to 10 seconds. */
const starts = (slow: number) => {
    const bucket = (le: string) =>
        ofA(
            "task_schedule_to_start_latency_bucket",
            `${queueLabels},partition="__normal__",le="${le}",pod="history-0"`,
        );
    return { [bucket("5.0")]: `0+${100 - slow}x60`, [bucket("10.0")]: "0+100x60", [bucket("+Inf")]: "0+100x60" };
};

const pods = healthyPods(deploymentA, 200);
const dropped = ofA("non_retryable_tasks", `error_type="serviceerror.Internal",service_name="matching",${pod}`);

/** Situations of the alerts on task queues. */
export const matchingCases: readonly RuleCase[] = [
    {
        alert: "TemporalTaskQueueHasNoPollers",
        title: "fires after 2 minutes, with the tasks of all partitions",
        series: { ...backlog("5x20"), ...backlog("7x20", "1"), ...noPollers },
        at: "3m",
        fires: [{ labels, description: `${queue}: waiting tasks: 12, and nobody has polled for 2 minutes.` }],
    },
    {
        alert: "TemporalTaskQueueHasNoPollers",
        title: "waits for 2 minutes",
        series: { ...backlog("5x20"), ...noPollers },
        at: "2m",
        fires: [],
    },
    calm("TemporalTaskQueueHasNoPollers", "without a backlog", { ...backlog("0x20"), ...noPollers }, "20m"),
    calm("TemporalTaskQueueHasNoPollers", "while somebody polls", backlog("5x20"), "20m"),
    calm(
        "TemporalTaskQueueHasNoPollers",
        "about the server's own workers",
        {
            [ofA(
                "approximate_backlog_count",
                `temporal_namespace="default",taskqueue="temporal-sys-per-ns-tq",${pod}`,
            )]: "5x20",
            [ofA("no_poller_tasks", `temporal_namespace="default",taskqueue="temporal-sys-per-ns-tq",${pod}`)]:
                "0+60x20",
            [ofA(
                "approximate_backlog_count",
                `temporal_namespace="temporal-system",taskqueue="default-worker-tq",${pod}`,
            )]: "5x20",
            [ofA("no_poller_tasks", `temporal_namespace="temporal-system",taskqueue="default-worker-tq",${pod}`)]:
                "0+60x20",
        },
        "20m",
    ),
    ...fault("TemporalTaskQueueBacklogOld", "after 5 minutes", age("0x4 301x60"), 10, {
        labels,
        description: `${queue}: the oldest task has waited for 5m 1s.`,
    }),
    calm("TemporalTaskQueueBacklogOld", "at 5 minutes", age("300x40"), "40m"),
    {
        alert: "TemporalTaskQueueBacklogOld",
        title: "fires up to half an hour",
        series: age("1800x40"),
        at: "40m",
        fires: [{ labels, description: `${queue}: the oldest task has waited for 30m 0s.` }],
    },
    calm(
        "TemporalTaskQueueBacklogOld",
        "and leaves it to TemporalTaskQueueHasNoPollers",
        { ...age("600x40"), ...noPollers },
        "40m",
    ),
    calm(
        "TemporalTaskQueueBacklogOld",
        "and leaves it to TemporalTaskQueueStalled beyond half an hour",
        age("1801x40"),
        "40m",
    ),
    ...fault("TemporalTaskQueueStalled", "after 5 minutes", age("0x4 1801x60"), 10, {
        labels,
        description: `${queue}: the oldest task has waited for 30m 1s.`,
    }),
    calm("TemporalTaskQueueStalled", "at half an hour", age("1800x40"), "40m"),
    calm(
        "TemporalTaskQueueStalled",
        "and leaves it to TemporalTaskQueueHasNoPollers",
        { ...age("3600x40"), ...noPollers },
        "40m",
    ),
    ...fault(
        "TemporalTaskQueueBacklogGrowing",
        "a quarter of an hour after it is over 1000 and grows",
        { ...backlog("0+100x60"), ...age("300x60") },
        26,
        { labels, description: `${queue}: waiting tasks: 2600, and they become more.` },
    ),
    calm("TemporalTaskQueueBacklogGrowing", "about a large backlog that shrinks", backlog("90000-100x60"), "60m"),
    calm("TemporalTaskQueueBacklogGrowing", "at 1000", backlog("0+10x100 1000x40"), "110m"),
    calm(
        "TemporalTaskQueueBacklogGrowing",
        "and leaves it to TemporalTaskQueueBacklogOld once tasks are old",
        { ...backlog("0+100x60"), ...age("301x60") },
        "60m",
    ),
    calm(
        "TemporalTaskQueueBacklogGrowing",
        "and leaves it to TemporalTaskQueueHasNoPollers",
        { ...backlog("0+100x60"), ...noPollers },
        "60m",
    ),
    ...fault("TemporalScheduleToStartSlow", "after 5 minutes", { ...starts(2), ...age("300x60") }, 6, {
        labels,
        description: `${queue}: 1 % of the tasks wait longer than 7.5s for a worker.`,
    }),
    calm("TemporalScheduleToStartSlow", "while 0.9 % take longer than 5 s", starts(0.9), "40m"),
    calm(
        "TemporalScheduleToStartSlow",
        "and leaves it to TemporalTaskQueueBacklogOld once tasks are old",
        { ...starts(50), ...age("301x60") },
        "40m",
    ),
    ...fault("TemporalSyncMatchLow", "half an hour after less than 95 % find a worker waiting", polls(540), 32, {
        labels,
        description: `${queue}: only 90% of the tasks find a worker waiting.`,
    }),
    calm(
        "TemporalSyncMatchLow",
        "about a task per second",
        {
            [ofA("poll_success", `${queueLabels},partition="0",${pod}`)]: "0+59x80",
            [ofA("poll_success_sync", `${queueLabels},partition="0",${pod}`)]: "0+6x80",
        },
        "70m",
    ),
    calm("TemporalSyncMatchLow", "at 96 %", polls(576), "70m"),
    {
        alert: "TemporalMatchingTasksDropped",
        title: "fires at the first task",
        series: { ...pods, [dropped]: "_x40 1x60" },
        at: "40m",
        fires: [
            {
                labels: { error_type: "serviceerror.Internal" },
                description: "Dropped within 30 minutes as serviceerror.Internal: 1.",
            },
        ],
    },
    {
        alert: "TemporalMatchingTasksDropped",
        title: "ends after half an hour",
        series: { ...pods, [dropped]: "_x40 1x60" },
        at: "70m",
        fires: [],
    },
];
