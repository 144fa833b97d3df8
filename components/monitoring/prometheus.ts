import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { PrometheusPlan } from "../../planning/monitoring/bundled.ts";
import { monitoringPorts, prometheusPaths } from "../../planning/monitoring/scrapeConfig.ts";
import { labels, restrictedContainer } from "../kubernetes.ts";
import { MonitoringPart } from "./part.ts";

/** Inputs of {@link Prometheus}. */
export interface PrometheusArgs {
    /** The platform's namespace; plain, since rights of the whole cluster are named after it. */
    readonly namespace: string;
    /** Image, size, config and where rules come from; plain, since it decides the objects' structure. */
    readonly plan: PrometheusPlan;
    /** API key of Temporal Cloud; left out where it is not asked. */
    readonly cloudApiKey?: pulumi.Input<string> | undefined;
}

/** User of the official image: nobody. */
export const nobodyUser = 65534;

/** Prometheus. */
export class Prometheus extends pulumi.ComponentResource {
    constructor(name: string, args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:Prometheus", name, {}, opts);
        const { plan, namespace, cloudApiKey } = args;
        const child = { parent: this };
        const metadata = { namespace, labels: labels("platform", "prometheus") };
        const config = new k8s.core.v1.ConfigMap(
            `${name}-config`,
            { metadata: { ...metadata, name: "prometheus" }, data: { "prometheus.yml": plan.config } },
            child,
        );
        const cloud =
            cloudApiKey === undefined
                ? undefined
                : new k8s.core.v1.Secret(`${name}-cloud`, { metadata, stringData: { "api-key": cloudApiKey } }, child);
        new MonitoringPart(
            `${name}-server`,
            {
                component: "prometheus",
                namespace,
                port: { name: "http", port: monitoringPorts.prometheus },
                user: nobodyUser,
                data: plan,
                clusterRole: {
                    name: `${namespace}-prometheus`,
                    rules: [
                        { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
                        // The kubelet asks for it before it answers /metrics and /metrics/cadvisor.
                        { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
                    ],
                },
                container: container(plan, cloud !== undefined),
                volumes: [
                    { name: "config", configMap: { name: config.metadata.name } },
                    {
                        name: "rules",
                        // Whoever deploys to the platform brings rules by a ConfigMap; those that aren't there yet are awaited.
                        projected: {
                            sources: plan.ruleConfigMaps.map((rules) => ({
                                configMap: { name: rules, optional: true },
                            })),
                        },
                    },
                    ...(cloud ? [{ name: "cloud", secret: { secretName: cloud.metadata.name } }] : []),
                ],
            },
            child,
        );
        this.registerOutputs({});
    }
}

function container(plan: PrometheusPlan, cloud: boolean) {
    return {
        image: plan.image,
        args: [...plan.args],
        ports: [{ name: "http", containerPort: monitoringPorts.prometheus }],
        resources: plan.resources,
        securityContext: restrictedContainer,
        // After a crash it reads its write-ahead log first, which may take minutes.
        startupProbe: { httpGet: { path: "/-/ready", port: "http" }, periodSeconds: 1, failureThreshold: 900 },
        readinessProbe: { httpGet: { path: "/-/ready", port: "http" }, periodSeconds: 5, timeoutSeconds: 5 },
        livenessProbe: {
            httpGet: { path: "/-/healthy", port: "http" },
            periodSeconds: 10,
            timeoutSeconds: 5,
            failureThreshold: 6,
        },
        volumeMounts: [
            { name: "config", mountPath: prometheusPaths.config },
            { name: "rules", mountPath: prometheusPaths.rules },
            { name: "data", mountPath: prometheusPaths.data },
            ...(cloud ? [{ name: "cloud", mountPath: prometheusPaths.cloud }] : []),
        ],
    };
}
