/** What the drill does to the stack dev from outside Temporal: kills pods, scales, takes PostgreSQL's connections. */
import { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import pg from "pg";

import { kubeconfigPath } from "../local/cluster/layout.ts";
import { bundledServer } from "../tests/helpers/bundledServer.ts";

/** The stack as the drill handles it. */
export interface DrillStack {
    /** Kills a pod of a service at once, as a dying node would. */
    killPod(namespace: string, component: string): Promise<void>;
    /** Sets the number of a service's pods, and waits until it is so. */
    scaleService(namespace: string, deployment: string, replicas: number): Promise<void>;
    /** The same with PostgreSQL. */
    scalePostgresql(replicas: 0 | 1): Promise<void>;
    /** Opens sessions until hardly any is left; answers what closes them. */
    takeConnections(): Promise<() => Promise<void>>;
}

/** Share of what PostgreSQL allows that is taken; some are left, so that pools that lose a session get another. */
const taken = 0.975;

const patience = 180_000;

/** The stack on the local node. */
export function drillStack(platformNamespace: string): DrillStack {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const core = config.makeApiClient(CoreV1Api);
    const apps = config.makeApiClient(AppsV1Api);
    return {
        async killPod(namespace, component) {
            const labelSelector = `app.kubernetes.io/component=${component}`;
            const { items } = await core.listNamespacedPod({ namespace, labelSelector });
            for (const { metadata } of items) {
                await core.deleteNamespacedPod({ name: metadata?.name ?? "", namespace, gracePeriodSeconds: 0 });
            }
        },
        async scaleService(namespace, name, replicas) {
            const scale = await apps.readNamespacedDeploymentScale({ name, namespace });
            const body = { ...scale, spec: { replicas } };
            await apps.replaceNamespacedDeploymentScale({ name, namespace, body });
            await until(`${name} to have ${replicas} pods`, async () => {
                const { status } = await apps.readNamespacedDeployment({ name, namespace });
                return (status?.readyReplicas ?? 0) === replicas;
            });
        },
        async scalePostgresql(replicas) {
            const server = { name: "postgresql", namespace: platformNamespace };
            const scale = await apps.readNamespacedStatefulSetScale(server);
            const body = { ...scale, spec: { replicas } };
            await apps.replaceNamespacedStatefulSetScale({ ...server, body });
            await until(`PostgreSQL to have ${replicas} pods`, async () => {
                const { status } = await apps.readNamespacedStatefulSet(server);
                return (status?.readyReplicas ?? 0) === replicas;
            });
        },
        async takeConnections() {
            const { host, password } = await bundledServer(core, platformNamespace);
            const open = async () => {
                const client = new pg.Client({ host, user: "postgres", password, database: "postgres" });
                await client.connect();
                client.on("error", () => undefined);
                return client;
            };
            const clients = [await open()];
            const { rows } = await clients[0]!.query<{ free: number }>(
                `select floor((current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int) * ${taken})::int
                     - count(*)::int as free from pg_stat_activity where backend_type = 'client backend'`,
            );
            const wanted = rows[0]?.free ?? 0;
            while (clients.length < wanted) clients.push(await open());
            return async () => {
                await Promise.all(clients.map((client) => client.end()));
            };
        },
    };
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + patience;
    while (!(await condition())) {
        if (Date.now() > deadline) throw new Error(`waited ${patience / 1000} s for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
}
