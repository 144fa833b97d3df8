import { createHash } from "node:crypto";

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { alertmanagerPaths } from "../../planning/monitoring/alertmanagerConfig.ts";
import type { AlertmanagerPlan } from "../../planning/monitoring/bundled.ts";
import { monitoringPorts } from "../../planning/monitoring/scrapeConfig.ts";
import { labels, restrictedContainer } from "../kubernetes.ts";
import { MonitoringPart } from "./part.ts";
import { nobodyUser } from "./prometheus.ts";

/** Inputs of {@link Alertmanager}. */
export interface AlertmanagerArgs {
    readonly namespace: string;
    readonly plan: AlertmanagerPlan;
    /** Secrets of receivers, by their names. */
    readonly secrets: pulumi.Input<Readonly<Record<string, string>>>;
}

/** Alertmanager. */
export class Alertmanager extends pulumi.ComponentResource {
    constructor(name: string, args: AlertmanagerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:Alertmanager", name, {}, opts);
        const { plan, namespace } = args;
        const child = { parent: this };
        const metadata = { namespace, labels: labels("platform", "alertmanager") };
        const config = new k8s.core.v1.ConfigMap(
            `${name}-config`,
            { metadata: { ...metadata, name: "alertmanager" }, data: { "alertmanager.yml": plan.config } },
            child,
        );
        const secretName =
            plan.secrets.length === 0 ? undefined : (plan.existingSecret ?? this.#secret(name, args, metadata));
        const probe = (path: string) => ({ httpGet: { path, port: "http" }, timeoutSeconds: 5 });
        new MonitoringPart(
            `${name}-server`,
            {
                component: "alertmanager",
                namespace,
                port: { name: "http", port: monitoringPorts.alertmanager },
                user: nobodyUser,
                data: plan,
                // It reads the secrets' files at every message, but its config only when it starts.
                annotations: {
                    "temporal/config-hash": createHash("sha256").update(plan.config).digest("hex").slice(0, 16),
                },
                container: {
                    image: plan.image,
                    args: [...plan.args],
                    ports: [{ name: "http", containerPort: monitoringPorts.alertmanager }],
                    resources: plan.resources,
                    securityContext: restrictedContainer,
                    readinessProbe: { ...probe("/-/ready"), periodSeconds: 2 },
                    livenessProbe: { ...probe("/-/healthy"), periodSeconds: 10, failureThreshold: 6 },
                    volumeMounts: [
                        { name: "config", mountPath: alertmanagerPaths.config },
                        { name: "data", mountPath: alertmanagerPaths.data },
                        ...(secretName === undefined
                            ? []
                            : [{ name: "secrets", mountPath: alertmanagerPaths.secrets, readOnly: true }]),
                    ],
                },
                volumes: [
                    { name: "config", configMap: { name: config.metadata.name } },
                    ...(secretName === undefined ? [] : [{ name: "secrets", secret: { secretName } }]),
                ],
            },
            child,
        );
        this.registerOutputs({});
    }

    #secret(
        name: string,
        { plan, secrets }: AlertmanagerArgs,
        metadata: { namespace: string; labels: Record<string, string> },
    ): pulumi.Output<string> {
        return new k8s.core.v1.Secret(
            `${name}-receivers`,
            { metadata, stringData: secretsOf(plan.secrets, secrets) },
            { parent: this },
        ).metadata.name;
    }
}

/** Those of the secrets that the receivers use; the config may have some of receivers that are gone. */
export function secretsOf(
    receivers: readonly string[],
    secrets: pulumi.Input<Readonly<Record<string, string>>>,
): pulumi.Output<Record<string, string>> {
    return pulumi.secret(secrets).apply((all) => Object.fromEntries(receivers.map((name) => [name, all[name] ?? ""])));
}
