/** The bundled Prometheus' config file: what it collects from where, and which metrics it keeps. */
import { stringify } from "yaml";

import { partOfTemporal, platformLabel } from "../labels.ts";
import {
    inScrapeConfig,
    type Relabeling,
    sampleLimits,
    serverMetrics,
    serverTargets,
    workerLabel,
    workerMetrics,
    workerTargets,
} from "./relabeling.ts";

/** Where the file stands in the pod, and what it names there. */
export const prometheusPaths = {
    config: "/etc/prometheus/config",
    rules: "/etc/prometheus/rules",
    cloud: "/etc/prometheus/cloud",
    data: "/prometheus",
} as const;

/** Ports of the parts, each its program's own default. */
export const monitoringPorts = {
    prometheus: 9090,
    alertmanager: 9093,
    kubeStateMetrics: 8080,
    kubeStateMetricsTelemetry: 8081,
    postgresExporter: 9187,
    grafana: 3000,
    /** Of the kubelet, which isn't ours. */
    kubelet: 10250,
} as const;

/** Between two scrapes. Rates over five minutes have ten points then; half of it would double Prometheus' work. */
export const scrapeInterval = "30s";

/** Temporal Cloud allows 180 scrapes of an account in an hour, and its data is three minutes old anyway. */
export const cloudScrapeInterval = "60s";

/** Host of Temporal Cloud's OpenMetrics endpoint. */
export const cloudHost = "metrics.temporal.io";

/** Metrics of the kubelet's cAdvisor that are kept, of some 80: those that rules and dashboards ask for. */
export const cadvisorMetrics = [
    "container_cpu_usage_seconds_total",
    "container_cpu_cfs_periods_total",
    "container_cpu_cfs_throttled_periods_total",
    "container_memory_working_set_bytes",
] as const;

/** Metrics of the kubelet itself that are kept. */
export const kubeletMetrics = ["kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"] as const;

/** What the file follows from. */
export interface ScrapeConfigInput {
    /** Kubernetes namespace of the monitoring. */
    readonly namespace: string;
    /** Temporal Cloud namespaces; empty: all; undefined: it is not asked. */
    readonly cloud: { readonly namespaces: readonly string[] } | undefined;
}

/** ServiceAccount's token, which Kubernetes renews in place. */
const token = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** Text of prometheus.yml. */
export function renderScrapeConfig({ namespace, cloud }: ScrapeConfigInput): string {
    const host = (name: string, port: number) => `${name}.${namespace}.svc.cluster.local:${port}`;
    const own = (job: string, target: string) => ({
        job_name: job,
        static_configs: [{ targets: [target], labels: { namespace } }],
    });
    const alertmanager = host("alertmanager", monitoringPorts.alertmanager);
    const config = {
        global: { scrape_interval: scrapeInterval, evaluation_interval: scrapeInterval },
        rule_files: [`${prometheusPaths.rules}/*.yaml`],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
        scrape_configs: [
            {
                ...pods("temporal-server", selector({ ...partOfTemporal, [platformLabel]: namespace })),
                sample_limit: sampleLimits.server,
                ...relabelings(serverTargets, serverMetrics),
            },
            {
                ...pods("temporal-sdk-worker", workerLabel),
                sample_limit: sampleLimits.worker,
                ...relabelings(workerTargets, workerMetrics),
            },
            own("postgresql", host("postgres-exporter", monitoringPorts.postgresExporter)),
            kubelet("kubelet-cadvisor", "/metrics/cadvisor", [
                { action: "keep", sourceLabels: ["__name__"], regex: cadvisorMetrics.join("|") },
                // Sums over a node's slices of control groups, which belong to no pod.
                { action: "keep", sourceLabels: ["pod"], regex: ".+" },
                { action: "labeldrop", regex: "id|name|image" },
            ]),
            kubelet("kubelet", "/metrics", [
                { action: "keep", sourceLabels: ["__name__"], regex: kubeletMetrics.join("|") },
            ]),
            {
                ...own("kube-state-metrics", host("kube-state-metrics", monitoringPorts.kubeStateMetrics)),
                // Its labels namespace and pod are those of the objects that it tells of.
                honor_labels: true,
            },
            own("prometheus", `localhost:${monitoringPorts.prometheus}`),
            own("alertmanager", alertmanager),
            ...(cloud ? [temporalCloud(cloud.namespaces)] : []),
        ],
    };
    return stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
}

function selector(labels: Readonly<Record<string, string>>): string {
    return Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
}

/** Pods of all namespaces; the API server sends only those that the selector selects. */
function pods(job: string, label: string) {
    return { job_name: job, kubernetes_sd_configs: [{ role: "pod", selectors: [{ role: "pod", label }] }] };
}

function relabelings(targets: readonly Relabeling[], metrics: readonly Relabeling[]) {
    return {
        relabel_configs: targets.map(inScrapeConfig),
        metric_relabel_configs: metrics.map(inScrapeConfig),
    };
}

function kubelet(job: string, path: string, metrics: readonly Relabeling[]) {
    const targets: Relabeling[] = [{ sourceLabels: ["__meta_kubernetes_node_name"], targetLabel: "node" }];
    return {
        job_name: job,
        scheme: "https",
        metrics_path: path,
        kubernetes_sd_configs: [{ role: "node" }],
        authorization: { credentials_file: token },
        // A kubelet signs its own certificate unless the cluster was told otherwise, so there is nothing to verify it by.
        tls_config: { insecure_skip_verify: true },
        honor_labels: true,
        // cAdvisor's own timestamps are late, and a container that is gone would not become stale.
        honor_timestamps: false,
        ...relabelings(targets, metrics),
    };
}

function temporalCloud(namespaces: readonly string[]) {
    return {
        job_name: "temporal-cloud",
        scheme: "https",
        metrics_path: "/v1/metrics",
        scrape_interval: cloudScrapeInterval,
        scrape_timeout: "30s",
        honor_timestamps: true,
        ...(namespaces.length > 0 ? { params: { namespaces } } : {}),
        authorization: { credentials_file: `${prometheusPaths.cloud}/api-key` },
        static_configs: [{ targets: [cloudHost] }],
    };
}
