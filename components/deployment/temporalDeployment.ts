import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { DatabaseNames } from "../../planning/names.ts";
import type { DeploymentPlan } from "../../planning/plan.ts";
import { type DeploymentPorts, type ServiceName, serviceNames } from "../../planning/ports.ts";
import { labels, restrictedNamespaceLabels } from "../kubernetes.ts";
import { AdminTools } from "./adminTools.ts";
import { SchemaJob } from "./schemaJob.ts";
import { TemporalDatabase } from "./temporalDatabase.ts";
import { TemporalService } from "./temporalService.ts";
import { WebUi, webUiPort } from "./webUi.ts";

/** Inputs of {@link TemporalDeployment}. */
export interface TemporalDeploymentArgs {
    /** What the deployment consists of; plain, since it decides which objects there are. */
    readonly plan: DeploymentPlan;
}

/** What a person or a program needs to use a deployment. */
export interface DeploymentOutputs {
    /** Kubernetes namespace. */
    readonly namespace: string;
    readonly slot: number;
    readonly serverVersion: string;
    readonly historyShards: number;
    readonly ports: DeploymentPorts;
    /** Role and databases in PostgreSQL. */
    readonly databases: DatabaseNames;
    /** The gRPC API: by name for pods of the cluster, by cluster IP for the cluster's nodes. */
    readonly frontend: { readonly address: string; readonly clusterAddress: string };
    /** The web UI, or null without one. */
    readonly ui: { readonly address: string } | null;
}

/** One Temporal cluster: namespace, databases, schema, the four services, web UI and tools. Needs a kubernetes and a postgresql provider. */
export class TemporalDeployment extends pulumi.ComponentResource {
    /** What is needed to use the deployment. */
    readonly outputs: pulumi.Output<DeploymentOutputs>;

    constructor(name: string, args: TemporalDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:TemporalDeployment", name, {}, opts);
        const { plan } = args;
        const child = { parent: this };
        const namespace = new k8s.core.v1.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: plan.namespace,
                    labels: { ...labels(name, "namespace"), ...restrictedNamespaceLabels },
                },
            },
            child,
        ).metadata.name;
        const database = new TemporalDatabase(
            `${name}-database`,
            { deployment: name, names: plan.databases, namespace, protect: plan.protect },
            child,
        );
        const schema = new SchemaJob(
            `${name}-schema`,
            {
                deployment: name,
                namespace,
                image: plan.images.adminTools,
                store: plan.store,
                role: plan.databases.role,
                secretName: database.secretName,
                databases: database,
            },
            child,
        );
        const dynamicConfig = new k8s.core.v1.ConfigMap(
            `${name}-dynamic-config`,
            {
                metadata: { name: "temporal-dynamic-config", namespace, labels: labels(name, "dynamic-config") },
                data: { "dynamic-config.yaml": plan.dynamicConfig },
            },
            child,
        );
        const host = (service: ServiceName) => `temporal-${service}.${plan.namespace}.svc.cluster.local`;
        const { history } = plan.services;
        const services = Object.fromEntries(
            serviceNames.map((service) => [
                service,
                new TemporalService(
                    `${name}-${service}`,
                    {
                        deployment: name,
                        namespace,
                        plan: plan.services[service],
                        image: plan.images.server,
                        secretName: database.secretName,
                        dynamicConfigName: dynamicConfig.metadata.name,
                        schema: schema.job,
                        history: { host: host("history"), port: history.ports.grpc, replicas: history.replicas },
                    },
                    child,
                ),
            ]),
        ) as Record<ServiceName, TemporalService>;

        const frontendAddress = `${host("frontend")}:${plan.ports.frontend.grpc}`;
        if (plan.webUi) {
            new WebUi(`${name}-ui`, { deployment: name, namespace, image: plan.images.webUi, frontendAddress }, child);
        }
        if (plan.adminTools) {
            new AdminTools(
                `${name}-admin-tools`,
                { deployment: name, namespace, image: plan.images.adminTools, frontendAddress },
                child,
            );
        }
        this.outputs = services.frontend.clusterIp.apply((clusterIp) => ({
            namespace: plan.namespace,
            slot: plan.slot,
            serverVersion: plan.serverVersion,
            historyShards: plan.historyShards,
            ports: plan.ports,
            databases: plan.databases,
            frontend: { address: frontendAddress, clusterAddress: `${clusterIp}:${plan.ports.frontend.grpc}` },
            ui: plan.webUi ? { address: `temporal-ui.${plan.namespace}.svc.cluster.local:${webUiPort}` } : null,
        }));
        this.registerOutputs({ outputs: this.outputs });
    }
}
