/** Workers of users, in pods of a namespace of their own, by the convention of docs/monitoring.md. */
import { fileURLToPath } from "node:url";

import { AppsV1Api, CoreV1Api, KubeConfig, NetworkingV1Api } from "@kubernetes/client-node";

import { kubeconfigPath } from "../../local/cluster/layout.ts";
import { workerMetricsPort, workerObjects } from "../../local/worker/objects.ts";
import { selectorLabels } from "../../planning/labels.ts";
import { workerLabel } from "../../planning/monitoring/relabeling.ts";
import { type WorkerProgramInput, type WorkerQueue, workerVariable } from "./troubles/workerProgramInput.ts";
import { eventually } from "./wait.ts";

/** The deployment that the workers work for. */
export interface WorkedFor {
    readonly name: string;
    /** Kubernetes namespace. */
    readonly namespace: string;
    /** host:port of the frontend, by a name of the cluster. */
    readonly frontend: string;
}

/** A namespace with worker pods of one deployment. */
export interface WorkerPods {
    readonly namespace: string;
    /** Starts a pod that polls these task queues unless it runs already, and waits until it is Ready. */
    start(name: string, queues: readonly WorkerQueue[]): Promise<void>;
    /** Ends a pod if there is one, and waits until it is gone. */
    stop(name: string): Promise<void>;
    /** Ends all pods and removes what was made for them. */
    remove(): Promise<void>;
}

const troubles = (file: string) => fileURLToPath(new URL(`troubles/${file}`, import.meta.url));

/**
 * Makes a namespace and lets its pods reach the deployment's frontend.
 * @param namespace Kubernetes namespace that is made, and removed first if a run that was cut off has left it
 */
export async function workerPods(
    { name, namespace: deployment, frontend }: WorkedFor,
    namespace: string,
): Promise<WorkerPods> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const core = config.makeApiClient(CoreV1Api);
    const apps = config.makeApiClient(AppsV1Api);
    const network = config.makeApiClient(NetworkingV1Api);
    const policy = { name: namespace, namespace: deployment };

    const remove = async () => {
        await unless(404, network.deleteNamespacedNetworkPolicy(policy));
        await unless(404, core.deleteNamespace({ name: namespace, gracePeriodSeconds: 0 }));
        await eventually(`namespace ${namespace} to be gone`, 120, async () => {
            const { items } = await core.listNamespace();
            return items.every(({ metadata }) => metadata?.name !== namespace);
        });
    };
    await remove();
    await core.createNamespace({ body: { metadata: { name: namespace } } });
    const from = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }];
    await network.createNamespacedNetworkPolicy({
        namespace: deployment,
        body: {
            metadata: { name: namespace },
            spec: {
                podSelector: { matchLabels: selectorLabels(name, "frontend") },
                policyTypes: ["Ingress"],
                ingress: [{ _from: from }],
            },
        },
    });

    return {
        namespace,
        remove,
        async start(worker, queues) {
            const input: WorkerProgramInput = { address: frontend, metricsPort: workerMetricsPort, queues };
            const { code, deployment } = await workerObjects({
                name: worker,
                namespace,
                labels: { [workerLabel]: name },
                modules: [troubles("workerProgram.ts"), troubles("workerProgramInput.ts"), troubles("activities.ts")],
                workflows: troubles("workflows.ts"),
                environment: { env: [{ name: workerVariable, value: JSON.stringify(input) }] },
            });
            await unless(409, core.createNamespacedConfigMap({ namespace, body: code }));
            await unless(409, apps.createNamespacedDeployment({ namespace, body: deployment }));
            await eventually(`worker ${worker} to be Ready`, 120, async () => {
                const { status } = await apps.readNamespacedDeployment({ name: worker, namespace });
                return status?.readyReplicas === 1;
            });
        },
        async stop(worker) {
            await unless(404, apps.deleteNamespacedDeployment({ name: worker, namespace }));
            await eventually(`worker ${worker} to be gone`, 60, async () => {
                const labelSelector = `app=${worker}`;
                return (await core.listNamespacedPod({ namespace, labelSelector })).items.length === 0;
            });
        },
    };
}

/** Waits for what may be refused with this status, since it is done already. */
async function unless(status: number, work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
        if ((error as { code?: number }).code !== status) throw error;
    });
}
