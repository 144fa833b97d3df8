/** Alerts on what happens to users' workflows, as the server sees it, whatever SDK they are written with. */
import type { AlertRule, MonitoredDeployment, RuleGroup, Severity } from "../alertRule.ts";
import type { WorkflowOutcome } from "./recording.ts";
import { alertOf, count, perSecond, rareEvent, select } from "./ruleText.ts";

/** Limits of what is normal for workflows. */
export const workflowLimits = {
    /** Failed workflow tasks per second. */
    failedTaskRate: 0.2,
    /** Ends of one kind per second below which their share says nothing: nine within a quarter of an hour. */
    outcomeRate: 0.01,
    /** Events of a history; a bucket bound. The server warns at 10 240 and terminates at 51 200 (limit.historyCount). */
    historyEvents: 20_000,
    /** Bytes of a history; the largest bucket bound. The server warns at 10 MiB and terminates at 50 MiB (limit.historySize). */
    historyBytes: 16_777_216,
} as const;

/** Causes of failed workflow tasks that have an alert of their own, and those that are no fault: a signal came in between, or a reset. */
const otherFailures = "NonDeterministicError|GrpcMessageTooLarge|UnhandledCommand|ResetWorkflow";

interface OutcomeAlert {
    readonly alert: string;
    readonly outcome: WorkflowOutcome;
    /** Share of all ends from which on it is not normal. */
    readonly share: number;
    readonly severity: Severity;
}

const outcomeAlerts: readonly OutcomeAlert[] = [
    { alert: "TemporalWorkflowsFailing", outcome: "failed", share: 0.5, severity: "warning" },
    { alert: "TemporalWorkflowsTimingOut", outcome: "timed out", share: 0.1, severity: "warning" },
    { alert: "TemporalWorkflowsTerminated", outcome: "terminated", share: 0.5, severity: "warning" },
    { alert: "TemporalWorkflowsCanceled", outcome: "canceled", share: 0.5, severity: "info" },
];

/** What a workflow can have too many of at one time, and the server's counter of refusals. */
const pendingLimits = {
    activities: "wf_too_many_pending_activities",
    "child workflows": "wf_too_many_pending_child_workflows",
    "cancel requests": "wf_too_many_pending_cancel_requests",
    "signals to other workflows": "wf_too_many_pending_external_workflow_signals",
};

/** Why a schedule leaves a run out for ever, and the server's counter of it. */
const scheduleLosses = {
    "later than the catchup window": "schedule_missed_catchup_window",
    "no room in the buffer": "schedule_buffer_overruns",
};

