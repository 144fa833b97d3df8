import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { BundledPostgresqlPlan } from "../../planning/platform.ts";
import {
    labels,
    plainPod,
    postgresUser,
    restrictedContainer,
    restrictedPod,
    selectorLabels,
    skipAwait,
} from "../kubernetes.ts";

/** Inputs of {@link BundledPostgresql}. */
export interface BundledPostgresqlArgs {
    /** Kubernetes namespace of the server. */
    readonly namespace: pulumi.Input<string>;
    /** Image, size and settings; plain, since they decide the objects' structure. */
    readonly plan: BundledPostgresqlPlan;
    /** Whether server and volume refuse to be deleted. */
    readonly protect: boolean;
}

const admin = "postgres";
const dataDirectory = "/var/lib/postgresql/data";

/** One PostgreSQL server in the cluster: StatefulSet, volume, Service and the admin's password. */
export class BundledPostgresql extends pulumi.ComponentResource {
    /** Host at which Pulumi reaches the server. */
    readonly host: pulumi.Output<string>;
    /** Port at which Pulumi reaches the server. */
    readonly port: pulumi.Output<number>;
    /** Role that may create roles and databases. */
    readonly adminUser: string = admin;
    /** The admin role's password; secret. */
    readonly adminPassword: pulumi.Output<string>;

    constructor(name: string, args: BundledPostgresqlArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:BundledPostgresql", name, {}, opts);
        const { plan, namespace } = args;
        const selector = selectorLabels("platform", "postgresql");
        const metadata = { namespace, labels: labels("platform", "postgresql") };

        const password = new random.RandomPassword(
            `${name}-admin-password`,
            { length: 32, special: false },
            { parent: this },
        );
        const secret = new k8s.core.v1.Secret(
            `${name}-admin`,
            { metadata, stringData: { username: admin, password: password.result } },
            { parent: this },
        );
        const volume = new k8s.core.v1.PersistentVolumeClaim(
            `${name}-data`,
            {
                metadata: { ...metadata, name: "postgresql-data" },
                spec: {
                    accessModes: ["ReadWriteOnce"],
                    storageClassName: plan.storageClass,
                    resources: { requests: { storage: plan.storage } },
                },
            },
            { parent: this, protect: args.protect },
        );
        const service = new k8s.core.v1.Service(
            `${name}-service`,
            {
                metadata: { ...metadata, name: "postgresql", annotations: skipAwait },
                spec: {
                    type: plan.serviceType,
                    selector,
                    ports: [{ name: "postgresql", port: plan.store.port, targetPort: "postgresql" }],
                },
            },
            { parent: this },
        );
        const statefulSet = new k8s.apps.v1.StatefulSet(
            `${name}-server`,
            {
                metadata: { ...metadata, name: "postgresql" },
                spec: {
                    serviceName: "postgresql",
                    replicas: 1,
                    selector: { matchLabels: selector },
                    template: {
                        metadata: { labels: metadata.labels },
                        spec: {
                            ...plainPod,
                            securityContext: restrictedPod(postgresUser),
                            // Time for open transactions and a last checkpoint.
                            terminationGracePeriodSeconds: 60,
                            containers: [server(plan, secret.metadata.name)],
                            volumes: [
                                { name: "data", persistentVolumeClaim: { claimName: volume.metadata.name } },
                                { name: "run", emptyDir: {} },
                                { name: "tmp", emptyDir: {} },
                                // The container runtime gives 64 MiB; parallel queries take more.
                                { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "256Mi" } },
                            ],
                        },
                    },
                },
            },
            { parent: this, protect: args.protect },
        );

        const serviceHost = service.spec.type
            .apply((type) => type === "LoadBalancer")
            .apply((balanced) =>
                balanced
                    ? service.status.loadBalancer.ingress.apply(
                          (ingress) => ingress[0]?.ip ?? ingress[0]?.hostname ?? "",
                      )
                    : service.spec.clusterIP,
            );
        // Who dials the server must wait until it runs.
        const ready = statefulSet.metadata.uid;
        this.host = pulumi.all([ready, plan.pulumiAddress?.host ?? serviceHost]).apply(([, host]) => host);
        this.port = pulumi.output(plan.pulumiAddress?.port ?? plan.store.port);
        this.adminPassword = password.result;
        this.registerOutputs({ host: this.host, port: this.port });
    }
}

function server(plan: BundledPostgresqlPlan, secretName: pulumi.Input<string>): k8s.types.input.core.v1.Container {
    const probe = { exec: { command: ["pg_isready", "--username", admin, "--host", "127.0.0.1"] } };
    return {
        name: "postgresql",
        image: plan.image,
        args: Object.entries(plan.settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]),
        ports: [{ name: "postgresql", containerPort: plan.store.port }],
        env: [
            { name: "POSTGRES_PASSWORD", valueFrom: { secretKeyRef: { name: secretName, key: "password" } } },
            // A folder below the mount: the volume's own root may hold lost+found, which initdb refuses.
            { name: "PGDATA", value: `${dataDirectory}/pgdata` },
        ],
        resources: plan.resources,
        securityContext: restrictedContainer,
        // Recovery after a crash may take long; until it is done the server answers nothing.
        startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 600 },
        readinessProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 5 },
        livenessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        volumeMounts: [
            { name: "data", mountPath: dataDirectory },
            { name: "run", mountPath: "/var/run/postgresql" },
            { name: "tmp", mountPath: "/tmp" },
            { name: "shm", mountPath: "/dev/shm" },
        ],
    };
}
