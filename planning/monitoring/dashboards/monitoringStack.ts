import type { PanelSpec } from "./panel.ts";
import { max, platformNamespace, series, sum } from "./promql.ts";

/** Targets of Temporal's servers and workers, by the label that only our relabelling sets. */
const temporal = 'temporal_service!=""';

/** Other targets of the bundled monitoring. */
const others = 'job=~"postgresql|kubelet|kubelet-cadvisor|kube-state-metrics|prometheus|alertmanager|temporal-cloud"';

/** The greatest value of all targets, by job. */
const byJob = (metric: string) => `${max("job", series(metric, temporal))} or ${max("job", `${metric}{${others}}`)}`;

const restarts = `kube_pod_container_status_restarts_total{${platformNamespace}}`;
const volumes = (metric: string) => `min by (persistentvolumeclaim) (${metric}{${platformNamespace}})`;

/** Whether the monitoring itself works. */
export const monitoringPanels: readonly PanelSpec[] = [
    {
        title: "Dead-man's switch",
        description:
            "The alert that always fires: its absence at the receiver says that alerting is broken. Good: yes.",
        unit: "bool_yes_no",
        show: "number",
        thresholds: { bad: "below", critical: 1 },
        alerts: ["Watchdog"],
        queries: [
            {
                expr: 'count(ALERTS{alertname="Watchdog",alertstate="firing",temporal_deployment=""}) > bool 0 or vector(0)',
                legend: "fires",
            },
        ],
    },
    {
        title: "Targets down",
        description: "Scrape targets that don't answer. Good: none.",
        unit: "short",
        show: "number",
        thresholds: { critical: 1 },
        alerts: ["MonitoringTargetDown"],
        queries: [
            {
                expr: `count(${series("up", temporal)} == 0 or up{${others}} == 0) or vector(0)`,
                legend: "down",
            },
        ],
    },
    {
        title: "Config accepted",
        description: "Whether Prometheus and Alertmanager run with their latest config. Good: yes, both.",
        unit: "bool_yes_no",
        show: "number",
        thresholds: { bad: "below", critical: 1 },
        alerts: ["PrometheusConfigRejected", "AlertmanagerConfigRejected"],
        queries: [
            { expr: "min(prometheus_config_last_reload_successful)", legend: "Prometheus" },
            { expr: "min(alertmanager_config_last_reload_successful)", legend: "Alertmanager" },
        ],
    },
    {
        title: "Rules that fail",
        description: "Evaluations that failed in the last 5 min: those rules are blind. Good: none.",
        unit: "short",
        show: "number",
        thresholds: { critical: 1 },
        alerts: ["PrometheusRulesFail"],
        queries: [{ expr: "sum(increase(prometheus_rule_evaluation_failures_total[5m]))", legend: "failures" }],
    },
    {
        title: "Notifications that fail",
        description: "Share of notifications that Alertmanager could not deliver. Good: none.",
        noData: "no notification was sent lately.",
        unit: "percentunit",
        show: "number",
        thresholds: { critical: 0.01 },
        alerts: ["AlertmanagerNotificationsFail"],
        queries: [
            {
                expr: "sum(rate(alertmanager_notifications_failed_total[$__rate_interval])) / (sum(rate(alertmanager_notifications_total[$__rate_interval])) > 0)",
                legend: "failed",
            },
        ],
    },
    {
        title: "Series",
        description: "Series that Prometheus holds in memory. Good: flat; every deployment adds a similar number.",
        unit: "short",
        show: "number",
        queries: [{ expr: "sum(prometheus_tsdb_head_series)", legend: "series" }],
    },
    {
        title: "Time of a scrape",
        description: "The slowest target of each job. Good: under 1 s.",
        unit: "s",
        queries: [{ expr: byJob("scrape_duration_seconds"), legend: "{{job}}" }],
    },
    {
        title: "Samples of a scrape",
        description:
            "The largest target of each job, after relabelling. Beyond the limit of a job the whole scrape is refused. Good: level.",
        unit: "short",
        alerts: ["TemporalSamplesNearLimit"],
        queries: [{ expr: byJob("scrape_samples_post_metric_relabeling"), legend: "{{job}}" }],
    },
    {
        title: "Servers that are scraped wrongly",
        description:
            "Pods that two jobs scrape, so that their sums double, and pods whose series name no deployment. Good: none.",
        unit: "short",
        thresholds: { warning: 1 },
        alerts: ["TemporalScrapedTwice", "TemporalMetricsNotRelabelled"],
        queries: [
            {
                expr: `count(count by (temporal_deployment, pod, build_version) (${series("build_information")}) > 1) or vector(0)`,
                legend: "scraped twice",
            },
            {
                expr: 'count(count by (namespace, pod) (service_requests{service_name=~"frontend|history|matching|worker",temporal_deployment=""})) or vector(0)',
                legend: "without deployment",
            },
        ],
    },
    {
        title: "What Kubernetes measures",
        description: "Containers of the platform that kubelet and kube-state-metrics report. Good: as many as run.",
        unit: "short",
        thresholds: { bad: "below", warning: 1 },
        alerts: ["KubernetesMetricsMissing"],
        queries: [
            {
                expr: `count(container_memory_working_set_bytes{${platformNamespace},container!=""}) or vector(0)`,
                legend: "kubelet",
            },
            { expr: `count(${restarts}) or vector(0)`, legend: "kube-state-metrics" },
        ],
    },
    {
        title: "Restarts of the platform's containers",
        description: "PostgreSQL and the monitoring, in the last 30 min. Good: none.",
        unit: "short",
        thresholds: { warning: 2 },
        alerts: ["PlatformContainerRestarting"],
        queries: [{ expr: sum("pod, container", `increase(${restarts}[30m])`), legend: "{{pod}} {{container}}" }],
    },
    {
        title: "Space left on the platform's volumes",
        description: "Of PostgreSQL and the monitoring. Good: over 20 %.",
        noData: "the kubelet doesn't measure this kind of volume.",
        unit: "percentunit",
        thresholds: { bad: "below", critical: 0.1 },
        alerts: ["PlatformVolumeFilling", "PlatformVolumeFull"],
        queries: [
            {
                expr: `${volumes("kubelet_volume_stats_available_bytes")} / ${volumes("kubelet_volume_stats_capacity_bytes")}`,
                legend: "{{persistentvolumeclaim}}",
            },
        ],
    },
    {
        title: "Time of the rules",
        description: "The five slowest rule groups. Good: far under the evaluation interval.",
        unit: "s",
        queries: [{ expr: "topk(5, prometheus_rule_group_last_duration_seconds)", legend: "{{rule_group}}" }],
    },
    {
        title: "Notifications",
        description: "Notifications by the way they go. Good: few; each has an alert behind it.",
        noData: "no receiver is set up.",
        unit: "ops",
        queries: [
            {
                expr: "sum by (integration) (rate(alertmanager_notifications_total[$__rate_interval]))",
                legend: "{{integration}}",
            },
        ],
    },
];
