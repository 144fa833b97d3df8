/** Whether the monitoring itself works: what it sees, what it makes of it, whether it is heard. */
import type { AlertRule, MonitoredPlatform, RuleGroup } from "../alertRule.ts";
import { sampleLimits } from "../relabeling.ts";
import { platformAlert, selectPlatform } from "./platformRuleText.ts";

/** Share of a scrape's sample limit; at the limit all of the scrape is refused. */
const sampleShare = 0.8;

/** Alerts on the monitoring. */
export function monitoringStackRules(platform: MonitoredPlatform): RuleGroup {
    return {
        name: `temporal.monitoring.${platform.namespace}`,
        rules: [...seeing(platform), ...(platform.bundled ? [...evaluating(platform), ...telling(platform)] : [])],
    };
}

function seeing(platform: MonitoredPlatform): readonly AlertRule[] {
    const restarts = selectPlatform(platform, "kube_pod_container_status_restarts_total");
    const memory = selectPlatform(platform, "container_memory_working_set_bytes");
    const samples = (workers: "=" | "!=", limit: number) =>
        `max by (temporal_deployment, pod) (scrape_samples_post_metric_relabeling{temporal_deployment!="",` +
        `temporal_service${workers}"sdk-worker"}) / ${limit} > ${sampleShare}`;
    return [
        platformAlert(platform, "KubernetesMetricsMissing", {
            severity: "warning",
            expr:
                `label_replace(absent(${restarts}), "source", "kube-state-metrics", "", "")` +
                ` or label_replace(absent(${memory}), "source", "cAdvisor", "", "")`,
            for: "15m",
            summary: "Nothing is known of containers.",
            description:
                "Prometheus has no metrics of {{ $labels.source }}, so no alert on CPU, memory and restarts can fire.",
        }),
        platformAlert(platform, "TemporalMetricsNotRelabelled", {
            severity: "warning",
            expr: podOf(
                'count by (namespace, pod) (service_requests{service_name=~"frontend|history|matching|worker",temporal_deployment=""})',
            ),
            for: "15m",
            summary: "A Temporal server is scraped by a job that isn't ours.",
            description:
                "Pod {{ $labels.pod_namespace }}/{{ $labels.pod }}: {{ $value }} series without the label temporal_deployment. " +
                "Alerts don't see them, and sums elsewhere count them.",
        }),
        platformAlert(platform, "TemporalScrapedTwice", {
            severity: "warning",
            expr: `count by (temporal_deployment, pod, build_version) (build_information{temporal_deployment!=""}) > 1`,
            for: "15m",
            summary: "A Temporal server is scraped more than once.",
            description: "Pod {{ $labels.pod }} is scraped by {{ $value }} jobs, so all its rates count double.",
        }),
        platformAlert(platform, "TemporalSamplesNearLimit", {
            severity: "warning",
            expr: `${samples("!=", sampleLimits.server)} or ${samples("=", sampleLimits.worker)}`,
            for: "30m",
            summary: "A pod has nearly more series than a scrape may.",
            description:
                "Pod {{ $labels.pod }} exports {{ $value | humanizePercentage }} of the series that a scrape may have; above, none of them is kept.",
        }),
    ];
}

function evaluating(platform: MonitoredPlatform): readonly AlertRule[] {
    // postgres_exporter and kube-state-metrics have alerts of their own, which the operator's Prometheus needs as well.
    const targets = 'up{job=~"alertmanager|kubelet|kubelet-cadvisor"}';
    const failures = selectPlatform(platform, "prometheus_rule_evaluation_failures_total");
    return [
        platformAlert(platform, "Watchdog", {
            severity: "none",
            expr: "vector(1)",
            summary: "The monitoring works.",
            description: "Always fires. A service outside must raise the alarm when it no longer hears of it.",
        }),
        platformAlert(platform, "MonitoringTargetDown", {
            severity: "warning",
            expr: `max by (job, instance) (${targets}) == 0`,
            for: "5m",
            summary: "A part of the monitoring doesn't answer.",
            description:
                "{{ $labels.job }} at {{ $labels.instance }} hasn't answered the scrape of its metrics for 5 minutes.",
        }),
        platformAlert(platform, "PrometheusRulesFail", {
            severity: "critical",
            expr: `sum by (rule_group) (increase(${failures}[5m])) > 0`,
            for: "5m",
            summary: "Prometheus can't evaluate rules.",
            description: "Rules of group {{ $labels.rule_group }} fail; their alerts can't fire.",
        }),
        platformAlert(platform, "PrometheusConfigRejected", {
            severity: "warning",
            expr: `min(${selectPlatform(platform, "prometheus_config_last_reload_successful")}) == 0`,
            for: "10m",
            summary: "Prometheus refuses its config or a rule file.",
            description: "Prometheus couldn't load its config and rules anew, and goes on with those of before.",
        }),
    ];
}

function telling(platform: MonitoredPlatform): readonly AlertRule[] {
    const failed = selectPlatform(platform, "alertmanager_notifications_failed_total");
    const all = selectPlatform(platform, "alertmanager_notifications_total");
    return [
        platformAlert(platform, "AlertmanagerConfigRejected", {
            severity: "critical",
            expr: `min(${selectPlatform(platform, "alertmanager_config_last_reload_successful")}) == 0`,
            for: "10m",
            summary: "Alertmanager refuses its config.",
            description: "Alertmanager couldn't load its config anew, and goes on with that of before.",
        }),
        platformAlert(platform, "AlertmanagerNotificationsFail", {
            severity: "critical",
            // A message that failed is tried again with its group, every five minutes.
            expr: `sum by (integration) (rate(${failed}[15m])) / sum by (integration) (rate(${all}[15m])) > 0.01`,
            for: "5m",
            summary: "Alerts aren't delivered.",
            description: "{{ $value | humanizePercentage }} of the messages by {{ $labels.integration }} fail.",
        }),
    ];
}

/** Keeps a pod's namespace under another name, since all alerts of a platform have the platform's as `namespace`. */
function podOf(expression: string): string {
    return `label_replace(${expression}, "pod_namespace", "$1", "namespace", "(.+)")`;
}
