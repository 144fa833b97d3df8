/** The stack that the benchmark deploys: one deployment with 512 shards on the PostgreSQL server of the stack `dev`. */
import type { AppsV1Api, CoreV1Api } from "@kubernetes/client-node";

import { portsOfSlot, serviceNames } from "../planning/ports.ts";
import { temporalStack } from "../tests/helpers/temporalStack.ts";

const name = "bench";
const slot = 20;
/** Kubernetes namespace of the measured deployment. */
export const benchNamespace = `temporal-${name}`;

/** A bundled PostgreSQL server, as its admin sees it. */
export interface BenchServer {
    readonly host: string;
    readonly password: string;
}

/** The stack `bench`. */
export interface BenchStack {
    readonly server: BenchServer;
    readonly apps: AppsV1Api;
    /** `pulumi up`, from nothing to everything. */
    up(): Promise<void>;
    /** `pulumi destroy`. */
    destroy(): Promise<void>;
    /** Address of the frontend once its Service exists; throws before. */
    frontend(): Promise<string>;
    /** Whether all four services are Available. */
    isAvailable(): Promise<boolean>;
    /** Container restarts in the deployment's namespace. */
    restarts(): Promise<number>;
    /** Sets the replicas of every Deployment in a namespace; answers what they were. */
    scaleAll(namespace: string, replicas: (deployment: string) => number): Promise<Readonly<Record<string, number>>>;
    /** Number of running pods in a namespace. */
    podCount(namespace: string): Promise<number>;
}

/**
 * Prepares the stack; nothing is deployed yet.
 * @param platformNamespace namespace of the bundled PostgreSQL server whose empty databases are used
 */
export async function benchStack(platformNamespace: string): Promise<BenchStack> {
    const stack = await temporalStack(name);
    const { core, apps } = stack;
    const server = await postgresqlServer(core, platformNamespace);
    stack.configure({
        platform: {
            namespace: "temporal-bench-platform",
            postgresql: { external: { host: server.host, sslmode: "disable", maxConnections: 200 } },
        },
        protect: false,
        coresOfSize: true,
        deployments: [{ name, slot, size: "dev", historyShards: 512, webUi: false, adminTools: false }],
    });
    await stack.setSecret("temporal:postgresqlAdminPassword", server.password);
    return {
        server,
        apps,
        async up() {
            await stack.up();
        },
        async destroy() {
            const { code, output } = await stack.pulumi("destroy", "--yes", "--skip-preview");
            if (code !== 0) throw new Error(output);
        },
        frontend: () => stack.frontend(benchNamespace, portsOfSlot(slot).frontend.grpc),
        async isAvailable() {
            const { items } = await apps.listNamespacedDeployment({ namespace: benchNamespace });
            const available = items.filter((item) =>
                item.status?.conditions?.some(({ type, status }) => type === "Available" && status === "True"),
            );
            return available.length === serviceNames.length;
        },
        async restarts() {
            const { items } = await core.listNamespacedPod({ namespace: benchNamespace });
            return items
                .flatMap((pod) => pod.status?.containerStatuses ?? [])
                .reduce((sum, status) => sum + status.restartCount, 0);
        },
        async scaleAll(namespace, replicas) {
            const { items } = await apps.listNamespacedDeployment({ namespace });
            const before: Record<string, number> = {};
            for (const item of items) {
                const deployment = item.metadata?.name ?? "";
                before[deployment] = item.spec?.replicas ?? 1;
                const scale = await apps.readNamespacedDeploymentScale({ name: deployment, namespace });
                const body = { ...scale, spec: { replicas: replicas(deployment) } };
                await apps.replaceNamespacedDeploymentScale({ name: deployment, namespace, body });
            }
            return before;
        },
        async podCount(namespace) {
            const { items } = await core.listNamespacedPod({ namespace, fieldSelector: "status.phase=Running" });
            return items.length;
        },
    };
}

/** Finds the bundled PostgreSQL server of a platform. Throws when there is none. */
export async function postgresqlServer(core: CoreV1Api, namespace: string): Promise<BenchServer> {
    const service = await core.readNamespacedService({ name: "postgresql", namespace });
    const secrets = await core.listNamespacedSecret({
        namespace,
        labelSelector: "app.kubernetes.io/component=postgresql",
    });
    const password = secrets.items.map((secret) => secret.data?.password).find((data) => data !== undefined);
    if (!service.spec?.clusterIP || !password) throw new Error(`no bundled PostgreSQL server in ${namespace}`);
    return { host: service.spec.clusterIP, password: Buffer.from(password, "base64").toString() };
}
