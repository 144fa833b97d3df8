/** What the server sees of its database: errors, latency, its connection pools, the visibility store. */
import type { AlertRule, MonitoredDeployment, RuleGroup } from "../alertRule.ts";
import { alertOf, quantile, select } from "./ruleText.ts";

/** The calls that a workflow waits for; scavengers and metadata may take longer. */
const hotOperations = [
    "CreateWorkflowExecution",
    "UpdateWorkflowExecution",
    "GetWorkflowExecution",
    "AppendHistoryNodes",
    "ReadHistoryBranch",
    "GetTransferTasks",
    "GetTimerTasks",
    "CreateTasks",
    "GetTasks",
    "UpdateShard",
].join("|");

/** Seconds that 99 % of the calls of one kind should stay below. A bound of the server's histograms. */
const slowSeconds = 0.5;

/** Seconds from which on callers time out. A bound of the server's histograms. */
const verySlowSeconds = 2;

/** Share of calls that may fail, and the share from which on the deployment can't work. */
const errorRatio = { some: 0.001, most: 0.05 } as const;

/** Alerts on the database as one deployment sees it. */
export function persistenceRules(target: MonitoredDeployment): RuleGroup {
    return {
        name: `temporal.persistence.${target.name}`,
        rules: [...latency(target), ...errors(target), ...pools(target), ...visibility(target)],
    };
}

function latency(target: MonitoredDeployment): readonly AlertRule[] {
    const p99 = quantile(target, 0.99, {
        metric: "persistence_latency_bucket",
        matchers: `operation=~"${hotOperations}"`,
        window: "5m",
        by: ["operation"],
    });
    const description = "99 % of {{ $labels.operation }} calls finish within {{ $value | humanizeDuration }}";
    return [
        alertOf(target, "TemporalPersistenceSlow", {
            severity: "warning",
            expr: `${p99} > ${slowSeconds} <= ${verySlowSeconds}`,
            for: "10m",
            summary: "Calls to the database are slow.",
            description: `${description} only; should be below 500 ms.`,
        }),
        alertOf(target, "TemporalPersistenceVerySlow", {
            severity: "critical",
            expr: `${p99} > ${verySlowSeconds}`,
            for: "5m",
            summary: "Calls to the database are so slow that callers give up.",
            description: `${description} only; many callers give up before that.`,
        }),
    ];
}

function errors(target: MonitoredDeployment): readonly AlertRule[] {
    // What the server counts as an error leaves out all that is part of its work, such as a lost race for a row.
    const failed = `sum(rate(${select(target, "persistence_errors")}[5m]))`;
    const all = `sum(rate(${select(target, "persistence_requests")}[5m]))`;
    return [
        alertOf(target, "TemporalPersistenceErrors", {
            severity: "warning",
            expr: `${failed} / ${all} > ${errorRatio.some} <= ${errorRatio.most}`,
            for: "10m",
            summary: "Some calls to the database fail.",
            description: "{{ $value | humanizePercentage }} of the calls to the database failed over 5 minutes.",
        }),
        alertOf(target, "TemporalPersistenceFailing", {
            severity: "critical",
            expr: `${failed} / ${all} > ${errorRatio.most}`,
            for: "1m",
            summary: "The database refuses work.",
            description: "{{ $value | humanizePercentage }} of the calls to the database failed over 5 minutes.",
        }),
    ];
}

function pools(target: MonitoredDeployment): readonly AlertRule[] {
    const by = "by (pod, temporal_service, db_kind)";
    // Each pod reports its pools once a minute; 0 at most means that the pool has no limit.
    const used = `max ${by} (${select(target, "persistence_sql_in_use")})`;
    const most = `(max ${by} (${select(target, "persistence_sql_max_open_conn")}) > 0)`;
    return [
        alertOf(target, "TemporalSqlPoolSaturated", {
            severity: "warning",
            expr: `${used} / ${most} > 0.9`,
            for: "5m",
            summary: "A pod has used up its database connections.",
            description:
                "Pod {{ $labels.pod }} ({{ $labels.temporal_service }}) uses {{ $value | humanizePercentage }} of its connections to " +
                "the {{ $labels.db_kind }} store.",
        }),
    ];
}

function visibility(target: MonitoredDeployment): readonly AlertRule[] {
    const failed = `sum(rate(${select(target, "visibility_persistence_errors")}[5m]))`;
    const all = `sum(rate(${select(target, "visibility_persistence_requests")}[5m]))`;
    const delay = quantile(target, 0.99, {
        metric: "task_latency_queue_bucket",
        matchers: 'operation=~"VisibilityTask.*"',
        window: "10m",
    });
    return [
        alertOf(target, "TemporalVisibilityErrors", {
            severity: "warning",
            expr: `${failed} / ${all} > 0.01`,
            for: "10m",
            summary: "Reads or writes of the workflow lists fail.",
            description:
                "{{ $value | humanizePercentage }} of the calls to the visibility store failed over 5 minutes; workflows still run.",
        }),
        alertOf(target, "TemporalVisibilityLate", {
            severity: "warning",
            expr: `${delay} > 10`,
            for: "15m",
            summary: "Workflow lists lag behind.",
            description: "99 % of the changes are in the workflow lists only after {{ $value | humanizeDuration }}.",
        }),
    ];
}
