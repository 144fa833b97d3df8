import type { PanelSpec } from "./panel.ts";
import { max, quantile, rate, series, sum } from "./promql.ts";

const frontend = 'service_name="frontend"';

/** What people and workers wait for; polls are long on purpose. */
const userCalls = 'operation!~"Poll.*|.*LongPoll.*|GetWorkflowExecutionHistory"';

/** How much is asked of a deployment. */
export const trafficPanels: readonly PanelSpec[] = [
    {
        title: "Requests by operation",
        description: "What users and workers ask of the frontend, without polls. Good: what it usually is.",
        unit: "reqps",
        alerts: ["TemporalNoUserTraffic"],
        queries: [
            {
                expr: `topk(12, ${sum("operation", rate("service_requests", frontend, userCalls))})`,
                legend: "{{operation}}",
            },
        ],
    },
    {
        title: "State transitions",
        description: "Work of the history services. Good: follows the requests.",
        unit: "ops",
        queries: [{ expr: sum("", rate("state_transition_count_count")), legend: "transitions" }],
    },
];

/** What of it fails, and whose fault it is. */
export const errorPanels: readonly PanelSpec[] = [
    {
        title: "Unexpected errors",
        description:
            "Share of user requests that failed through no fault of the caller, over 5 min and 1 h. Good: under 0.1 %.",
        noData: "nobody has called the frontend yet.",
        unit: "percentunit",
        alerts: ["TemporalFrontendErrorsBudgetBurnsFast", "TemporalFrontendErrorsBudgetBurnsSlowly"],
        queries: [
            { expr: max("temporal_deployment", series("temporal:frontend_error_ratio:rate5m")), legend: "5 min" },
            { expr: max("temporal_deployment", series("temporal:frontend_error_ratio:rate1h")), legend: "1 h" },
        ],
    },
    {
        title: "Speed at which the error budget burns",
        description:
            "1 means that the budget of 0.1 % errors in 30 days is used up in 30 days; 14.4 over an hour uses 2 % of it. Good: under 1.",
        noData: "nobody has called the frontend yet.",
        unit: "short",
        thresholds: { warning: 1 },
        alerts: ["TemporalFrontendErrorsBudgetBurnsFast", "TemporalFrontendErrorsBudgetBurnsSlowly"],
        queries: ["1h", "6h", "3d"].map((window) => ({
            expr: `${max("temporal_deployment", series(`temporal:frontend_error_ratio:rate${window}`))} / 0.001`,
            legend: window,
        })),
    },
    {
        title: "Errors by type",
        description:
            "All errors of the frontend, those of callers as well (not found, already started). Good: no Unavailable, Internal or DeadlineExceeded.",
        noData: "no call has failed yet.",
        unit: "ops",
        queries: [{ expr: sum("error_type", rate("service_error_with_type", frontend)), legend: "{{error_type}}" }],
    },
    {
        title: "Services out of reach",
        description:
            "Share of calls from one service to another that found nobody or no answer in time. Good: none outside a rollout.",
        noData: "every call between services was answered so far.",
        unit: "percentunit",
        thresholds: { critical: 0.5 },
        alerts: ["TemporalRoleUnreachable"],
        queries: [
            {
                expr: `${sum("service_name, service_role", rate("client_errors", 'error_type=~"serviceerror.(Unavailable|DeadlineExceeded)"'))} / (${sum("service_name, service_role", rate("client_requests"))} > 0)`,
                legend: "{{service_name}} → {{service_role}}",
            },
        ],
    },
    {
        title: "Panics",
        description: "Requests whose handler panicked, in the last 15 min. Good: none.",
        noData: "the counter appears with the first panic.",
        unit: "short",
        alerts: ["TemporalServicePanic"],
        queries: [
            {
                expr: sum(
                    "service_name",
                    `increase(${series("service_panics")}[15m]) or ${series("service_panics")} unless ${series("service_panics")} offset 15m`,
                ),
                legend: "{{service_name}}",
            },
        ],
    },
    {
        title: "Requests refused for want of resources",
        description:
            "By cause and by whether one Temporal namespace or the whole server is at its limit. Good: none; System means that users are turned away.",
        noData: "nothing was refused yet.",
        unit: "ops",
        alerts: ["TemporalSystemOverloaded", "TemporalNamespaceThrottled"],
        queries: [
            {
                expr: sum(
                    "resource_exhausted_scope, resource_exhausted_cause",
                    rate("service_errors_resource_exhausted"),
                ),
                legend: "{{resource_exhausted_scope}} {{resource_exhausted_cause}}",
            },
        ],
    },
];

/** How long it takes. */
export const latencyPanels: readonly PanelSpec[] = [
    {
        title: "Latency of requests, 99th percentile",
        description: "By operation, without polls. Good: starts and signals under 0.5 s.",
        noData: "nobody has called the frontend yet.",
        unit: "s",
        alerts: ["TemporalFrontendSlowBudgetBurnsFast", "TemporalFrontendSlowBudgetBurnsSlowly"],
        queries: [
            {
                expr: `topk(12, ${quantile(0.99, "operation", "service_latency", frontend, userCalls)})`,
                legend: "{{operation}}",
            },
        ],
    },
    {
        title: "Latency of requests",
        description: "How many requests took how long, without polls. Good: the dark band stays low and thin.",
        noData: "nobody has called the frontend yet.",
        unit: "s",
        show: "heatmap",
        queries: [
            {
                expr: sum("le", `increase(${series("service_latency_bucket", frontend, userCalls)}[$__rate_interval])`),
                legend: "{{le}}",
            },
        ],
    },
    {
        title: "Latency between services, 99th percentile",
        description:
            "Calls of one service to another. Good: some milliseconds; polls of matching are long on purpose and left out.",
        noData: "the services have not called each other yet.",
        unit: "s",
        queries: [
            {
                expr: quantile(0.99, "service_name, service_role", "client_latency", userCalls),
                legend: "{{service_name}} → {{service_role}}",
            },
        ],
    },
    {
        title: "Wait for the lock of a workflow",
        description:
            "Part of the latency that requests spend waiting for other requests to the same workflow, 99th percentile. Good: near zero; else one workflow is too busy.",
        noData: "no request has waited yet.",
        unit: "s",
        alerts: ["TemporalBusyWorkflow"],
        queries: [{ expr: quantile(0.99, "service_name", "service_latency_userlatency"), legend: "{{service_name}}" }],
    },
];
