/** Which changes can't be made in place, by kind: the API server refuses them, so the object is replaced. */
import { isObject, type Value, type Values } from "../../../providers/protocol/values.ts";
import { at, text } from "./objects.ts";

/** A place in an object. */
export type Path = readonly (string | number)[];

const podFields =
    "affinity automountServiceAccountToken containers dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork hostPID hostname imagePullSecrets initContainers nodeName nodeSelector overhead preemptionPolicy priority priorityClassName readinessGates restartPolicy runtimeClassName schedulerName securityContext serviceAccount serviceAccountName shareProcessNamespace subdomain terminationGracePeriodSeconds volumes";

const replacedBy: Readonly<Record<string, readonly string[]>> = {
    "apps/v1/DaemonSet": ["spec.selector"],
    "apps/v1/Deployment": ["spec.selector"],
    "apps/v1/StatefulSet": [
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ],
    "batch/v1/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
    "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ["roleRef"],
    "rbac.authorization.k8s.io/v1/RoleBinding": ["roleRef"],
    "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
    "v1/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
    "v1/Pod": podFields.split(" ").map((field) => `spec.${field}`),
    "v1/ResourceQuota": ["spec.scopes"],
    "v1/Secret": ["type"],
    "v1/Service": ["spec.clusterIP"],
};

/** Which kinds the provider's settings let change in place. */
export interface Mutable {
    readonly configMaps: boolean;
    readonly secrets: boolean;
}

/** The places whose change replaces an object such as `object`. */
export function replacingPaths(object: Values, mutable: Mutable): readonly Path[] {
    const kind = `${text(object, "apiVersion")}/${text(object, "kind")}`;
    const immutable = at(object, "immutable") === true;
    const paths = ["metadata.name", "metadata.namespace", ...(replacedBy[kind] ?? [])];
    if (kind === "v1/Secret" && (immutable || !mutable.secrets)) paths.push("stringData", "data");
    if (kind === "v1/ConfigMap" && (immutable || !mutable.configMaps)) paths.push("binaryData", "data");
    return paths.map((path) => path.split("."));
}

/** Whether a change at `path` to `value` touches one of `paths`: it is at, below, or a parent that contains it. */
export function touches(path: Path, value: Value, paths: readonly Path[]): boolean {
    return paths.some((target) => {
        const shared = Math.min(path.length, target.length);
        if (!target.slice(0, shared).every((part, index) => part === path[index])) return false;
        return target.length <= path.length || at(isObject(value) ? value : {}, ...target.slice(shared)) !== undefined;
    });
}
