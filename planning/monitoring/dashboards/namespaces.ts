import type { DashboardSpec } from "./dashboard.ts";
import { namespaceLimitPanels, schedulePanels } from "./namespaceLimits.ts";
import type { PanelSpec } from "./panel.ts";
import { namespace, quantile, rate, series, sum } from "./promql.ts";

const byType = "temporal_namespace, workflowType";
const typeLegend = "{{temporal_namespace}} {{workflowType}}";

const outcomes: readonly PanelSpec[] = [
    {
        title: "Runs by outcome",
        description: "How runs end. Good: completed leads; timed out and terminated are rare.",
        noData: "no run has ended yet.",
        unit: "ops",
        queries: [
            ["workflow_success", "completed"],
            ["workflow_failed", "failed"],
            ["workflow_timeout", "timed out"],
            ["workflow_terminate", "terminated"],
            ["workflow_cancel", "canceled"],
            ["workflow_continued_as_new", "continued as new"],
        ].map(([metric, legend]) => ({ expr: sum("", rate(metric!, namespace)), legend: legend! })),
    },
    {
        title: "Runs that end otherwise than completed",
        description:
            "Share of all runs of the namespace that ended, over 15 min. Good: what the workflow's owner expects.",
        noData: "no run has ended so yet.",
        unit: "percentunit",
        thresholds: { warning: 0.5 },
        alerts: [
            "TemporalWorkflowsFailing",
            "TemporalWorkflowsTimingOut",
            "TemporalWorkflowsTerminated",
            "TemporalWorkflowsCanceled",
        ],
        queries: [
            {
                expr: `${sum("temporal_namespace, outcome", series("temporal:workflow_outcome:rate15m", namespace, 'outcome!="completed"'))} / on (temporal_namespace) group_left () (${sum("temporal_namespace", series("temporal:workflow_outcome:rate15m", namespace))} > 0)`,
                legend: "{{temporal_namespace}} {{outcome}}",
            },
        ],
    },
    {
        title: "Runs that failed, by type",
        description: "Share of the runs that completed or failed. Good: what the workflow's owner expects.",
        noData: "no run has failed yet.",
        unit: "percentunit",
        queries: [
            {
                expr: `${sum(byType, rate("workflow_failed", namespace))} / ((${sum(byType, rate("workflow_failed", namespace))} + ${sum(byType, rate("workflow_success", namespace))}) or ${sum(byType, rate("workflow_failed", namespace))})`,
                legend: typeLegend,
            },
        ],
    },
    {
        title: "Runs that timed out, by type",
        description: "Good: none; else workers are slow or gone, or the timeout is too short.",
        noData: "no run has timed out yet.",
        unit: "ops",
        queries: [{ expr: sum(byType, rate("workflow_timeout", namespace)), legend: typeLegend }],
    },
    {
        title: "Time from start to end, 95th percentile",
        description: "By type of workflow. Good: what the workflow's owner expects.",
        noData: "no run has ended yet.",
        unit: "s",
        queries: [
            {
                expr: `topk(12, ${quantile(0.95, byType, "workflow_schedule_to_close_latency", namespace)})`,
                legend: typeLegend,
            },
        ],
    },
    {
        title: "Starts and signals",
        description: "By Temporal namespace. Good: what it usually is.",
        noData: "nobody has started or signalled a workflow yet.",
        unit: "reqps",
        queries: [
            {
                expr: sum(
                    "temporal_namespace",
                    rate(
                        "service_requests",
                        namespace,
                        'service_name="frontend"',
                        'operation=~"StartWorkflowExecution|SignalWorkflowExecution|SignalWithStartWorkflowExecution"',
                    ),
                ),
                legend: "{{temporal_namespace}}",
            },
        ],
    },
];

const tasks: readonly PanelSpec[] = [
    {
        title: "Workflow tasks that fail, by cause",
        description:
            "Good: none. NonDeterministicError means that the code no longer fits the history: those workflows stand still until it is mended.",
        noData: "no workflow task has failed yet.",
        unit: "ops",
        alerts: ["TemporalNonDeterministicWorkflow", "TemporalWorkflowTaskFailures", "TemporalGrpcMessageTooLarge"],
        queries: [
            {
                expr: sum("temporal_namespace, failure", rate("failed_workflow_tasks", namespace)),
                legend: "{{temporal_namespace}} {{failure}}",
            },
        ],
    },
    {
        title: "Activities that end badly",
        description: "After their last attempt. Good: what the workflow's owner expects.",
        noData: "no activity has ended badly yet.",
        unit: "ops",
        queries: [
            {
                expr: sum("temporal_namespace", rate("activity_fail", namespace)),
                legend: "{{temporal_namespace}}: failed",
            },
            {
                expr: sum("temporal_namespace", rate("activity_timeout", namespace)),
                legend: "{{temporal_namespace}}: timed out",
            },
        ],
    },
    {
        title: "Attempts of activities that fail",
        description: "Each is tried again as its retry policy says. Good: few beside the number of activities.",
        noData: "no attempt has failed yet.",
        unit: "ops",
        queries: [
            {
                expr: sum("temporal_namespace", rate("activity_task_fail", namespace)),
                legend: "{{temporal_namespace}}: failed",
            },
            {
                expr: sum("temporal_namespace, timeout_type", rate("activity_task_timeout", namespace)),
                legend: "{{temporal_namespace}}: {{timeout_type}}",
            },
        ],
    },
    {
        title: "Actions by kind",
        description: "What Temporal Cloud would bill: a measure of who uses the deployment how much.",
        noData: "no action was counted yet.",
        unit: "ops",
        show: "stacked",
        queries: [
            {
                expr: `topk(12, ${sum("temporal_namespace, action_type", rate("action", namespace))})`,
                legend: "{{temporal_namespace}} {{action_type}}",
            },
        ],
    },
];

/** Temporal namespaces, which is to say teams: how their workflows end, what limits are near, whether schedules run. */
export const namespacesPage: DashboardSpec = {
    name: "temporal-namespaces",
    title: "Temporal / Namespaces and teams",
    description: "How the workflows of each team end, which limits are near, whether schedules run.",
    variables: ["temporal_deployment", "temporal_namespace"],
    rows: [
        { title: "Outcomes", panels: outcomes },
        { title: "Workflow tasks and activities", panels: tasks },
        { title: "Limits", panels: namespaceLimitPanels },
        { title: "Schedules", panels: schedulePanels },
    ],
};
