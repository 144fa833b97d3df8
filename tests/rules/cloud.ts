import type { RuleCase } from "./ruleCase.ts";
import { calm, fault } from "./situations.ts";

const of = (metric: string, labels = "") =>
    `temporal_cloud_v1_${metric}{temporal_namespace="shop.a1b2c"${labels && `,${labels}`}}`;

const namespace = { temporal_namespace: "shop.a1b2c" };

const actions = (count: number) => ({
    [of("total_action_count", 'is_background="false",region="x"')]: `${count}x180`,
    [of("total_action_count", 'is_background="true",region="x"')]: "500x180",
    [of("action_limit")]: "500x180",
});

/** Situations of the alerts on Temporal Cloud. */
export const cloudCases: readonly RuleCase[] = [
    ...fault(
        "TemporalCloudThrottled",
        "after 5 minutes",
        {
            [of("service_request_throttled_count", 'operation="StartWorkflowExecution"')]: "0.5x180",
            [of("total_action_throttled_count")]: "2x180",
        },
        5,
        {
            labels: { ...namespace, kind: "calls" },
            description: "0.50 calls per second of Cloud namespace shop.a1b2c are throttled.",
        },
        {
            labels: { ...namespace, kind: "actions" },
            description: "2.00 actions per second of Cloud namespace shop.a1b2c are throttled.",
        },
    ),
    calm("TemporalCloudThrottled", "at zero", {
        [of("service_request_throttled_count")]: "0x180",
        [of("total_action_throttled_count")]: "0x180",
    }),

    ...fault("TemporalCloudNearActionLimit", "after 15 minutes at 81 %", actions(405), 15, {
        labels: namespace,
        description: "Cloud namespace shop.a1b2c uses 81% of its limit of actions per second.",
    }),
    calm("TemporalCloudNearActionLimit", "at 80 %", actions(400)),

    ...fault(
        "TemporalCloudNoPollers",
        "after 10 minutes",
        { [of("no_poller_tasks_count", 'temporal_task_queue="orders",task_type="Workflow"')]: "0.25x180" },
        10,
        {
            labels: { ...namespace, temporal_task_queue: "orders", task_type: "Workflow" },
            description:
                "Task queue orders (Workflow) of Cloud namespace shop.a1b2c: tasks found no poller 0.25 times per second.",
        },
    ),
    calm("TemporalCloudNoPollers", "at zero", {
        [of("no_poller_tasks_count", 'temporal_task_queue="orders",task_type="Workflow"')]: "0x180",
    }),

    ...fault("TemporalCloudMetricsMissing", "after 15 minutes", { 'up{job="temporal-cloud"}': "0x180" }, 15, {
        labels: {},
        description: "Prometheus has had no metrics of Temporal Cloud for 15 minutes.",
    }),
    calm("TemporalCloudMetricsMissing", "while any of them arrives", { [of("action_limit")]: "500x180" }),
];
