import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { MonitoringPlan } from "../../planning/monitoring/monitoring.ts";
import { ruleFile } from "../../planning/monitoring/ruleFile.ts";
import { monitoringPorts } from "../../planning/monitoring/scrapeConfig.ts";
import { labels } from "../kubernetes.ts";
import { Alertmanager } from "./alertmanager.ts";
import { Grafana } from "./grafana.ts";
import { KubeStateMetrics } from "./kubeStateMetrics.ts";
import { OperatorMonitoring } from "./operatorMonitoring.ts";
import { PostgresExporter } from "./postgresExporter.ts";
import { Prometheus } from "./prometheus.ts";

/** Inputs of {@link Monitoring}. */
export interface MonitoringArgs {
    /** What the monitoring consists of; plain, since it decides which objects there are. */
    readonly plan: MonitoringPlan;
    /** Secrets of alert receivers, by their names. */
    readonly alertSecrets?: pulumi.Input<Readonly<Record<string, string>>> | undefined;
    /** API key of Temporal Cloud. */
    readonly temporalCloudApiKey?: pulumi.Input<string> | undefined;
    /** Kubernetes namespaces of this stack's deployments by the deployments' names, once they are there. */
    readonly namespaces: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Where people and programs of the cluster find the monitoring; null for what there isn't. */
export interface MonitoringOutputs {
    readonly mode: MonitoringPlan["mode"];
    readonly prometheus: { readonly address: string } | null;
    readonly alertmanager: { readonly address: string } | null;
    readonly grafana: { readonly address: string } | null;
}

/** The monitoring of a platform. Needs a kubernetes and a postgresql provider. */
export class Monitoring extends pulumi.ComponentResource {
    readonly outputs: MonitoringOutputs;
    /** Password of Grafana's user admin; secret; undefined without Grafana. */
    readonly grafanaAdminPassword: pulumi.Output<string> | undefined;

    constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:Monitoring", name, {}, opts);
        const { plan, alertSecrets = {}, namespaces } = args;
        const child = { parent: this };
        this.outputs = outputs(plan);
        if (plan.mode !== "none") {
            const { namespace } = plan;
            const cloudApiKey = plan.cloud && args.temporalCloudApiKey;
            new PostgresExporter(`${name}-postgres-exporter`, { namespace, plan: plan.postgresExporter }, child);
            if (plan.mode === "bundled") {
                const { configMap, file, groups } = plan.platformRules;
                new k8s.core.v1.ConfigMap(
                    `${name}-rules`,
                    {
                        metadata: { name: configMap, namespace, labels: labels("platform", "rules") },
                        data: { [file]: ruleFile(groups) },
                    },
                    child,
                );
                new Prometheus(`${name}-prometheus`, { namespace, plan: plan.prometheus, cloudApiKey }, child);
                new Alertmanager(
                    `${name}-alertmanager`,
                    { namespace, plan: plan.alertmanager, secrets: alertSecrets },
                    child,
                );
                new KubeStateMetrics(`${name}-kube-state-metrics`, { namespace, plan: plan.kubeStateMetrics }, child);
                const { grafana, dashboards } = plan;
                this.grafanaAdminPassword =
                    grafana &&
                    new Grafana(`${name}-grafana`, { namespace, plan: grafana, dashboards }, child).adminPassword;
            } else {
                new OperatorMonitoring(
                    `${name}-operator`,
                    { plan, secrets: alertSecrets, cloudApiKey, namespaces },
                    child,
                );
            }
        }
        this.registerOutputs({ outputs: this.outputs });
    }
}

function outputs(plan: MonitoringPlan): MonitoringOutputs {
    if (plan.mode !== "bundled") return { mode: plan.mode, prometheus: null, alertmanager: null, grafana: null };
    const at = (part: "prometheus" | "alertmanager" | "grafana") => ({
        address: `${part}.${plan.namespace}.svc.cluster.local:${monitoringPorts[part]}`,
    });
    return {
        mode: plan.mode,
        prometheus: at("prometheus"),
        alertmanager: at("alertmanager"),
        grafana: plan.grafana ? at("grafana") : null,
    };
}
