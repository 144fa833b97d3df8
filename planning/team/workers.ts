/** The Kubernetes namespace of a team's workers: what is in it, and what people may do there. */
import type { TeamConfig } from "../../config/schema.ts";
import { clientOfLabel } from "../labels.ts";
import type { LimitRangeSpec, RbacRule } from "./teamPlan.ts";

/** Name of the ServiceAccount for workers. Nothing is allowed to it: workers need nothing of Kubernetes. */
export const workerServiceAccount = "temporal-worker";

/** Name of the ConfigMap with the way to the team's first Temporal namespace. */
export const connectionName = "temporal-connection";

const read = ["get", "list", "watch"] as const;
const all = [...read, "create", "update", "patch", "delete", "deletecollection"] as const;

/**
 * What a team's group may do in its workers' namespace: run, look at and debug workloads. Pods and Secrets are as good as any
 * right that a ServiceAccount there has, so there is none with rights. Not theirs are roles, quota, limit range, network
 * policies and the namespace itself: with those they could get out of what the platform gives them.
 */
export const groupRules: readonly RbacRule[] = [
    { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "replicasets"], verbs: all },
    { apiGroups: ["apps"], resources: ["deployments/scale", "statefulsets/scale"], verbs: ["get", "update", "patch"] },
    { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: all },
    { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: all },
    { apiGroups: ["keda.sh"], resources: ["scaledobjects", "scaledjobs"], verbs: all },
    { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: all },
    // Workers' code, settings and credentials of what they call.
    { apiGroups: [""], resources: ["configmaps", "secrets"], verbs: all },
    // A worker that hangs is deleted; its Deployment makes another.
    { apiGroups: [""], resources: ["pods"], verbs: [...read, "delete"] },
    { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
    // Thread dumps and profiles; `get` is what websockets ask with.
    { apiGroups: [""], resources: ["pods/exec", "pods/portforward"], verbs: ["get", "create"] },
    {
        apiGroups: [""],
        resources: ["events", "serviceaccounts", "resourcequotas", "limitranges"],
        verbs: read,
    },
    { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: read },
    { apiGroups: ["metrics.k8s.io"], resources: ["pods"], verbs: ["get", "list"] },
    { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: read },
];

/** Labels of the namespace: the deployment's frontend lets in whatever runs in a namespace with its name on it. */
export function workersLabels(team: string, deployment: string): Record<string, string> {
    return { [clientOfLabel]: deployment, "temporal/team": team };
}

/** `hard` of the quota. Every container has limits, if only those of the limit range, so limits are what to count. */
export function quotaOf({ quota }: TeamConfig["workers"]): Record<string, string> {
    return { "limits.cpu": quota.cpu, "limits.memory": quota.memory, pods: String(quota.pods) };
}

/** The limit range. */
export function limitRangeOf({ limitRange }: TeamConfig["workers"]): LimitRangeSpec {
    const { max, defaultRequest } = limitRange;
    return { limits: [{ type: "Container", default: limitRange.default, defaultRequest, max }] };
}
