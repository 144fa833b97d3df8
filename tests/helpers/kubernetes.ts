/** The local cluster as tests use it: a Kubernetes namespace of one's own, looked at without any plugin in between. */
import { randomBytes } from "node:crypto";

import { KubeConfig, KubernetesObjectApi, type KubernetesObject, PatchStrategy } from "@kubernetes/client-node";

import { startCluster } from "../../local/cluster/cluster.ts";

/** How an object is named. */
export type Reference = KubernetesObject & {
    readonly metadata: { readonly name: string; readonly namespace?: string };
};

/** An object as it is, loosely typed. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type LiveObject = KubernetesObject & Record<string, any>;

/** A namespace of the local cluster. */
export interface TestNamespace {
    readonly name: string;
    readonly kubeconfig: string;
    /** The object, or undefined if there is none. */
    find(apiVersion: string, kind: string, name: string): Promise<LiveObject | undefined>;
    /** The object; throws if there is none. */
    get(apiVersion: string, kind: string, name: string): Promise<LiveObject>;
    /** Creates an object as people do, with kubectl. */
    create(object: LiveObject): Promise<LiveObject>;
    /** Changes an object behind the plugin's back, as "someone-else". */
    patch(object: LiveObject): Promise<LiveObject>;
    delete(apiVersion: string, kind: string, name: string): Promise<void>;
    /** Removes the namespace, without waiting until it is gone. */
    remove(): Promise<void>;
}

/** Starts the local cluster if it doesn't run, and makes a namespace in it. */
export async function makeNamespace(): Promise<TestNamespace> {
    const { kubeconfig } = await startCluster(() => undefined);
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const api = KubernetesObjectApi.makeApiClient(config);
    const name = `test-${randomBytes(4).toString("hex")}`;
    await api.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

    function reference(apiVersion: string, kind: string, object: string): Reference {
        return { apiVersion, kind, metadata: { name: object, namespace: name } };
    }

    const namespace: TestNamespace = {
        name,
        kubeconfig,
        get: (...args) => api.read(reference(...args)),
        find: (...args) =>
            namespace.get(...args).catch((error: unknown) => {
                if ((error as { code?: number }).code === 404) return undefined;
                throw error;
            }),
        create: (object) =>
            api.create(
                { ...object, metadata: { namespace: name, ...object.metadata } },
                undefined,
                undefined,
                "kubectl-create",
            ),
        patch: (object) =>
            api.patch(
                { ...object, metadata: { namespace: name, ...object.metadata } },
                undefined,
                undefined,
                "someone-else",
                undefined,
                PatchStrategy.MergePatch,
            ),
        delete: async (...args) => {
            await api.delete(reference(...args));
        },
        remove: async () => {
            await api.delete({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
        },
    };
    return namespace;
}
