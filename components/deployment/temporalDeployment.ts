import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { DeploymentPlan } from "../../planning/deployment.ts";
import type { DatabaseNames } from "../../planning/names.ts";
import { type DeploymentPorts, type ServiceName, webUiPort } from "../../planning/ports.ts";
import { planClaims, planHistoryShardsRecord, planRunningRecord } from "../../planning/records.ts";
import { upgradeOrder } from "../../planning/upgrades.ts";
import { deploymentLabel, labels, restrictedNamespaceLabels } from "../kubernetes.ts";
import { DeploymentMonitoring } from "../monitoring/deploymentMonitoring.ts";
import { NetworkPolicies } from "../networkPolicies.ts";
import { AdminTools } from "./adminTools.ts";
import { Claims } from "./claims.ts";
import { record } from "./record.ts";
import { SchemaJob } from "./schemaJob.ts";
import { TemporalDatabase } from "./temporalDatabase.ts";
import { TemporalService } from "./temporalService.ts";
import { WebUi } from "./webUi.ts";

/** Inputs of {@link TemporalDeployment}. */
export interface TemporalDeploymentArgs {
    /** What the deployment consists of; plain, since it decides which objects there are. */
    readonly plan: DeploymentPlan;
    /** Full name of the stack, under which it claims its slot. */
    readonly stack: string;
    /** The platform's namespace, where claims and records are. */
    readonly platformNamespace: pulumi.Input<string>;
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
    /** The deployment's name. */
    readonly name: string;
    /** Its Kubernetes namespace, once it is there. */
    readonly namespace: pulumi.Output<string>;
    /** What is needed to use the deployment. */
    readonly outputs: pulumi.Output<DeploymentOutputs>;

    constructor(name: string, args: TemporalDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:TemporalDeployment", name, {}, opts);
        const { plan } = args;
        this.name = name;
        const child = { parent: this };
        const keeper = { deployment: name, namespace: args.platformNamespace };
        const claims = new Claims(
            `${name}-claims`,
            { ...keeper, plans: planClaims(plan, args.stack), retain: false },
            child,
        );
        const namespace = new k8s.core.v1.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: plan.namespace,
                    labels: {
                        ...labels(name, "namespace"),
                        ...restrictedNamespaceLabels,
                        [deploymentLabel]: name,
                    },
                },
            },
            { ...child, dependsOn: claims },
        ).metadata.name;
        this.namespace = namespace;
        const { monitoring } = plan;
        if (monitoring.mode !== "none") {
            new DeploymentMonitoring(
                `${name}-monitoring`,
                { deployment: name, namespace, platformNamespace: args.platformNamespace, plan: monitoring },
                child,
            );
        }
        const network = new NetworkPolicies(
            `${name}-network`,
            { instance: name, namespace, policies: plan.networkPolicies },
            child,
        );
        const database = new TemporalDatabase(
            `${name}-database`,
            { deployment: name, names: plan.databases, namespace, protect: plan.protect, claims },
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
        const shards = record(
            `${name}-history-shards`,
            { ...keeper, plan: planHistoryShardsRecord(plan) },
            { ...child, dependsOn: schema.job },
        );
        const services = new Map<ServiceName, TemporalService>();
        for (const service of upgradeOrder) {
            const previous = plan.upgradeFrom === undefined ? [] : [...services.values()];
            services.set(
                service,
                new TemporalService(
                    `${name}-${service}`,
                    {
                        deployment: name,
                        namespace,
                        platformNamespace: args.platformNamespace,
                        plan: plan.services[service],
                        image: plan.images.server,
                        secretName: database.secretName,
                        dynamicConfigName: dynamicConfig.metadata.name,
                        after: [network, schema.job, shards, ...previous],
                        history: { host: host("history"), port: history.ports.grpc, replicas: history.replicas },
                    },
                    child,
                ),
            );
        }
        record(
            `${name}-running`,
            { ...keeper, plan: planRunningRecord(plan) },
            { ...child, dependsOn: [...services.values()] },
        );

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
        this.outputs = pulumi.output(services.get("frontend")?.clusterIp ?? "").apply((clusterIp) => ({
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
