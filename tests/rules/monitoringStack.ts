import { ofA, type RuleCase } from "./ruleCase.ts";
import { calm, fault } from "./situations.ts";

const own = (metric: string, labels = "") => `${metric}{namespace="temporal-platform"${labels && `,${labels}`}}`;

const kubeStateMetrics = { [own("kube_pod_container_status_restarts_total", 'pod="p",container="c"')]: "0x180" };
const cadvisor = { [own("container_memory_working_set_bytes", 'pod="p",container="c"')]: "1x180" };

const sourceMissing = (source: string) => ({
    labels: { source },
    description: `Prometheus has no metrics of ${source}, so no alert on CPU, memory and restarts can fire.`,
});

const unlabelled = (service: string) =>
    `service_requests{namespace="temporal-a",pod="history-0",service_name="${service}",operation="X",exported_namespace="shop"}`;

const build = (job: string) => ofA("build_information", `pod="history-0",build_version="1.31.2",job="${job}"`);

const samples = (service: string, count: number) => ({
    [ofA("scrape_samples_post_metric_relabeling", `pod="p-0",temporal_service="${service}"`)]: `${count}x180`,
});

const target = (job: string, values: string) => ({ [`up{job="${job}",instance="x:1"}`]: values });

const ruleFailures = (values: string) => ({
    [own("prometheus_rule_evaluation_failures_total", 'rule_group="a.yaml;temporal.history.a"')]: values,
});

const messages = (failed: number, all: number) => ({
    [own("alertmanager_notifications_failed_total", 'integration="slack",reason="other"')]: `0+${failed}x180`,
    [own("alertmanager_notifications_total", 'integration="slack"')]: `0+${all}x180`,
});

const reload = (program: string, values: string) => ({ [own(`${program}_config_last_reload_successful`)]: values });

/** Situations of the alerts on the monitoring. */
export const monitoringStackCases: readonly RuleCase[] = [
    ...fault(
        "KubernetesMetricsMissing",
        "after 15 minutes without cAdvisor",
        kubeStateMetrics,
        15,
        sourceMissing("cAdvisor"),
    ),
    ...fault(
        "KubernetesMetricsMissing",
        "after 15 minutes without kube-state-metrics",
        cadvisor,
        15,
        sourceMissing("kube-state-metrics"),
    ),
    calm("KubernetesMetricsMissing", "where both are there", { ...kubeStateMetrics, ...cadvisor }),

    ...fault("TemporalMetricsNotRelabelled", "after 15 minutes", { [unlabelled("history")]: "0+1x180" }, 15, {
        labels: { pod_namespace: "temporal-a", pod: "history-0" },
        description:
            "Pod temporal-a/history-0: 1 series without the label temporal_deployment. Alerts don't see them, and sums elsewhere count them.",
    }),
    calm("TemporalMetricsNotRelabelled", "with the label", {
        [ofA("service_requests", 'pod="history-0",service_name="history"')]: "0+1x180",
    }),
    calm("TemporalMetricsNotRelabelled", "of other programs", { [unlabelled("checkout")]: "0+1x180" }),

    ...fault("TemporalScrapedTwice", "after 15 minutes", { [build("a")]: "1x180", [build("b")]: "1x180" }, 15, {
        labels: { temporal_deployment: "a", pod: "history-0", build_version: "1.31.2" },
        description: "Pod history-0 is scraped by 2 jobs, so all its rates count double.",
    }),
    calm("TemporalScrapedTwice", "of one job", { [build("a")]: "1x180" }),
    calm("TemporalScrapedTwice", "for a Temporal that isn't ours", {
        'build_information{pod="chart-0",build_version="1.31.2",job="a"}': "1x180",
        'build_information{pod="chart-0",build_version="1.31.2",job="b"}': "1x180",
    }),

    ...fault("TemporalSamplesNearLimit", "after 30 minutes of a server", samples("history", 99_000), 30, {
        labels: { temporal_deployment: "a", pod: "p-0" },
        description: "Pod p-0 exports 82.5% of the series that a scrape may have; above, none of them is kept.",
    }),
    {
        alert: "TemporalSamplesNearLimit",
        title: "fires for a worker, whose limit is lower",
        series: samples("sdk-worker", 16_500),
        at: "30m",
        fires: [
            {
                labels: { temporal_deployment: "a", pod: "p-0" },
                description: "Pod p-0 exports 82.5% of the series that a scrape may have; above, none of them is kept.",
            },
        ],
    },
    calm("TemporalSamplesNearLimit", "at 80 %", { ...samples("history", 96_000), ...samples("sdk-worker", 16_000) }),
    calm("TemporalSamplesNearLimit", "for pods that aren't ours", {
        'scrape_samples_post_metric_relabeling{pod="p",temporal_service="sdk-worker"}': "70000x180",
        'scrape_samples_post_metric_relabeling{pod="p"}': "70000x180",
    }),

    {
        alert: "Watchdog",
        title: "always fires",
        series: {},
        at: "0m",
        fires: [
            {
                labels: {},
                description: "Always fires. A service outside must raise the alarm when it no longer hears of it.",
            },
        ],
    },

    ...fault("MonitoringTargetDown", "after 5 minutes", target("alertmanager", "1x4 0x180"), 10, {
        labels: { job: "alertmanager", instance: "x:1" },
        description: "alertmanager at x:1 hasn't answered the scrape of its metrics for 5 minutes.",
    }),
    calm("MonitoringTargetDown", "after one scrape", target("kubelet", "1x4 0 1x180"), "10m"),
    calm("MonitoringTargetDown", "of a Temporal server", target("temporal-server", "0x180")),

    ...fault("PrometheusRulesFail", "after 5 minutes of failures", ruleFailures("0x4 1+1x180"), 10, {
        labels: { rule_group: "a.yaml;temporal.history.a" },
        description: "Rules of group a.yaml;temporal.history.a fail; their alerts can't fire.",
    }),
    calm("PrometheusRulesFail", "after one failure", ruleFailures("0x4 1x180"), "10m"),

    ...fault("PrometheusConfigRejected", "after 10 minutes", reload("prometheus", "1x4 0x180"), 15, {
        labels: {},
        description: "Prometheus couldn't load its config and rules anew, and goes on with those of before.",
    }),
    calm("PrometheusConfigRejected", "where it takes the next one", reload("prometheus", "1x4 0x5 1x180"), "15m"),

    ...fault("AlertmanagerConfigRejected", "after 10 minutes", reload("alertmanager", "1x4 0x180"), 15, {
        labels: {},
        description: "Alertmanager couldn't load its config anew, and goes on with that of before.",
    }),
    calm("AlertmanagerConfigRejected", "where it takes the next one", reload("alertmanager", "1x4 0x5 1x180"), "15m"),

    ...fault("AlertmanagerNotificationsFail", "after 5 minutes", messages(11, 1000), 6, {
        labels: { integration: "slack" },
        description: "1.1% of the messages by slack fail.",
    }),
    calm("AlertmanagerNotificationsFail", "at less than 1 %", messages(9, 1000)),
    calm("AlertmanagerNotificationsFail", "where there is nothing to tell", messages(0, 0)),
];
