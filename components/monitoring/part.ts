import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { labels, plainPod, restrictedPod, selectorLabels, skipAwait } from "../kubernetes.ts";

/** Inputs of {@link MonitoringPart}. */
export interface MonitoringPartArgs {
    /** Its name among the platform's parts, and of its objects. */
    readonly component: string;
    readonly namespace: pulumi.Input<string>;
    /** What others reach it at. */
    readonly port: { readonly name: string; readonly port: number };
    /** User and group of the image. */
    readonly user: number;
    readonly container: Omit<k8s.types.input.core.v1.Container, "name">;
    readonly volumes: k8s.types.input.core.v1.Volume[];
    /** What it keeps; mounted as the volume `data`. Default: nothing. */
    readonly data?: { readonly storage: string; readonly storageClass: string | undefined };
    /** What it may read of the cluster, in all namespaces. Default: nothing, and it gets no token. */
    readonly clusterRole?: { readonly name: string; readonly rules: k8s.types.input.rbac.v1.PolicyRule[] };
    /** Changes when its pod has to start anew although its containers are the same. */
    readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** One program of the monitoring, in one pod: account, Service, volume if it keeps something, and workload. */
export class MonitoringPart extends pulumi.ComponentResource {
    constructor(name: string, args: MonitoringPartArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:MonitoringPart", name, {}, opts);
        const { component, namespace, port, data, clusterRole } = args;
        const child = { parent: this };
        const selector = selectorLabels("platform", component);
        const metadata = { name: component, namespace, labels: labels("platform", component) };

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            { metadata, automountServiceAccountToken: false },
            child,
        );
        if (clusterRole) this.#grant(name, clusterRole, account);
        new k8s.core.v1.Service(
            `${name}-service`,
            {
                metadata: { ...metadata, annotations: skipAwait },
                spec: { selector, ports: [{ name: port.name, port: port.port, targetPort: port.name }] },
            },
            child,
        );
        const claim =
            data &&
            new k8s.core.v1.PersistentVolumeClaim(
                `${name}-data`,
                {
                    metadata: { ...metadata, name: `${component}-data` },
                    spec: {
                        accessModes: ["ReadWriteOnce"],
                        storageClassName: data.storageClass,
                        resources: { requests: { storage: data.storage } },
                    },
                },
                child,
            );
        const template = {
            metadata: { labels: metadata.labels, ...(args.annotations ? { annotations: args.annotations } : {}) },
            spec: {
                ...plainPod,
                automountServiceAccountToken: clusterRole !== undefined,
                serviceAccountName: account.metadata.name,
                securityContext: restrictedPod(args.user),
                containers: [{ ...args.container, name: component }],
                volumes: [
                    ...args.volumes,
                    ...(claim ? [{ name: "data", persistentVolumeClaim: { claimName: claim.metadata.name } }] : []),
                ],
            },
        };
        const workload = { replicas: 1, selector: { matchLabels: selector }, template };
        const patience = { ...child, customTimeouts: { create: "6m", update: "6m" } };
        // Two pods never write to one volume: a StatefulSet's old one is gone before the new one starts.
        if (claim) {
            const spec = { ...workload, serviceName: component };
            new k8s.apps.v1.StatefulSet(`${name}-statefulset`, { metadata, spec }, patience);
        } else {
            new k8s.apps.v1.Deployment(`${name}-deployment`, { metadata, spec: workload }, patience);
        }
        this.registerOutputs({});
    }

    #grant(
        name: string,
        { name: roleName, rules }: NonNullable<MonitoringPartArgs["clusterRole"]>,
        account: k8s.core.v1.ServiceAccount,
    ): void {
        const metadata = { name: roleName, labels: account.metadata.labels };
        const role = new k8s.rbac.v1.ClusterRole(`${name}-role`, { metadata, rules }, { parent: this });
        new k8s.rbac.v1.ClusterRoleBinding(
            `${name}-binding`,
            {
                metadata,
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
                subjects: [
                    {
                        kind: "ServiceAccount",
                        name: account.metadata.name,
                        namespace: account.metadata.namespace,
                    },
                ],
            },
            { parent: this },
        );
    }
}
