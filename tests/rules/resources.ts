import type { RuleCase } from "./ruleCase.ts";
import { calm, fault } from "./situations.ts";

/** A container's labels as cAdvisor and kube-state-metrics have them. */
interface Where {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string;
}

const history: Where = { namespace: "temporal-a", pod: "history-0", container: "history" };
const worker: Where = { namespace: "shop", pod: "orders-0", container: "worker" };

/** The worker's pod is deployment A's by this series only. */
const workerUp = {
    'up{namespace="shop",pod="orders-0",temporal_deployment="a",temporal_service="sdk-worker"}': "0x180",
};

const of = (metric: string, { namespace, pod, container }: Where, labels = "") =>
    `${metric}{namespace="${namespace}",pod="${pod}",container="${container}"${labels && `,${labels}`}}`;

const throttled = (where: Where, share: number) => ({
    // The pod as a whole, which would tell the same once more.
    [of("container_cpu_cfs_periods_total", { ...where, container: "" })]: "0+600x180",
    [of("container_cpu_cfs_throttled_periods_total", { ...where, container: "" })]: "0+540x180",
    [of("container_cpu_cfs_periods_total", where)]: "0+600x180",
    [of("container_cpu_cfs_throttled_periods_total", where)]: `0+${600 * share}x180`,
});

const memory = (where: Where, share: number) => ({
    [of("container_memory_working_set_bytes", where)]: `${share * 1000}x180`,
    [of("kube_pod_container_resource_limits", where, `resource="memory",unit="byte"`)]: "1000x180",
    [of("kube_pod_container_resource_limits", where, `resource="cpu",unit="core"`)]: "9000x180",
    // The sum over the pod, of which there is no limit.
    [of("container_memory_working_set_bytes", { ...where, container: "" })]: "5000x180",
});

const restarts = (where: Where, values: string) => ({
    [of("kube_pod_container_status_restarts_total", where)]: values,
});

const ended = (where: Where, reason: string, values: string) => ({
    [of("kube_pod_container_status_last_terminated_reason", where, `reason="${reason}"`)]: values,
});

const killed = (where: Where, values: string) => ended(where, "OOMKilled", values);

const labels = ({ namespace, pod, container }: Where) => ({ pod_namespace: namespace, pod, container });

/** Situations of the alerts on containers. */
export const resourceCases: readonly RuleCase[] = [
    ...fault("TemporalContainerThrottled", "after 15 minutes of 30 %", throttled(history, 0.3), 16, {
        labels: labels(history),
        description: "temporal-a/history-0, container history: stopped at its CPU limit in 30% of the time slices.",
    }),
    {
        alert: "TemporalContainerThrottled",
        title: "fires for a worker in a namespace of its own",
        series: { ...workerUp, ...throttled(worker, 0.3) },
        at: "16m",
        fires: [
            {
                labels: labels(worker),
                description: "shop/orders-0, container worker: stopped at its CPU limit in 30% of the time slices.",
            },
        ],
    },
    calm("TemporalContainerThrottled", "at 25 %", throttled(history, 0.25)),
    calm("TemporalContainerThrottled", "where the pod is nobody's worker", throttled(worker, 0.3)),

    ...fault("TemporalContainerMemoryNearLimit", "after 10 minutes at 95 %", memory(history, 0.95), 10, {
        labels: labels(history),
        description: "temporal-a/history-0, container history: uses 95% of its memory limit.",
    }),
    {
        alert: "TemporalContainerMemoryNearLimit",
        title: "fires for a worker in a namespace of its own",
        series: { ...workerUp, ...memory(worker, 0.95) },
        at: "10m",
        fires: [
            { labels: labels(worker), description: "shop/orders-0, container worker: uses 95% of its memory limit." },
        ],
    },
    calm("TemporalContainerMemoryNearLimit", "at 90 %", memory(history, 0.9)),
    calm("TemporalContainerMemoryNearLimit", "of another deployment's worker", {
        [Object.keys(workerUp)[0]!.replace('"a"', '"c"')]: "1x180",
        ...memory(worker, 0.95),
    }),

    ...fault(
        "TemporalContainerOutOfMemory",
        "at the first kill",
        { ...workerUp, ...restarts(worker, "0x9 1x180"), ...killed(worker, "_x9 1x180") },
        10,
        {
            labels: labels(worker),
            description: "shop/orders-0, container worker: killed at its memory limit, 1 restarts within 15 minutes.",
        },
    ),
    calm("TemporalContainerOutOfMemory", "once 15 minutes have passed", {
        ...restarts(history, "0x9 1x180"),
        ...killed(history, "_x9 1x180"),
    }),
    calm(
        "TemporalContainerOutOfMemory",
        "where it restarts for another reason",
        {
            ...workerUp,
            ...[history, worker].reduce(
                (all, where) => ({ ...all, ...restarts(where, "0x9 1x180"), ...ended(where, "Error", "_x9 1x180") }),
                {},
            ),
        },
        "10m",
    ),

    ...fault(
        "TemporalContainerRestarting",
        "at the third restart",
        { ...restarts(history, "0+1x3 3x180"), ...ended(history, "Error", "_ 1x180") },
        3,
        {
            labels: labels(history),
            description: "temporal-a/history-0, container history: 3 restarts within 30 minutes.",
        },
    ),
    {
        alert: "TemporalContainerRestarting",
        title: "fires for a worker in a namespace of its own",
        series: { ...workerUp, ...restarts(worker, "0+1x3 3x180"), ...ended(worker, "Error", "_ 1x180") },
        at: "3m",
        fires: [
            { labels: labels(worker), description: "shop/orders-0, container worker: 3 restarts within 30 minutes." },
        ],
    },
    calm("TemporalContainerRestarting", "at the second", restarts(history, "0 1 2x180"), "20m"),
    calm(
        "TemporalContainerRestarting",
        "where TemporalContainerOutOfMemory fires",
        { ...restarts(history, "0+1x3 3x180"), ...killed(history, "_ 1x180") },
        "3m",
    ),
];
