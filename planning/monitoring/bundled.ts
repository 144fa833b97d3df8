/** The plan of the monitoring that the program runs itself. */
import type { AlertsConfig } from "../../config/alertsSchema.ts";
import type { BundledMonitoringConfig } from "../../config/monitoringSchema.ts";
import { bytes, type ContainerResources } from "../quantities.ts";
import { alertmanagerImage, grafanaImage, kubeStateMetricsImage, prometheusImage } from "../versions.ts";
import { type AlertRoute, receiversWithSecret } from "./alerting.ts";
import { alertmanagerPaths, renderAlertmanagerConfig } from "./alertmanagerConfig.ts";
import type { RuleGroup } from "./alertRule.ts";
import { kubeStateMetricsArgs } from "./kubeStateMetrics.ts";
import { deploymentRulesName, type RuleFilePlan, platformRulesName } from "./ruleFile.ts";
import { monitoringPorts, prometheusPaths, renderScrapeConfig } from "./scrapeConfig.ts";

/** A part with its image and size. */
interface PartPlan {
    readonly image: string;
    readonly resources: ContainerResources;
}

/** A volume of a part. */
interface VolumePlan {
    readonly storage: string;
    /** undefined: the cluster's default class. */
    readonly storageClass: string | undefined;
}

/** Prometheus. */
export interface PrometheusPlan extends PartPlan, VolumePlan {
    readonly args: readonly string[];
    /** Text of prometheus.yml. */
    readonly config: string;
    /** Names of the ConfigMaps with rules that it reads; one that isn't there yet is read as soon as it is. */
    readonly ruleConfigMaps: readonly string[];
}

/** Alertmanager. */
export interface AlertmanagerPlan extends PartPlan, VolumePlan {
    readonly args: readonly string[];
    /** Text of alertmanager.yml. */
    readonly config: string;
    /** Receivers that have a secret. */
    readonly secrets: readonly string[];
    /** Secret of somebody else that has them, one key per receiver; undefined: the stack's config has them. */
    readonly existingSecret: string | undefined;
}

/** kube-state-metrics. */
export interface KubeStateMetricsPlan extends PartPlan {
    readonly args: readonly string[];
}

/** Grafana. */
export interface GrafanaPlan extends PartPlan, VolumePlan {
    /** Address of Prometheus. */
    readonly prometheusUrl: string;
}

/** The monitoring that the program runs itself. */
export interface BundledMonitoringPlan {
    readonly mode: "bundled";
    readonly prometheus: PrometheusPlan;
    readonly alertmanager: AlertmanagerPlan;
    readonly kubeStateMetrics: KubeStateMetricsPlan;
    /** undefined: none. */
    readonly grafana: GrafanaPlan | undefined;
    /** Rules of what deployments share; each deployment brings its own. */
    readonly platformRules: RuleFilePlan;
}

/** What it follows from besides its own config. */
export interface BundledMonitoringContext {
    readonly namespace: string;
    readonly rules: readonly RuleGroup[];
    readonly alerts: AlertsConfig;
    readonly cloud: { readonly namespaces: readonly string[] } | undefined;
    /** Names of all deployments that may bring rules. */
    readonly deployments: readonly string[];
    /** Routes of teams. */
    readonly teamRoutes: readonly AlertRoute[];
}

/** What Alertmanager keeps is small: silences and what it has told already. */
const alertmanagerStorage = "1Gi";

/** Part of Prometheus' volume that its blocks may take; the write-ahead log and a compaction under way need the rest. */
const usableStorage = 0.8;

/** Plans it. */
export function planBundledMonitoring(
    config: BundledMonitoringConfig,
    { namespace, rules, alerts, cloud, deployments, teamRoutes }: BundledMonitoringContext,
): BundledMonitoringPlan {
    const { storage, storageClass, grafana } = config;
    const mebibytes = Math.floor((bytes(storage) * usableStorage) / 1024 ** 2);
    return {
        mode: "bundled",
        prometheus: {
            image: prometheusImage,
            args: [
                `--config.file=${prometheusPaths.config}/prometheus.yml`,
                `--storage.tsdb.path=${prometheusPaths.data}`,
                `--storage.tsdb.retention.time=${config.retention}`,
                // Prometheus calls 1024 KB a MB.
                `--storage.tsdb.retention.size=${mebibytes}MB`,
                // Reads its config and rules again when their files change, so nobody has to be allowed to tell it to.
                "--enable-feature=auto-reload-config",
            ],
            config: renderScrapeConfig({ namespace, cloud }),
            ruleConfigMaps: [platformRulesName, ...deployments.map(deploymentRulesName)],
            storage,
            storageClass,
            resources: {
                requests: { cpu: "100m", memory: "512Mi", ...config.resources.requests },
                limits: { cpu: "2", memory: "2Gi", ...config.resources.limits },
            },
        },
        alertmanager: {
            image: alertmanagerImage,
            args: [
                `--config.file=${alertmanagerPaths.config}/alertmanager.yml`,
                `--storage.path=${alertmanagerPaths.data}`,
                // It is alone, and looks for no others.
                "--cluster.listen-address=",
            ],
            config: renderAlertmanagerConfig(alerts, teamRoutes),
            secrets: receiversWithSecret(alerts),
            existingSecret: alerts.existingSecret,
            storage: alertmanagerStorage,
            storageClass,
            resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
        },
        kubeStateMetrics: {
            image: kubeStateMetricsImage,
            args: kubeStateMetricsArgs,
            resources: { requests: { cpu: "10m", memory: "48Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
        },
        grafana: grafana.enabled
            ? {
                  image: grafanaImage,
                  prometheusUrl: `http://prometheus.${namespace}.svc.cluster.local:${monitoringPorts.prometheus}`,
                  storage: grafana.storage,
                  storageClass: grafana.storageClass,
                  resources: { requests: { cpu: "20m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } },
              }
            : undefined,
        platformRules: { configMap: platformRulesName, file: "platform.yaml", groups: rules },
    };
}
