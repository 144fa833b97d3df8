import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { DeploymentMonitoringPlan } from "../../planning/monitoring/deploymentMonitoring.ts";
import { serverMonitorSpec } from "../../planning/monitoring/monitors.ts";
import { ruleFile } from "../../planning/monitoring/ruleFile.ts";
import { labels } from "../kubernetes.ts";
import { operatorObject } from "./operatorObject.ts";

/** Inputs of {@link DeploymentMonitoring}. */
export interface DeploymentMonitoringArgs {
    /** Name of the deployment. */
    readonly deployment: string;
    /** The deployment's namespace. */
    readonly namespace: pulumi.Input<string>;
    /** The platform's namespace, where the bundled Prometheus looks for rules. */
    readonly platformNamespace: pulumi.Input<string>;
    readonly plan: Exclude<DeploymentMonitoringPlan, { readonly mode: "none" }>;
}

/** What a deployment brings to its platform's monitoring, whichever stack it is of: rules, and for an operator a monitor. */
export class DeploymentMonitoring extends pulumi.ComponentResource {
    constructor(name: string, args: DeploymentMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:DeploymentMonitoring", name, {}, opts);
        const { deployment: instance, namespace, plan } = args;
        const child = { parent: this };
        if (plan.mode === "bundled") {
            const { configMap, file, groups } = plan.rules;
            new k8s.core.v1.ConfigMap(
                `${name}-rules`,
                {
                    metadata: {
                        name: configMap,
                        namespace: args.platformNamespace,
                        labels: labels(instance, "rules"),
                    },
                    data: { [file]: ruleFile(groups) },
                },
                child,
            );
        } else {
            const common = { name: `temporal-${instance}`, instance, namespace, labels: plan.labels };
            operatorObject(`${name}-rules`, { ...common, kind: "PrometheusRule", spec: { groups: plan.rules } }, child);
            operatorObject(
                `${name}-servers`,
                { ...common, kind: "PodMonitor", spec: serverMonitorSpec(instance) },
                child,
            );
        }
        this.registerOutputs({});
    }
}