/** Alerts on workflows and schedules, by Temporal namespace. */
export function workflowRules(target: MonitoredDeployment): RuleGroup {
    const namespace = "Namespace {{ $labels.temporal_namespace }}";
    const failedTasks = (failure: string) =>
        rareEvent(target, {
            metric: "failed_workflow_tasks",
            matchers: `failure="${failure}"`,
            window: "15m",
            by: ["temporal_namespace"],
        });
    return {
        name: `temporal.workflows.${target.name}`,
        rules: [
            alertOf(target, "TemporalNonDeterministicWorkflow", {
                severity: "critical",
                expr: failedTasks("NonDeterministicError"),
                for: "1m",
                summary: "Workflow code no longer fits the histories of running workflows.",
                description: `${namespace}: workflow tasks failed as non-deterministic within 15 minutes: ${count}.`,
            }),
            alertOf(target, "TemporalGrpcMessageTooLarge", {
                severity: "critical",
                expr: failedTasks("GrpcMessageTooLarge"),
                summary: "Workflows are terminated since their worker's answer is too large.",
                description: `${namespace}: workflow tasks with too large an answer within 15 minutes: ${count}.`,
            }),
            alertOf(target, "TemporalWorkflowTaskFailures", {
                severity: "warning",
                expr: `sum by (temporal_namespace, failure) (rate(${select(target, "failed_workflow_tasks", `failure!~"${otherFailures}"`)}[10m])) > ${workflowLimits.failedTaskRate}`,
                for: "10m",
                summary: "Workflow tasks fail again and again.",
                description: `${namespace}: workflow tasks that fail as {{ $labels.failure }}: ${perSecond}.`,
            }),
            ...outcomeAlerts.map((each) => outcomeAlert(target, each)),
            alertOf(target, "TemporalHistoryTooLong", {
                severity: "warning",
                // Prometheus 3 writes whole bounds with ".0".
                expr: `${above(target, "history_count", `le=~"${workflowLimits.historyEvents}([.]0)?"`)} > 0.5`,
                for: "5m",
                summary: "Histories near the number of events at which the server terminates their workflow.",
                description: `${namespace}: updates within 15 minutes of histories with more than ${workflowLimits.historyEvents} events: ${count}; the server terminates at 51200 events.`,
            }),
            alertOf(target, "TemporalHistoryTooBig", {
                severity: "warning",
                expr: `${above(target, "history_size", `le="${exponent(workflowLimits.historyBytes)}"`)} > 0.5`,
                for: "5m",
                summary: "Histories near the size at which the server terminates their workflow.",
                description: `${namespace}: updates within 15 minutes of histories larger than 16 MiB: ${count}; the server terminates at 50 MiB.`,
            }),
            alertOf(target, "TemporalPendingLimitHit", {
                severity: "warning",
                expr: rareEvents(target, pendingLimits, "limit", "15m"),
                summary: "Workflows have too much pending at one time; their workflow tasks fail.",
                description: `${namespace}: workflow tasks failed within 15 minutes at the limit of pending {{ $labels.limit }}: ${count}.`,
            }),
            alertOf(target, "TemporalBlobTooLarge", {
                severity: "warning",
                expr: rareEvent(target, {
                    metric: "blob_size_error",
                    window: "15m",
                    by: ["temporal_namespace", "operation"],
                }),
                summary: "Payloads over the size limit are refused.",
                description: `${namespace}: payloads of {{ $labels.operation }} refused within 15 minutes: ${count}; the limit is 2 MiB.`,
            }),
            alertOf(target, "TemporalScheduleRunsLost", {
                severity: "warning",
                expr: rareEvents(target, scheduleLosses, "reason", "1h"),
                summary: "Schedules leave runs out for ever.",
                description: `${namespace}: scheduled runs lost within 1 h, {{ $labels.reason }}: ${count}.`,
            }),
        ],
    };
}

function outcomeAlert(target: MonitoredDeployment, { alert, outcome, share, severity }: OutcomeAlert): AlertRule {
    const ends = "temporal:workflow_outcome:rate15m";
    const these = select(target, ends, `outcome="${outcome}"`);
    return alertOf(target, alert, {
        severity,
        expr:
            `${these} / ignoring (outcome) sum without (outcome) (${select(target, ends)}) > ${share}` +
            ` and ignoring (outcome) ${these} > ${workflowLimits.outcomeRate}`,
        for: "15m",
        summary: `Many workflows of a namespace end as ${outcome}.`,
        description: `Namespace {{ $labels.temporal_namespace }}: {{ $value | humanizePercentage }} of the workflows that ended within 15 minutes are ${outcome}.`,
    });
}

/**
 * Updates of workflows whose history is above a bucket bound. Of the four things that these histograms record,
 * `ExecutionStats` is the total after each update.
 */
function above(target: MonitoredDeployment, histogram: string, bound: string): string {
    const updates = (suffix: string, more = "") =>
        `sum by (temporal_namespace) (increase(${select(target, `${histogram}_${suffix}`, `operation="ExecutionStats"${more}`)}[15m]))`;
    return `${updates("count")} - ${updates("bucket", `,${bound}`)}`;
}

/** The bound as the server's exporter writes it: `1.6777216e+07`. */
function exponent(bound: number): string {
    return bound.toExponential().replace(/e\+(\d)$/, "e+0$1");
}

/** Rare events of several counters by namespace, told apart by a label of the given name. */
function rareEvents(
    target: MonitoredDeployment,
    counters: Readonly<Record<string, string>>,
    label: string,
    window: string,
): string {
    return Object.entries(counters)
        .map(([value, metric]) => {
            const events = rareEvent(target, { metric, window, by: ["temporal_namespace"] });
            return `label_replace(${events}, "${label}", "${value}", "", "")`;
        })
        .join(" or ");
}
