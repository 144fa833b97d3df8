import { createHash } from "node:crypto";

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { GrafanaPlan } from "../../planning/monitoring/bundled.ts";
import { grafanaPaths, grafanaProvisioning, grafanaSettings } from "../../planning/monitoring/grafana.ts";
import type { DashboardPlan } from "../../planning/monitoring/monitoring.ts";
import { monitoringPorts } from "../../planning/monitoring/scrapeConfig.ts";
import { labels, restrictedContainer } from "../kubernetes.ts";
import { Dashboards } from "./dashboards.ts";
import { MonitoringPart } from "./part.ts";

/** Inputs of {@link Grafana}. */
export interface GrafanaArgs {
    readonly namespace: string;
    readonly plan: GrafanaPlan;
    readonly dashboards: readonly DashboardPlan[];
}

/** User of the official image. */
const grafanaUser = 472;

/** Grafana with the project's dashboards. */
export class Grafana extends pulumi.ComponentResource {
    /** Password of the user admin; secret. */
    readonly adminPassword: pulumi.Output<string>;

    constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:Grafana", name, {}, opts);
        const { plan, namespace } = args;
        const child = { parent: this };
        const metadata = { namespace, labels: labels("platform", "grafana") };
        const password = new random.RandomPassword(`${name}-admin-password`, { length: 32, special: false }, child);
        const secret = new k8s.core.v1.Secret(
            `${name}-admin`,
            { metadata, stringData: { password: password.result } },
            child,
        );
        const provisioning = grafanaProvisioning(plan.prometheusUrl);
        const config = new k8s.core.v1.ConfigMap(
            `${name}-provisioning`,
            {
                metadata: { ...metadata, name: "grafana-provisioning" },
                data: { "datasources.yaml": provisioning.datasources, "dashboards.yaml": provisioning.dashboards },
            },
            child,
        );
        const dashboards = new Dashboards(`${name}-dashboards`, { namespace, dashboards: args.dashboards }, child);
        const provisioned = (kind: string) => ({
            name: kind,
            configMap: { name: config.metadata.name, items: [{ key: `${kind}.yaml`, path: "temporal.yaml" }] },
        });
        const probe = { httpGet: { path: "/api/health", port: "http" }, timeoutSeconds: 5 };
        new MonitoringPart(
            `${name}-server`,
            {
                component: "grafana",
                namespace,
                port: { name: "http", port: monitoringPorts.grafana },
                user: grafanaUser,
                data: plan,
                // It looks for changed dashboards by itself, but reads its data source only when it starts.
                annotations: {
                    "temporal/config-hash": createHash("sha256")
                        .update(JSON.stringify(provisioning))
                        .digest("hex")
                        .slice(0, 16),
                },
                container: {
                    image: plan.image,
                    ports: [{ name: "http", containerPort: monitoringPorts.grafana }],
                    env: [
                        ...Object.entries(grafanaSettings).map(([key, value]) => ({ name: key, value })),
                        {
                            name: "GF_SECURITY_ADMIN_PASSWORD",
                            valueFrom: { secretKeyRef: { name: secret.metadata.name, key: "password" } },
                        },
                    ],
                    resources: plan.resources,
                    securityContext: restrictedContainer,
                    // The first start makes its database.
                    startupProbe: { ...probe, periodSeconds: 2, failureThreshold: 150 },
                    readinessProbe: { ...probe, periodSeconds: 5 },
                    livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 6 },
                    volumeMounts: [
                        { name: "data", mountPath: grafanaPaths.data },
                        { name: "tmp", mountPath: "/tmp" },
                        { name: "datasources", mountPath: `${grafanaPaths.provisioning}/datasources` },
                        { name: "dashboards", mountPath: `${grafanaPaths.provisioning}/dashboards` },
                        { name: "temporal-dashboards", mountPath: grafanaPaths.dashboards },
                    ],
                },
                volumes: [
                    { name: "tmp", emptyDir: {} },
                    provisioned("datasources"),
                    provisioned("dashboards"),
                    {
                        name: "temporal-dashboards",
                        projected: {
                            sources: dashboards.configMaps.map((configMap) => ({ configMap: { name: configMap } })),
                        },
                    },
                ],
            },
            child,
        );
        this.adminPassword = password.result;
        this.registerOutputs({});
    }
}
