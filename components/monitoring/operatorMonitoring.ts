import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { postgresMonitorSpec, workerMonitorSpec, cloudScrapeSpec } from "../../planning/monitoring/monitors.ts";
import type { CommonMonitoringPlan } from "../../planning/monitoring/monitoring.ts";
import { alertSecretName, type OperatorMonitoringPlan } from "../../planning/monitoring/operator.ts";
import { labels } from "../kubernetes.ts";
import { secretsOf } from "./alertmanager.ts";
import { Dashboards } from "./dashboards.ts";
import { operatorObject } from "./operatorObject.ts";

/** Inputs of {@link OperatorMonitoring}. */
export interface OperatorMonitoringArgs {
    readonly plan: CommonMonitoringPlan & OperatorMonitoringPlan;
    /** Secrets of receivers, by their names. */
    readonly secrets: pulumi.Input<Readonly<Record<string, string>>>;
    /** API key of Temporal Cloud; left out where it is not asked. */
    readonly cloudApiKey?: pulumi.Input<string> | undefined;
    /** Kubernetes namespaces of this stack's deployments by the deployments' names, once they are there. */
    readonly namespaces: Readonly<Record<string, pulumi.Input<string>>>;
}

/** What a platform has for a Prometheus Operator that is there already. Each deployment adds its rules and its monitor. */
export class OperatorMonitoring extends pulumi.ComponentResource {
    constructor(name: string, args: OperatorMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:OperatorMonitoring", name, {}, opts);
        const { plan, cloudApiKey } = args;
        const { namespace } = plan;
        const child = { parent: this };
        const object = (kind: string, part: string, objectName: string, spec: object, version?: string) =>
            operatorObject(
                `${name}-${part}`,
                { kind, name: objectName, instance: "platform", namespace, labels: plan.labels, spec, version },
                child,
            );
        object("PrometheusRule", "rules", "temporal-platform", { groups: plan.rules });
        object("PodMonitor", "workers", "temporal-workers", workerMonitorSpec);
        object("ServiceMonitor", "postgresql", "temporal-postgresql", postgresMonitorSpec);
        if (plan.cloud) {
            const secret = new k8s.core.v1.Secret(
                `${name}-cloud-key`,
                {
                    metadata: { name: "temporal-cloud", namespace, labels: labels("platform", "monitoring") },
                    stringData: { "api-key": cloudApiKey ?? "" },
                },
                child,
            );
            const spec = cloudScrapeSpec(plan.cloud.namespaces, "temporal-cloud");
            operatorObject(
                `${name}-cloud`,
                {
                    ...{ kind: "ScrapeConfig", name: "temporal-cloud", instance: "platform", namespace },
                    ...{ labels: plan.labels, spec, version: "v1alpha1" },
                },
                { ...child, dependsOn: secret },
            );
        }
        for (const [instance, where] of Object.entries({ platform: namespace, ...args.namespaces })) {
            this.#alerting(`${name}-alerting-${instance}`, instance, where, args);
        }
        const { dashboards, dashboardPlace } = plan;
        new Dashboards(
            `${name}-dashboards`,
            {
                namespace,
                dashboards,
                labels: dashboardPlace.labels,
                annotations: { grafana_folder: dashboardPlace.folder },
            },
            child,
        );
        this.registerOutputs({});
    }

    /** Routes and receivers for the alerts of one namespace: by default the operator applies them to no other. */
    #alerting(name: string, instance: string, namespace: pulumi.Input<string>, args: OperatorMonitoringArgs): void {
        const { alertmanagerConfig: spec, secrets, existingSecret, labels: selected } = args.plan;
        if (!spec) return;
        const needsSecret = secrets.length > 0 && existingSecret === undefined;
        const secret =
            needsSecret &&
            new k8s.core.v1.Secret(
                `${name}-receivers`,
                {
                    metadata: { name: alertSecretName, namespace, labels: labels(instance, "monitoring") },
                    stringData: secretsOf(secrets, args.secrets),
                },
                { parent: this },
            );
        operatorObject(
            name,
            {
                ...{ kind: "AlertmanagerConfig", name: `temporal-${instance}`, instance, namespace },
                ...{ labels: selected, spec, version: "v1alpha1" },
            },
            { parent: this, dependsOn: secret ? [secret] : [] },
        );
    }
}
