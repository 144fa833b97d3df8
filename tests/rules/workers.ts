import { ofA, type RuleCase } from "./ruleCase.ts";
import { calm, fault, histogram } from "./situations.ts";

const queueLabels = { temporal_namespace: "shop", task_queue: "orders" };

/** A series of a worker pod of task queue orders, Temporal namespace shop. */
const worker = (metric: string, labels = "", pod = "orders-0") =>
    ofA(
        metric,
        `temporal_service="sdk-worker",pod="${pod}",temporal_namespace="shop",task_queue="orders"${labels && `,${labels}`}`,
    );

const scheduleToStart = (kind: string, perMinute: Record<string, number>) =>
    histogram((le) => worker(`temporal_${kind}_schedule_to_start_latency_seconds_bucket`, le), perMinute);

const slots = (pod: string, used: number, available?: number) => ({
    [worker("temporal_worker_task_slots_used", `worker_type="ActivityWorker"`, pod)]: `${used}x180`,
    ...(available === undefined
        ? {}
        : {
              [worker("temporal_worker_task_slots_available", `worker_type="ActivityWorker"`, pod)]: `${available}x180`,
          }),
});

const pollers = (type: string, values: string, pod = "orders-0") => ({
    [worker("temporal_num_pollers", `poller_type="${type}"`, pod)]: values,
});

const failures = (counter: string, status: string, operation: string, perMinute: number) => ({
    [worker(counter, `status_code="${status}",operation="${operation}"`)]: `0+${perMinute}x180`,
});

/** Failures by all names that SDKs give their counter. */
const anyFailures = (status: string, operation: string) => ({
    ...failures("temporal_request_failure_total", status, operation, 60),
    ...failures("temporal_request_failure", status, operation, 60),
    ...failures("temporal_long_request_failure_total", status, operation, 60),
    ...failures("temporal_long_request_failure", status, operation, 60),
});

const lateResults = (counter: string, perMinute: number) =>
    failures(counter, "NOT_FOUND", "RespondActivityTaskCompleted", perMinute);

const taskLatency = (perMinute: Record<string, number>) => ({
    ...histogram((le) => worker("temporal_workflow_task_execution_latency_seconds_bucket", le), perMinute),
    [worker("temporal_workflow_task_execution_latency_seconds_count")]: `0+${perMinute["+Inf"]}x180`,
});

const attempts = (failed: number, all: number, suffix = "_total") => ({
    [worker(`temporal_activity_execution_failed${suffix}`, `activity_type="charge"`)]: `0+${failed}x180`,
    [worker("temporal_activity_execution_latency_seconds_count", `activity_type="charge"`)]: `0+${all}x180`,
});

const cache = (misses: number, hits: number | undefined) => ({
    [worker("temporal_sticky_cache_miss_total")]: `0+${misses}x180`,
    ...(hits === undefined ? {} : { [worker("temporal_sticky_cache_hit", `workflow_type="order"`)]: `0+${hits}x180` }),
});

const unnamedUnit = (service: string) => ({
    [ofA("temporal_request_latency_bucket", `temporal_service="${service}",pod="w-0",operation="X",le="0.05"`)]:
        "1x180",
    [ofA("temporal_request_latency_bucket", `temporal_service="${service}",pod="w-0",operation="X",le="+Inf"`)]:
        "1x180",
});

const up = (values: string, instance = "10.0.0.1:9464") =>
    ({ [ofA("up", `temporal_service="sdk-worker",pod="orders-0",instance="${instance}"`)]: values }) as const;

const transport = {
    labels: { temporal_namespace: "shop", status_code: "TRANSPORT_ERROR" },
    description: "0.12 calls per second of workers of namespace shop fail with TRANSPORT_ERROR.",
};

