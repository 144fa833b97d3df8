import type { DashboardSpec } from "./dashboard.ts";
import type { PanelSpec, Query } from "./panel.ts";
import { podPanels } from "./pods.ts";
import { namespace, quantile, rate, sdkRate, sdkTaskQueue, sdkWorkers, series, sum } from "./promql.ts";

const chosen = [sdkWorkers, namespace, sdkTaskQueue];
const queue = "temporal_namespace, task_queue";
const activity = `${queue}, activity_type`;
const legend = "{{temporal_namespace}} {{task_queue}}";

/** Durations in seconds with their suffix: what docs/monitoring.md asks of workers. */
const durations = (metric: string, q: number, labels = queue, name = legend): Query => ({
    expr: quantile(q, labels, `${metric}_seconds`, ...chosen),
    legend: name,
});
const noDurations = "no worker has done any yet, or its durations have no unit in their name.";

const ofWorkerPods = ` and on (namespace, pod) ${series("up", sdkWorkers)}`;

const now: readonly PanelSpec[] = [
    {
        title: "Worker pods",
        description: "Pods that carry the label temporal/worker-of and answer their scrape. Good: as many as run.",
        unit: "short",
        show: "number",
        alerts: ["TemporalWorkerScrapeFailing"],
        queries: [{ expr: `count(${series("up", sdkWorkers)} == 1) or vector(0)`, legend: "pods" }],
    },
    {
        title: "Pollers",
        description: "Good: some for every kind of task; none means that a worker runs and takes no work.",
        noData: "no worker is scraped.",
        unit: "short",
        width: 10,
        alerts: ["TemporalWorkerStoppedPolling"],
        queries: [
            {
                expr: sum(`${queue}, poller_type`, series("temporal_num_pollers", ...chosen)),
                legend: `${legend} {{poller_type}}`,
            },
        ],
    },
    {
        title: "Free slots, fullest worker",
        description: "Tasks that a worker could still take on. Good: over none.",
        noData: "no worker is scraped, or its slots follow its resources instead of a number.",
        unit: "short",
        width: 10,
        alerts: ["TemporalWorkerSlotsExhausted"],
        queries: [
            {
                expr: `min by (${queue}, worker_type) (${series("temporal_worker_task_slots_available", ...chosen)})`,
                legend: `${legend} {{worker_type}}`,
            },
        ],
    },
];

const latency: readonly PanelSpec[] = [
    {
        title: "Workflow tasks: schedule to start, 95th percentile",
        description: "From the server's scheduling to the worker's start. Good: under 0.2 s.",
        noData: noDurations,
        unit: "s",
        thresholds: { warning: 0.5 },
        alerts: ["TemporalWorkerWorkflowTasksStartLate"],
        queries: [durations("temporal_workflow_task_schedule_to_start_latency", 0.95)],
    },
    {
        title: "Activities: schedule to start, 95th percentile",
        description: "Good: under 0.2 s; more means too few workers or slots.",
        noData: noDurations,
        unit: "s",
        thresholds: { warning: 1 },
        alerts: ["TemporalWorkerActivitiesStartLate"],
        queries: [durations("temporal_activity_schedule_to_start_latency", 0.95)],
    },
    {
        title: "Workflow tasks: execution, 95th percentile",
        description: "Good: under 0.5 s; at 1 to 2 s the SDK takes the code for deadlocked.",
        noData: noDurations,
        unit: "s",
        alerts: ["TemporalWorkerWorkflowTasksSlow"],
        queries: [durations("temporal_workflow_task_execution_latency", 0.95)],
    },
    {
        title: "Workflow tasks: replay, 95th percentile",
        description: "Time to bring a workflow back that had left the cache. Good: milliseconds.",
        noData: noDurations,
        unit: "s",
        queries: [durations("temporal_workflow_task_replay_latency", 0.95)],
    },
    {
        title: "Activities: execution, 95th percentile",
        description: "By type. Good: what the activity's owner expects.",
        noData: noDurations,
        unit: "s",
        queries: [durations("temporal_activity_execution_latency", 0.95, activity, `${legend} {{activity_type}}`)],
    },
    {
        title: "Calls of the server, 99th percentile",
        description:
            "As the worker sees them, without polls. Good: near what the frontend itself measures; else it is the network.",
        noData: noDurations,
        unit: "s",
        queries: [
            {
                expr: `topk(10, ${quantile(0.99, "operation", "temporal_request_latency_seconds", sdkWorkers, namespace)})`,
                legend: "{{operation}}",
            },
        ],
    },
];

