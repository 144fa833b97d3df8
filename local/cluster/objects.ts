/** What the cluster needs besides its programs: rights, a storage class, and what Calico reads. */
import { applyObject } from "./api.ts";
import { calicoObjects, calicoRules } from "./calico.ts";

const rbac = "/apis/rbac.authorization.k8s.io/v1";

function bindUser(name: string, role: string, user: string) {
    return {
        path: `${rbac}/clusterrolebindings/${name}`,
        object: {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: { name },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
            subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
        },
    };
}

function role(name: string, rules: readonly object[]) {
    return {
        path: `${rbac}/clusterroles/${name}`,
        object: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules },
    };
}

const objects = [
    // For logs, exec and port-forward.
    bindUser("temporal-local:kubelet-api", "system:kubelet-api-admin", "kube-apiserver-kubelet-client"),
    role("temporal-local:dns", [
        { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
    ]),
    bindUser("temporal-local:dns", "temporal-local:dns", "system:coredns"),
    role("temporal-local:calico", calicoRules),
    bindUser("temporal-local:calico", "temporal-local:calico", "system:calico"),
    ...calicoObjects,
    {
        path: "/apis/storage.k8s.io/v1/storageclasses/standard",
        object: {
            apiVersion: "storage.k8s.io/v1",
            kind: "StorageClass",
            metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
            provisioner: "kubernetes.io/host-path",
            reclaimPolicy: "Delete",
            volumeBindingMode: "WaitForFirstConsumer",
        },
    },
] as const;

/** Puts them there, or back. Answers false as long as the API server doesn't take them. */
export async function applyObjects(): Promise<boolean> {
    const results = await Promise.allSettled(objects.map(({ path, object }) => applyObject(path, object)));
    return results.every(({ status }) => status === "fulfilled");
}
