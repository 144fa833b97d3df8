import type { DashboardSpec } from "./dashboard.ts";
import type { PanelSpec } from "./panel.ts";
import { max, namespace, quantile, rate, series, sum, taskQueue, userQueues } from "./promql.ts";

const queue = "temporal_namespace, taskqueue, task_type";
const chosen = [namespace, taskQueue, userQueues];
const legend = "{{temporal_namespace}} {{taskqueue}} {{task_type}}";

const waiting: readonly PanelSpec[] = [
    {
        title: "Waiting tasks",
        description: "Tasks that no worker has taken, the 20 longest queues. Good: near none, or falling.",
        noData: "no task queue of a user is loaded.",
        unit: "short",
        thresholds: { warning: 1000 },
        alerts: ["TemporalTaskQueueBacklogGrowing"],
        queries: [{ expr: `topk(20, ${series("temporal:taskqueue_backlog:sum", namespace, taskQueue)})`, legend }],
    },
    {
        title: "Oldest waiting task",
        description: "How long the oldest task has waited for a worker. Good: seconds.",
        noData: "no task queue of a user is loaded.",
        unit: "s",
        thresholds: { warning: 300, critical: 1800 },
        alerts: ["TemporalTaskQueueBacklogOld", "TemporalTaskQueueStalled"],
        queries: [
            { expr: `topk(20, ${series("temporal:taskqueue_backlog_age_seconds:max", namespace, taskQueue)})`, legend },
        ],
    },
    {
        title: "Queues that nobody polls",
        description:
            "1 where tasks come in and no worker has polled for 2 min. Good: none. (The counter behind it counts looks, not tasks.)",
        noData: "no queue with tasks was ever without pollers.",
        unit: "bool_yes_no",
        alerts: ["TemporalTaskQueueHasNoPollers"],
        queries: [{ expr: `${sum(queue, rate("no_poller_tasks", ...chosen))} > bool 0`, legend }],
    },
    {
        title: "Waiting tasks by worker version",
        description: "Good: versions that are being phased out fall to none.",
        noData: "no task queue of a user is loaded.",
        unit: "short",
        queries: [
            {
                expr: `topk(20, ${sum("taskqueue, worker_deployment_name, worker_build_id, worker_version", series("approximate_backlog_count", ...chosen))})`,
                legend: "{{taskqueue}} {{worker_deployment_name}} {{worker_build_id}} {{worker_version}}",
            },
        ],
    },
];

const latency: readonly PanelSpec[] = [
    {
        title: "Schedule to start, 99th percentile",
        description: "From the moment a task is scheduled until a worker has it, whichever SDK. Good: under 0.2 s.",
        noData: "no worker has taken a task yet.",
        unit: "s",
        thresholds: { warning: 5 },
        alerts: ["TemporalScheduleToStartSlow"],
        queries: [{ expr: `topk(20, ${quantile(0.99, queue, "task_schedule_to_start_latency", ...chosen)})`, legend }],
    },
    {
        title: "Schedule to start",
        description: "How many tasks waited how long. Good: the dark band stays low.",
        noData: "no worker has taken a task yet.",
        unit: "s",
        show: "heatmap",
        queries: [
            {
                expr: sum(
                    "le",
                    `increase(${series("task_schedule_to_start_latency_bucket", ...chosen)}[$__rate_interval])`,
                ),
                legend: "{{le}}",
            },
        ],
    },
    {
        title: "Tasks handed over directly",
        description:
            "Share of tasks that a waiting poller took at once; the others cost database writes. Good: over 99 %.",
        noData: "no worker has taken a task yet.",
        unit: "percentunit",
        thresholds: { bad: "below", warning: 0.95 },
        alerts: ["TemporalSyncMatchLow"],
        queries: [
            {
                expr: `${sum(queue, rate("poll_success_sync", ...chosen))} / (${sum(queue, rate("poll_success", ...chosen))} > 0)`,
                legend,
            },
        ],
    },
    {
        title: "Polls that got a task",
        description:
            "Share of polls that ended with a task. Good: over 90 % under load; low and no backlog means more pollers than work.",
        noData: "no worker polls.",
        unit: "percentunit",
        queries: [
            {
                expr: `${sum(queue, rate("poll_success", ...chosen))} / (${sum(queue, rate("poll_success", ...chosen))} + ${sum(queue, rate("poll_timeouts", ...chosen))} > 0)`,
                legend,
            },
        ],
    },
];

