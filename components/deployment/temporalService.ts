import { createHash } from "node:crypto";

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { platformLabel } from "../../planning/labels.ts";
import { metricsPort } from "../../planning/ports.ts";
import {
    configDirectory,
    dynamicConfigDirectory,
    passwordVariable,
    podIpVariable,
} from "../../planning/serverConfig.ts";
import type { ServicePlan } from "../../planning/service.ts";
import {
    labels,
    plainPod,
    restrictedContainer,
    restrictedPod,
    selectorLabels,
    skipAwait,
    temporalUser,
} from "../kubernetes.ts";
import { awaitClusterMetadata, type HistoryAddress } from "./awaitClusterMetadata.ts";

/** Inputs of {@link TemporalService}. */
export interface TemporalServiceArgs {
    /** Name of the deployment. */
    readonly deployment: string;
    readonly namespace: pulumi.Input<string>;
    /** Kubernetes namespace of what deployments share; the monitoring there finds the pods by it. */
    readonly platformNamespace: pulumi.Input<string>;
    /** Which of the four services, how many pods of which size, with which config; plain, since it decides the structure. */
    readonly plan: ServicePlan;
    /** Server image. */
    readonly image: string;
    /** Name of the Secret whose key `password` holds the database role's password. */
    readonly secretName: pulumi.Input<string>;
    /** Name of the ConfigMap with dynamic-config.yaml. */
    readonly dynamicConfigName: pulumi.Input<string>;
    /** What must be done before its pods change: the schema, since a server refuses one older than its own, and in an upgrade other services. */
    readonly after: readonly pulumi.Resource[];
    /** History prepares an empty database, the others wait for it. */
    readonly history: HistoryAddress;
}

/** One of Temporal's four services as a workload of its own: Deployment, Service, config, disruption budget. */
export class TemporalService extends pulumi.ComponentResource {
    /** Name of its Service in the deployment's namespace. */
    readonly serviceName: pulumi.Output<string>;
    /** Cluster IP of its Service; "None" for all but the frontend, which alone is called from outside the ring. */
    readonly clusterIp: pulumi.Output<string>;

    constructor(name: string, args: TemporalServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:TemporalService", name, {}, opts);
        const { plan, namespace } = args;
        const objectName = `temporal-${plan.name}`;
        const metadata = { name: objectName, namespace, labels: labels(args.deployment, plan.name) };
        const selector = selectorLabels(args.deployment, plan.name);
        const child = { parent: this };
        const after = [...args.after];

        const config = new k8s.core.v1.ConfigMap(
            `${name}-config`,
            { metadata, data: { "config.yaml": plan.serverConfig } },
            // An old pod that restarts in the middle of an upgrade must not find the new version's config.
            { ...child, dependsOn: after },
        );
        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            { metadata, automountServiceAccountToken: false },
            child,
        );
        const isFrontend = plan.name === "frontend";
        const service = new k8s.core.v1.Service(
            `${name}-service`,
            {
                metadata: { ...metadata, annotations: skipAwait },
                spec: {
                    selector,
                    // Members of the ring find each other in the database; only the frontend needs one address for all its pods.
                    ...(isFrontend ? {} : { clusterIP: "None", publishNotReadyAddresses: true }),
                    ports: ports(plan).map((port) => ({
                        name: port.name,
                        port: port.containerPort,
                        targetPort: port.name,
                    })),
                },
            },
            child,
        );
        if (plan.replicas > 1) {
            new k8s.policy.v1.PodDisruptionBudget(
                `${name}-budget`,
                { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selector } } },
                child,
            );
        }
        new k8s.apps.v1.Deployment(
            `${name}-deployment`,
            {
                metadata,
                spec: {
                    replicas: plan.replicas,
                    selector: { matchLabels: selector },
                    // A new pod is ready before an old one goes, so shards and pollers always have somewhere to move to.
                    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
                    minReadySeconds: plan.minReadySeconds,
                    progressDeadlineSeconds: 300,
                    template: {
                        metadata: {
                            labels: { ...metadata.labels, [platformLabel]: args.platformNamespace },
                            // The ConfigMap changes in place; this rolls the pods when it does.
                            annotations: {
                                "temporal/config-hash": createHash("sha256")
                                    .update(plan.serverConfig)
                                    .digest("hex")
                                    .slice(0, 16),
                            },
                        },
                        spec: {
                            ...plainPod,
                            serviceAccountName: account.metadata.name,
                            securityContext: restrictedPod(temporalUser),
                            terminationGracePeriodSeconds: plan.terminationGraceSeconds,
                            topologySpreadConstraints: [
                                {
                                    maxSkew: 1,
                                    topologyKey: "kubernetes.io/hostname",
                                    whenUnsatisfiable: "ScheduleAnyway",
                                    labelSelector: { matchLabels: selector },
                                },
                            ],
                            initContainers: awaitClusterMetadata(plan.name, args.image, args.history),
                            containers: [server(args)],
                            volumes: [
                                { name: "config", configMap: { name: config.metadata.name } },
                                { name: "dynamic-config", configMap: { name: args.dynamicConfigName } },
                            ],
                        },
                    },
                },
            },
            // Longer than progressDeadlineSeconds, so that Kubernetes' own reason is what is told.
            { ...child, dependsOn: after, customTimeouts: { create: "6m", update: "10m" } },
        );

        this.serviceName = service.metadata.name;
        this.clusterIp = service.spec.clusterIP;
        this.registerOutputs({ serviceName: this.serviceName, clusterIp: this.clusterIp });
    }
}

