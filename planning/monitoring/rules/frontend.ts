/** Alerts on what callers of a deployment feel: failed and slow calls, and calls that a limit turns away. */
import type { AlertRule, MonitoredDeployment, RuleGroup } from "../alertRule.ts";
import { startLatencyObjective } from "./recording.ts";
import { alertOf, perSecond, select } from "./ruleText.ts";

/** A share of bad calls that may be spent within 30 days, and the ratio that spends it. */
interface ErrorBudget {
    /** Prefix of its two alerts. */
    readonly alert: string;
    /** Recorded ratio without its window. */
    readonly ratio: string;
    readonly budget: number;
    /** Recorded calls per second that the ratio is about. */
    readonly requests: string;
    /** What a bad call is, as in "3 % of …". */
    readonly badCalls: string;
    readonly summary: string;
}

/** Objectives: 99.9 % of the users' calls succeed, 99 % of those that begin work take no longer than half a second. */
export const errorBudgets: readonly ErrorBudget[] = [
    {
        alert: "TemporalFrontendErrors",
        ratio: "temporal:frontend_error_ratio",
        budget: 0.001,
        requests: "temporal:frontend_user_requests:rate5m",
        badCalls: "the users' calls have failed through the server's fault",
        summary: "Calls to the frontend fail",
    },
    {
        alert: "TemporalFrontendSlow",
        ratio: "temporal:frontend_slow_ratio",
        budget: 0.01,
        requests: "temporal:frontend_start_requests:rate5m",
        badCalls: `the starts and signals have taken longer than ${startLatencyObjective} s`,
        summary: "Starts and signals are slow",
    },
];

/**
 * Calls per second below which a ratio says nothing: at one call per ten seconds a single failure spends the month's budget
 * of a day.
 */
const trafficFloor = 0.1;

/** Calls per second that the server turns away before it is more than a retry's matter. */
const turnedAwayRate = 0.05;

/** Limits of everybody's calls, not of one namespace's: the pod's own, the database's, overload. */
const systemScope = `resource_exhausted_scope="System"`;

/** Share of a namespace's calls that a limit may turn away. */
const throttledShare = 0.01;

/** Share of a frontend pod's limit of requests per second that may be used. */
const rpsLimitShare = 0.8;

/** Alerts on calls to the frontend. */
export function frontendRules(target: MonitoredDeployment): RuleGroup {
    const exhausted = (by: string, matchers: string) =>
        `sum by (${by}) (rate(${select(target, "service_errors_resource_exhausted", matchers)}[5m]))`;
    // A call that history turns away is counted by the frontend too.
    const exhaustedOnce = (by: string, matchers: string) =>
        `max by (${by}) (${exhausted(`service_name, ${by}`, matchers)})`;
    const frontend = `service_name="frontend"`;
    const userRequests = select(target, "temporal:frontend_user_requests:rate5m");
    return {
        name: `temporal.frontend.${target.name}`,
        rules: [
            ...errorBudgets.flatMap((budget) => burnRateAlerts(target, budget)),
            alertOf(target, "TemporalSystemOverloaded", {
                severity: "critical",
                expr: `${exhaustedOnce("resource_exhausted_cause", systemScope)} > ${turnedAwayRate}`,
                for: "2m",
                summary: "The server turns calls of everybody away.",
                description: `Calls turned away, of whichever namespace: ${perSecond}: {{ $labels.resource_exhausted_cause }}.`,
            }),
            alertOf(target, "TemporalNamespaceThrottled", {
                severity: "warning",
                expr:
                    `${exhausted("temporal_namespace, resource_exhausted_cause", `${frontend},resource_exhausted_scope="Namespace",resource_exhausted_cause!="BusyWorkflow"`)}` +
                    ` / on (temporal_namespace) group_left () sum by (temporal_namespace) (rate(${select(target, "service_requests", frontend)}[5m]))` +
                    ` > ${throttledShare}`,
                for: "5m",
                summary: "A namespace is over a limit and its calls are turned away.",
                description:
                    "Namespace {{ $labels.temporal_namespace }}: {{ $value | humanizePercentage }} of its calls are turned away: {{ $labels.resource_exhausted_cause }}.",
            }),
            alertOf(target, "TemporalBusyWorkflow", {
                severity: "info",
                expr: `${exhaustedOnce("temporal_namespace", `resource_exhausted_cause="BusyWorkflow"`)} > 1`,
                for: "15m",
                summary: "Single workflows get more calls than their lock lets through.",
                description: `Namespace {{ $labels.temporal_namespace }}: calls that find their workflow busy: ${perSecond}.`,
            }),
            alertOf(target, "TemporalFrontendNearRPSLimit", {
                severity: "warning",
                expr:
                    `sum by (pod) (rate(${select(target, "service_requests", frontend)}[5m]))` +
                    ` / max by (pod) (${select(target, "host_rps_limit", frontend)}) > ${rpsLimitShare}` +
                    ` unless on () ${exhausted("service_name", `${frontend},${systemScope},resource_exhausted_cause="RpsLimit"`)} > ${turnedAwayRate}`,
                for: "10m",
                summary: "A frontend pod is near its limit of requests per second.",
                description: "{{ $labels.pod }} is at {{ $value | humanizePercentage }} of frontend.rps.",
            }),
            alertOf(target, "TemporalNoUserTraffic", {
                severity: "warning",
                expr: `${userRequests} offset 1d > 1 and ${userRequests} == 0`,
                for: "15m",
                summary: "Users' calls have stopped.",
                description: `No call from users; at this time yesterday there were ${perSecond}.`,
            }),
        ],
    };
}

/**
 * Two alerts on how fast a budget burns (Google's SRE workbook, "Multiwindow, Multi-Burn-Rate Alerts"): a long window, so
 * that it matters, and a short one, so that it ends soon after the fault does.
 */
function burnRateAlerts(target: MonitoredDeployment, budget: ErrorBudget): AlertRule[] {
    const { alert, ratio, requests, badCalls, summary } = budget;
    const burns = (factor: number, long: string, short: string) => {
        const limit = Number((factor * budget.budget).toPrecision(4));
        return `(${select(target, `${ratio}:rate${long}`)} > ${limit} and ${select(target, `${ratio}:rate${short}`)} > ${limit})`;
    };
    const hasTraffic = (window: string) => `avg_over_time(${select(target, requests)}[${window}]) > ${trafficFloor}`;
    const share = `{{ $value | humanizePercentage }} of ${badCalls}`;
    const objective = `objective: at most ${budget.budget * 100} % within 30 days.`;
    return [
        alertOf(target, `${alert}BudgetBurnsFast`, {
            severity: "critical",
            expr: `(${burns(14.4, "1h", "5m")} or ${burns(6, "6h", "30m")}) and ${hasTraffic("1h")}`,
            for: "2m",
            summary: `${summary}: the month's budget is gone within days.`,
            description: `${share} within 1 h (or 6 h, where that burns); ${objective}`,
        }),
        alertOf(target, `${alert}BudgetBurnsSlowly`, {
            severity: "warning",
            expr: `${burns(1, "3d", "6h")} and ${hasTraffic("6h")}`,
            for: "1h",
            summary: `${summary}: the month's budget won't last.`,
            description: `${share} within 3 d; ${objective}`,
        }),
    ];
}