/** Situations of the alerts on a deployment's workers. */
export const workerCases: readonly RuleCase[] = [
    ...fault(
        "TemporalWorkerWorkflowTasksStartLate",
        "after 10 minutes of over 500 ms",
        scheduleToStart("workflow_task", { "0.1": 0, "0.5": 949, "1": 1000, "+Inf": 1000 }),
        11,
        {
            labels: queueLabels,
            description:
                "5 % of the workflow tasks of task queue orders of namespace shop wait 509.8ms or longer for a worker.",
        },
    ),
    calm(
        "TemporalWorkerWorkflowTasksStartLate",
        "at 500 ms",
        scheduleToStart("workflow_task", { "0.1": 900, "0.5": 951, "1": 1000, "+Inf": 1000 }),
    ),
    ...fault(
        "TemporalWorkerActivitiesStartLate",
        "after 10 minutes of over 1 s",
        scheduleToStart("activity", { "0.5": 0, "1": 949, "5": 1000, "+Inf": 1000 }),
        11,
        {
            labels: queueLabels,
            description:
                "5 % of the activities of task queue orders of namespace shop wait 1.078s or longer for a worker.",
        },
    ),
    calm(
        "TemporalWorkerActivitiesStartLate",
        "at 1 s",
        scheduleToStart("activity", { "0.5": 900, "1": 951, "5": 1000, "+Inf": 1000 }),
    ),

    ...fault(
        "TemporalWorkerSlotsExhausted",
        "after 10 minutes without a free slot",
        { ...slots("orders-0", 5, 0), ...slots("orders-1", 5, 0) },
        10,
        {
            labels: { ...queueLabels, worker_type: "ActivityWorker" },
            description:
                "All 10 slots (ActivityWorker) of the workers of task queue orders, namespace shop, are in use.",
        },
    ),
    calm("TemporalWorkerSlotsExhausted", "while one pod has one free slot", {
        ...slots("orders-0", 5, 0),
        ...slots("orders-1", 4, 1),
    }),
    calm("TemporalWorkerSlotsExhausted", "where slots size themselves", slots("orders-0", 5)),
    calm("TemporalWorkerSlotsExhausted", "where nothing runs", slots("orders-0", 0, 0)),

    ...fault(
        "TemporalWorkerStoppedPolling",
        "5 minutes after the last poll",
        pollers("activity_task", "5x4 0x180"),
        10,
        {
            labels: { ...queueLabels, poller_type: "activity_task" },
            description:
                "No worker of task queue orders, namespace shop, polls as activity_task, although their pods run.",
        },
    ),
    calm("TemporalWorkerStoppedPolling", "while another pod polls", {
        ...pollers("activity_task", "0x180"),
        ...pollers("activity_task", "1x180", "orders-1"),
    }),
    calm("TemporalWorkerStoppedPolling", "of sticky queues", pollers("sticky_workflow_task", "0x180")),

    ...fault(
        "TemporalWorkerRequestsFail",
        "after 5 minutes of polls that reach nobody",
        failures("temporal_long_request_failure_total", "TRANSPORT_ERROR", "PollWorkflowTaskQueue", 7),
        10,
        transport,
    ),
    {
        alert: "TemporalWorkerRequestsFail",
        title: "fires for counters without a suffix",
        series: failures("temporal_request_failure", "TRANSPORT_ERROR", "RespondWorkflowTaskCompleted", 7),
        at: "10m",
        fires: [transport],
    },
    calm(
        "TemporalWorkerRequestsFail",
        "at less than 0.1 per second",
        failures("temporal_request_failure_total", "UNAVAILABLE", "RespondWorkflowTaskCompleted", 5),
    ),
    calm(
        "TemporalWorkerRequestsFail",
        "where the server throttles, which has an alert of its own",
        anyFailures("RESOURCE_EXHAUSTED", "Poll…"),
    ),
    ...fault(
        "TemporalWorkerResultsTooLate",
        "after 10 minutes of late results",
        lateResults("temporal_request_failure_total", 7),
        15,
        {
            labels: { temporal_namespace: "shop", operation: "RespondActivityTaskCompleted" },
            description:
                "0.12 calls of RespondActivityTaskCompleted per second in namespace shop come after the task's timeout.",
        },
    ),
    calm("TemporalWorkerResultsTooLate", "at less than 0.1 per second", lateResults("temporal_request_failure", 5)),
    calm(
        "TemporalWorkerResultsTooLate",
        "where a client asks for a workflow that isn't there",
        anyFailures("NOT_FOUND", "DescribeWorkflowExecution"),
    ),
    calm(
        "TemporalWorkerResultsTooLate",
        "where results fail otherwise",
        anyFailures("UNAVAILABLE", "RespondActivityTaskCompleted"),
    ),

    ...fault(
        "TemporalWorkerWorkflowTasksSlow",
        "after 10 minutes of 6 % over 500 ms",
        taskLatency({ "0.2": 50, "0.5": 94, "1": 94, "+Inf": 100 }),
        11,
        {
            labels: queueLabels,
            description:
                "6% of the workflow tasks of task queue orders, namespace shop, take more than 500 ms of a worker.",
        },
    ),
    calm("TemporalWorkerWorkflowTasksSlow", "at 4 %", taskLatency({ "0.5": 96, "1": 100, "+Inf": 100 })),

    ...fault("TemporalWorkerActivitiesFail", "after 15 minutes of 60 %", attempts(60, 100), 16, {
        labels: { ...queueLabels, activity_type: "charge" },
        description:
            "60% of the attempts of activity charge, task queue orders, namespace shop, failed over 15 minutes.",
    }),
    calm("TemporalWorkerActivitiesFail", "at 49 %", attempts(49, 100, "")),
    calm("TemporalWorkerActivitiesFail", "where there are few attempts", attempts(5, 5)),

    ...fault("TemporalWorkerCacheTooSmall", "after 30 minutes of 31 %", cache(31, 69), 40, {
        labels: queueLabels,
        description:
            "31% of the workflow tasks of task queue orders, namespace shop, found their workflow not in the cache.",
    }),
    {
        alert: "TemporalWorkerCacheTooSmall",
        title: "fires where nothing was ever in the cache",
        series: cache(120, undefined),
        at: "38m",
        fires: [
            {
                labels: queueLabels,
                description:
                    "100% of the workflow tasks of task queue orders, namespace shop, found their workflow not in the cache.",
            },
        ],
    },
    calm("TemporalWorkerCacheTooSmall", "at 29 %", cache(29, 71)),
    calm("TemporalWorkerCacheTooSmall", "where there are few tasks", cache(20, 20)),

    ...fault("TemporalWorkerScrapeFailing", "after 10 minutes", up("1x3 0x180"), 14, {
        labels: { pod: "orders-0" },
        description: "Worker pod orders-0 doesn't answer the scrape of its metrics.",
    }),
    calm("TemporalWorkerScrapeFailing", "while one of two ports answers", {
        ...up("0x180"),
        ...up("1x180", "10.0.0.1:9465"),
    }),
    calm("TemporalWorkerScrapeFailing", "of the server", {
        [ofA("up", `temporal_service="history",pod="h"`)]: "0x180",
    }),

    ...fault("TemporalWorkerMetricsWithoutUnit", "after an hour", unnamedUnit("sdk-worker"), 60, {
        labels: { pod: "w-0" },
        description: "Worker pod w-0 exports 2 series of durations without a unit.",
    }),
    calm("TemporalWorkerMetricsWithoutUnit", "of the server's own workers", unnamedUnit("worker")),
    calm("TemporalWorkerMetricsWithoutUnit", "where the unit is in the name", {
        [worker("temporal_request_latency_seconds_bucket", `le="+Inf"`)]: "1x180",
    }),
];