const inside: readonly PanelSpec[] = [
    {
        title: "Loaded task queues by pod",
        description: "Partitions that each pod of matching holds. Good: even, level.",
        unit: "short",
        queries: [{ expr: sum("pod", series("loaded_task_queue_partition_count")), legend: "{{pod}}" }],
    },
    {
        title: "Time to hand over a task, 99th percentile",
        description:
            "From matching's memory to the worker, directly and through the database. Good: direct in milliseconds.",
        noData: "no worker has taken a task yet.",
        unit: "s",
        queries: [
            { expr: quantile(0.99, "task_type", "syncmatch_latency", ...chosen), legend: "direct {{task_type}}" },
            { expr: quantile(0.99, "task_type", "asyncmatch_latency", ...chosen), legend: "stored {{task_type}}" },
        ],
    },
    {
        title: "Time to store a task, 99th percentile",
        description: "Good: as the database's writes, some milliseconds.",
        noData: "every task was handed over directly so far.",
        unit: "s",
        queries: [{ expr: quantile(0.99, "task_type", "task_write_latency", ...chosen), legend: "{{task_type}}" }],
    },
    {
        title: "Tasks dropped",
        description:
            "Tasks that can never be delivered, and tasks whose time was over before a worker came. Good: none.",
        noData: "no task was ever dropped.",
        unit: "ops",
        alerts: ["TemporalMatchingTasksDropped"],
        queries: [
            {
                expr: sum("temporal_namespace", rate("non_retryable_tasks", namespace)),
                legend: "{{temporal_namespace}}: undeliverable",
            },
            {
                expr: sum("temporal_namespace", rate("tasks_expired", namespace)),
                legend: "{{temporal_namespace}}: expired",
            },
        ],
    },
    {
        title: "Leases",
        description: "Partitions that moved to another pod, and leases that failed. Good: none outside a rollout.",
        noData: "no lease has failed.",
        unit: "ops",
        queries: ["lease_requests", "lease_failures"].map((metric) => ({
            expr: sum("", rate(metric)),
            legend: metric,
        })),
    },
    {
        title: "Goodput of matching, by pod",
        description:
            "Requests to matching without its long polls. Good: even over the pods; a hot partition shows as one pod.",
        unit: "reqps",
        queries: [
            {
                expr: sum("pod", rate("service_requests", 'service_name="matching"', 'operation!~".*Poll.*"')),
                legend: "{{pod}}",
            },
        ],
    },
    {
        title: "Oldest task by partition",
        description: "Good: seconds, and even; one old partition among young ones has lost its pollers.",
        noData: "no task queue of a user is loaded.",
        unit: "s",
        queries: [
            {
                expr: `topk(20, ${max("taskqueue, task_type, partition", series("approximate_backlog_age_seconds", ...chosen))})`,
                legend: "{{taskqueue}} {{task_type}} {{partition}}",
            },
        ],
    },
];

/** Matching: what waits, for how long, and why. */
export const matchingPage: DashboardSpec = {
    name: "temporal-task-queues",
    title: "Temporal / Task queues",
    description: "What waits for a worker, for how long, and why.",
    variables: ["temporal_deployment", "temporal_namespace", "taskqueue"],
    rows: [
        { title: "Waiting", panels: waiting },
        { title: "Latency and polls", panels: latency },
        { title: "Inside matching", panels: inside },
    ],
};