const failures: readonly PanelSpec[] = [
    {
        title: "Workflow tasks that fail, by reason",
        description: "Good: none. NonDeterminismError: the code no longer fits the history.",
        noData: "none has failed yet.",
        unit: "ops",
        queries: [
            {
                expr: sum(
                    `${queue}, failure_reason`,
                    sdkRate("temporal_workflow_task_execution_failed", namespace, sdkTaskQueue),
                ),
                legend: `${legend} {{failure_reason}}`,
            },
        ],
    },
    {
        title: "Activities that fail",
        description: "Share of attempts, by type. Good: what the activity's owner expects.",
        noData: "none has failed yet.",
        unit: "percentunit",
        thresholds: { warning: 0.5 },
        alerts: ["TemporalWorkerActivitiesFail"],
        queries: [
            {
                expr: `${sum(activity, sdkRate("temporal_activity_execution_failed", namespace, sdkTaskQueue))} / (${sum(activity, rate("temporal_activity_execution_latency_seconds_count", ...chosen))} > 0)`,
                legend: `${legend} {{activity_type}}`,
            },
        ],
    },
    {
        title: "Calls of the server that fail",
        description:
            "By status. Good: none. NOT_FOUND on Respond… means that results came too late, RESOURCE_EXHAUSTED that a limit was met.",
        noData: "none has failed yet.",
        unit: "ops",
        alerts: ["TemporalWorkerRequestsFail", "TemporalWorkerResultsTooLate"],
        queries: [
            {
                expr: sum("operation, status_code", sdkRate("temporal_request_failure", namespace)),
                legend: "{{operation}} {{status_code}}",
            },
        ],
    },
    {
        title: "Polls of the server that fail",
        description: "Good: none.",
        noData: "none has failed yet.",
        unit: "ops",
        queries: [
            {
                expr: sum("operation, status_code", sdkRate("temporal_long_request_failure", namespace)),
                legend: "{{operation}} {{status_code}}",
            },
        ],
    },
];

const capacity: readonly PanelSpec[] = [
    {
        title: "Slots in use",
        description: "Tasks that run. Good: under what the workers offer.",
        noData: "no worker is scraped.",
        unit: "short",
        queries: [
            {
                expr: sum(`${queue}, worker_type`, series("temporal_worker_task_slots_used", ...chosen)),
                legend: `${legend} {{worker_type}}`,
            },
        ],
    },
    {
        title: "Workflow cache: misses",
        description: "Share of workflow tasks whose workflow had to be replayed. Good: near none.",
        noData: "no workflow task has needed the cache yet.",
        unit: "percentunit",
        thresholds: { warning: 0.3 },
        alerts: ["TemporalWorkerCacheTooSmall"],
        queries: [
            {
                expr: `${sum("temporal_namespace", sdkRate("temporal_sticky_cache_miss", namespace))} / (${sum("temporal_namespace", sdkRate("temporal_sticky_cache_miss", namespace))} + ${sum("temporal_namespace", sdkRate("temporal_sticky_cache_hit", namespace))} > 0)`,
                legend: "{{temporal_namespace}}",
            },
        ],
    },
    {
        title: "Workflow cache: size",
        description: "Workflows that workers hold in memory. Good: under their maxCachedWorkflows.",
        noData: "no worker is scraped.",
        unit: "short",
        queries: [
            {
                expr: sum("temporal_namespace, pod", series("temporal_sticky_cache_size", sdkWorkers, namespace)),
                legend: "{{pod}}",
            },
        ],
    },
    {
        title: "Pods with durations of unknown unit",
        description:
            "Workers that export durations without a suffix: their latencies are missing above. Good: none; docs/monitoring.md says what to set.",
        noData: "every worker says its unit.",
        unit: "short",
        alerts: ["TemporalWorkerMetricsWithoutUnit"],
        queries: [
            {
                expr: `count by (pod) (${series("temporal_request_latency_count", sdkWorkers)})`,
                legend: "{{pod}}",
            },
        ],
    },
];

/** The users' workers, as their SDKs measure themselves. */
export const workersPage: DashboardSpec = {
    name: "temporal-workers",
    title: "Temporal / SDK workers",
    description: "The users' workers, as their SDKs measure themselves.",
    variables: ["temporal_deployment", "temporal_namespace", "task_queue"],
    rows: [
        { title: "Pollers and slots", panels: now },
        { title: "Latency", panels: latency },
        { title: "Failures", panels: failures },
        { title: "Capacity", panels: capacity },
        {
            title: "Pods",
            panels: podPanels('container!=""', ofWorkerPods, "no worker is scraped, or its pods have no limits."),
        },
    ],
};