function ports(plan: ServicePlan): { name: string; containerPort: number }[] {
    const http = "http" in plan.ports ? [{ name: "http", containerPort: plan.ports.http }] : [];
    return [
        { name: "grpc", containerPort: plan.ports.grpc },
        { name: "membership", containerPort: plan.ports.membership },
        ...http,
        { name: "metrics", containerPort: metricsPort },
    ];
}

function server(args: TemporalServiceArgs): k8s.types.input.core.v1.Container {
    const { plan } = args;
    return {
        name: plan.name,
        image: args.image,
        ports: ports(plan),
        env: [
            { name: "TEMPORAL_SERVER_CONFIG_FILE_PATH", value: `${configDirectory}/config.yaml` },
            // Images from 1.30 on read only TEMPORAL_SERVICES, tools around them still SERVICES; unset means all four in each pod.
            { name: "TEMPORAL_SERVICES", value: plan.name },
            { name: "SERVICES", value: plan.name },
            { name: "TEMPORAL_VERSION_CHECK_DISABLED", value: "1" },
            { name: podIpVariable, valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
            { name: passwordVariable, valueFrom: { secretKeyRef: { name: args.secretName, key: "password" } } },
            { name: "GOMAXPROCS", value: String(plan.goMaxProcs) },
            { name: "GOMEMLIMIT", value: String(plan.goMemLimit) },
            { name: "GOGC", value: String(plan.goGcPercent) },
        ],
        resources: plan.resources,
        securityContext: restrictedContainer,
        startupProbe: { tcpSocket: { port: plan.probedPort }, periodSeconds: 1, failureThreshold: 150 },
        readinessProbe: {
            ...(plan.healthService
                ? { grpc: { port: plan.ports.grpc, service: plan.healthService } }
                : { tcpSocket: { port: plan.probedPort } }),
            periodSeconds: 1,
            timeoutSeconds: 2,
        },
        // Only whether it listens: a pod that waits for PostgreSQL is unready, and a restart would not help it.
        livenessProbe: {
            tcpSocket: { port: plan.probedPort },
            periodSeconds: 10,
            timeoutSeconds: 5,
            failureThreshold: 6,
        },
        volumeMounts: [
            { name: "config", mountPath: configDirectory },
            { name: "dynamic-config", mountPath: dynamicConfigDirectory },
        ],
    };
}
