import type { PanelSpec } from "./panel.ts";
import { namespace, quantile, rate, series, sum } from "./promql.ts";

/** Sizes are recorded at other moments too; this one is the whole execution, after each update. */
const execution = 'operation="ExecutionStats"';

/** Limits of a workflow and of a namespace, and how near they are. */
export const namespaceLimitPanels: readonly PanelSpec[] = [
    {
        title: "Events in a history, 99th percentile",
        description: "The server warns at 10 240 and terminates at 51 200. Good: under 10 000; else Continue-As-New.",
        noData: "no workflow was updated.",
        unit: "short",
        alerts: ["TemporalHistoryTooLong"],
        queries: [
            {
                expr: quantile(0.99, "temporal_namespace", "history_count", namespace, execution),
                legend: "{{temporal_namespace}}",
            },
        ],
    },
    {
        title: "Size of a history, 99th percentile",
        description:
            "The server warns at 10 MiB and terminates at 50 MiB; the scale ends at 16 MiB. Good: under 10 MiB.",
        noData: "no workflow was updated.",
        unit: "bytes",
        alerts: ["TemporalHistoryTooBig"],
        queries: [
            {
                expr: quantile(0.99, "temporal_namespace", "history_size", namespace, execution),
                legend: "{{temporal_namespace}}",
            },
        ],
    },
    {
        title: "Size of a workflow's state, 99th percentile",
        description: "What is read and written with every step. Good: under 1 MiB; the server warns at 5 MiB.",
        noData: "no workflow was updated.",
        unit: "bytes",
        queries: [
            {
                expr: quantile(0.99, "temporal_namespace", "mutable_state_size", namespace, execution),
                legend: "{{temporal_namespace}}",
            },
        ],
    },
    {
        title: "Too much pending",
        description:
            "Workflow tasks refused because too many activities, children, signals or cancellations are open. Good: none.",
        noData: "no limit was met yet.",
        unit: "ops",
        alerts: ["TemporalPendingLimitHit"],
        queries: [
            "wf_too_many_pending_activities",
            "wf_too_many_pending_child_workflows",
            "wf_too_many_pending_external_workflow_signals",
            "wf_too_many_pending_cancel_requests",
        ].map((metric) => ({
            expr: sum("temporal_namespace", rate(metric, namespace)),
            legend: `{{temporal_namespace}} ${metric.replace("wf_too_many_pending_", "").replaceAll("_", " ")}`,
        })),
    },
    {
        title: "Payloads refused as too large",
        description: "Over 2 MiB. Good: none; the call fails for good.",
        noData: "none was refused yet.",
        unit: "ops",
        alerts: ["TemporalBlobTooLarge"],
        queries: [
            { expr: sum("temporal_namespace", rate("blob_size_error", namespace)), legend: "{{temporal_namespace}}" },
        ],
    },
    {
        title: "Calls refused, by cause",
        description: "Share of a namespace's calls that met a limit. Good: none.",
        noData: "nothing was refused yet.",
        unit: "percentunit",
        thresholds: { warning: 0.01 },
        alerts: ["TemporalNamespaceThrottled"],
        queries: [
            {
                expr: `${sum("temporal_namespace, resource_exhausted_cause", rate("service_errors_resource_exhausted", namespace, 'service_name="frontend"'))} / on (temporal_namespace) group_left () ${sum("temporal_namespace", rate("service_requests", namespace, 'service_name="frontend"'))}`,
                legend: "{{temporal_namespace}} {{resource_exhausted_cause}}",
            },
        ],
    },
];

/** Whether schedules start what they should, when they should. */
export const schedulePanels: readonly PanelSpec[] = [
    {
        title: "Runs started by schedules",
        description: "Good: what the schedules say.",
        noData: "there are no schedules.",
        unit: "ops",
        queries: [
            {
                expr: sum("temporal_namespace", rate("schedule_action_success", namespace)),
                legend: "{{temporal_namespace}}",
            },
        ],
    },
    {
        title: "Lateness of schedules, 99th percentile",
        description: "From the time that a schedule names until its run starts. Good: under some seconds.",
        noData: "there are no schedules.",
        unit: "s",
        queries: [
            {
                expr: quantile(0.99, "temporal_namespace", "schedule_action_delay", namespace),
                legend: "{{temporal_namespace}}",
            },
        ],
    },
    {
        title: "Runs that schedules lost",
        description:
            "In the last hour: missed beyond the catch-up window, or dropped from a full buffer. Good: none; they are not made up for.",
        noData: "none was lost yet.",
        unit: "short",
        alerts: ["TemporalScheduleRunsLost"],
        queries: [
            {
                expr: sum("temporal_namespace", `increase(${series("schedule_missed_catchup_window", namespace)}[1h])`),
                legend: "{{temporal_namespace}}: missed",
            },
            {
                expr: sum("temporal_namespace", `increase(${series("schedule_buffer_overruns", namespace)}[1h])`),
                legend: "{{temporal_namespace}}: dropped",
            },
        ],
    },
    {
        title: "Schedules: starts that failed or were held back",
        description: "Good: none.",
        noData: "none has failed yet.",
        unit: "ops",
        queries: [
            {
                expr: sum("temporal_namespace", rate("schedule_action_errors", namespace)),
                legend: "{{temporal_namespace}}: failed",
            },
            {
                expr: sum("temporal_namespace", rate("schedule_rate_limited", namespace)),
                legend: "{{temporal_namespace}}: held back",
            },
        ],
    },
];
