/** A client's connection to the frontend of a deployment, from anywhere that reaches the Kubernetes API. */
import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { Connection } from "@temporalio/client";

import { LiveError, reasonOf } from "./errors.ts";
import { patience, withinPatience } from "./patience.ts";
import { forwardPort } from "./portForward.ts";
import { isReady } from "./readyPod.ts";

/** The labels of components/kubernetes.ts. */
const labelSelector = "app.kubernetes.io/name=temporal,app.kubernetes.io/component=frontend";

/** Where a deployment's frontend is. */
export interface FrontendPlace {
    /** Kubernetes namespace of the deployment. */
    readonly namespace: string;
    /** gRPC port of its frontend. Default: the one that the pod itself names. */
    readonly port?: number;
}

/**
 * Runs `work` with a connection to one ready frontend pod, and closes the connection and the port-forward under it however
 * `work` ends.
 * @throws LiveError when the Kubernetes API doesn't answer, no frontend pod is ready, or it takes no connection
 */
export async function withFrontend<T>(
    kubeConfig: KubeConfig,
    { namespace, port: wanted }: FrontendPlace,
    work: (connection: Connection) => Promise<T>,
): Promise<T> {
    const { pod, port: named } = await readyFrontend(kubeConfig, namespace);
    const port = wanted ?? named;
    const forward = await forwardPort(kubeConfig, { namespace, pod, port });
    try {
        const connection = await Connection.connect({ address: forward.address, connectTimeout: patience }).catch(
            (error: unknown) => {
                const reason = forward.failure() ?? reasonOf(error);
                throw new LiveError(`Port ${port} of pod ${pod} in namespace ${namespace} can't be used: ${reason}.`);
            },
        );
        try {
            return await work(connection);
        } finally {
            await connection.close();
        }
    } finally {
        forward.close();
    }
}

/**
 * A ready frontend pod and its gRPC port.
 * @throws LiveError when the Kubernetes API doesn't answer, or no frontend pod is ready
 */
export async function readyFrontend(kubeConfig: KubeConfig, namespace: string): Promise<{ pod: string; port: number }> {
    const api = kubeConfig.makeApiClient(CoreV1Api);
    const { items } = await withinPatience(api.listNamespacedPod({ namespace, labelSelector })).catch(
        (error: unknown) => {
            const context = kubeConfig.getCurrentContext();
            throw new LiveError(`The Kubernetes API of context ${context} can't be asked: ${reasonOf(error)}.`);
        },
    );
    const { metadata, spec } = items.find(isReady) ?? {};
    const ports = spec?.containers.flatMap((container) => container.ports ?? []);
    const port = ports?.find(({ name }) => name === "grpc")?.containerPort;
    if (metadata?.name === undefined || port === undefined) {
        throw new LiveError(`No frontend pod of namespace ${namespace} is ready.`);
    }
    return { pod: metadata.name, port };
}
