import type { DashboardSpec } from "./dashboard.ts";
import type { PanelSpec } from "./panel.ts";
import { podPanels } from "./pods.ts";
import { kubernetesNamespace, max, quantile, rate, serverContainers, series, sum } from "./promql.ts";

const frontend = 'service_name="frontend"';

const limits: readonly PanelSpec[] = [
    {
        title: "Requests by pod and the limit of a pod",
        description: "frontend.rps holds for each pod. Good: under 80 % of it; the load spread evenly.",
        unit: "reqps",
        alerts: ["TemporalFrontendNearRPSLimit"],
        queries: [
            { expr: sum("pod", rate("service_requests", frontend)), legend: "{{pod}}" },
            { expr: `min(${series("host_rps_limit", frontend)})`, legend: "limit of a pod" },
        ],
    },
    {
        title: "Refused by Temporal namespace",
        description:
            "Calls refused because their namespace is over a limit of its own (frontend.namespaceRPS and the like). Good: none.",
        noData: "nothing was refused yet.",
        unit: "ops",
        alerts: ["TemporalNamespaceThrottled", "TemporalBusyWorkflow"],
        queries: [
            {
                expr: `topk(10, ${sum("temporal_namespace, resource_exhausted_cause", rate("service_errors_resource_exhausted", 'resource_exhausted_scope="Namespace"'))})`,
                legend: "{{temporal_namespace}} {{resource_exhausted_cause}}",
            },
        ],
    },
    {
        title: "Refused for the whole server",
        description: "Calls refused because a limit of the server itself was met, whoever called. Good: none.",
        noData: "nothing was refused yet.",
        unit: "ops",
        alerts: ["TemporalSystemOverloaded"],
        queries: [
            {
                expr: sum(
                    "service_name, resource_exhausted_cause",
                    rate("service_errors_resource_exhausted", 'resource_exhausted_scope="System"'),
                ),
                legend: "{{service_name}} {{resource_exhausted_cause}}",
            },
        ],
    },
    {
        title: "Long polls at once",
        description:
            "The most polls that were open at a time, by pod; frontend.namespaceCount allows 1200 for each namespace and pod. It never falls while a pod lives. Good: far under that.",
        noData: "nobody polls.",
        unit: "short",
        queries: [
            {
                expr: `topk(10, ${max("temporal_namespace, operation, pod", series("service_pending_requests", frontend))})`,
                legend: "{{temporal_namespace}} {{operation}} {{pod}}",
            },
        ],
    },
    {
        title: "gRPC connections",
        description:
            "Open connections by pod. Good: even; one pod with most of them means that clients never reconnect.",
        unit: "short",
        queries: [{ expr: sum("service_name, pod", series("service_grpc_conn_active")), legend: "{{pod}}" }],
    },
    {
        title: "Refused by authorization",
        description: "Calls without permission, and checks that failed themselves. Good: none.",
        noData: "nothing was refused yet, or no authorization is set up.",
        unit: "ops",
        queries: [
            { expr: sum("operation", rate("service_errors_unauthorized")), legend: "refused: {{operation}}" },
            { expr: sum("operation", rate("service_errors_authorize_failed")), legend: "check failed: {{operation}}" },
        ],
    },
    {
        title: "Certificates",
        description: "Certificates that soon expire or have expired. Good: none.",
        noData: "TLS is off, or no certificate is near its end.",
        unit: "short",
        alerts: ["TemporalCertificateExpiring", "TemporalCertificateExpired"],
        queries: [
            { expr: max("service_name", series("certificates_expiring")), legend: "{{service_name}}: expire soon" },
            { expr: max("service_name", series("certificates_expired")), legend: "{{service_name}}: expired" },
        ],
    },
    {
        title: "Dynamic config refused",
        description: "1 where a pod could not read its dynamic config and keeps the old values. Good: 0.",
        unit: "short",
        thresholds: { warning: 1 },
        alerts: ["TemporalDynamicConfigRejected"],
        queries: [{ expr: max("service_name", series("dynamic_config_update_failure")), legend: "{{service_name}}" }],
    },
];

const inside: readonly PanelSpec[] = [
    {
        title: "Goroutines by pod",
        description: "Good: follows the load; growth without load is a leak or a stuck dependency.",
        unit: "short",
        queries: [{ expr: sum("pod", series("num_goroutines")), legend: "{{pod}}" }],
    },
    {
        title: "Pauses of the garbage collector, 99th percentile",
        description: "Good: a few milliseconds.",
        unit: "s",
        queries: [{ expr: quantile(0.99, "service_name", "memory_gc_pause_ms"), legend: "{{service_name}}" }],
    },
];

const system: readonly PanelSpec[] = [
    {
        title: "Failures of the server's own activities",
        description:
            "Deletion of namespaces, batches, scavengers and schedules run as workflows on the server's own workers. Good: none.",
        noData: "none has failed yet.",
        unit: "ops",
        alerts: ["TemporalSystemWorkerFailing"],
        queries: [
            {
                expr: sum(
                    "task_queue, activity_type",
                    rate("temporal_activity_execution_failed", 'temporal_service="worker"'),
                ),
                legend: "{{task_queue}} {{activity_type}}",
            },
        ],
    },
    {
        title: "Task queues of the server that nobody polls",
        description: "1 where the server's own workers are missing. Good: none.",
        noData: "they were never missing.",
        unit: "bool_yes_no",
        alerts: ["TemporalSystemWorkerNotPolling"],
        queries: [
            {
                expr: `${sum("temporal_namespace, taskqueue", rate("no_poller_tasks", 'taskqueue=~"default-worker-tq|temporal-sys-.*"'))} > bool 0`,
                legend: "{{temporal_namespace}} {{taskqueue}}",
            },
        ],
    },
    {
        title: "Failures of scavengers, batches and close policies",
        description: "Good: none.",
        noData: "none has failed yet.",
        unit: "ops",
        queries: [
            "scavenger_errors",
            "executor_err",
            "batcher_processor_errors",
            "parent_close_policy_processor_errors",
        ].map((metric) => ({ expr: sum("", rate(metric)), legend: metric })),
    },
];

/** The frontend with its limits, and the pods of all four services. */
export const servicesPage: DashboardSpec = {
    name: "temporal-services",
    title: "Temporal / Services and limits",
    description: "The frontend with its limits, and CPU, memory and restarts of the four services.",
    variables: ["temporal_deployment", "kubernetes_namespace"],
    rows: [
        { title: "Frontend and limits", panels: limits },
        { title: "Pods", panels: [...podPanels(`${kubernetesNamespace},${serverContainers}`), ...inside] },
        { title: "The server's own workers", panels: system },
    ],
};
