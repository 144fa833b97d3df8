/** What planning makes of a team: plain data, from which components/team makes resources. */
import type { AlertmanagerConfigSpec } from "../monitoring/alertmanagerConfigSpec.ts";
import type { NetworkPolicyPlan } from "../networkPolicySpec.ts";
import type { SearchAttributeType } from "./searchAttributes.ts";
import type { TeamRecordPlan } from "./teamRecord.ts";

/** A Temporal namespace of a team. */
export interface TeamNamespacePlan {
    /** By convention `<team>-<environment>` or `<team>-<suffix>-<environment>`. */
    readonly name: string;
    readonly description: string | undefined;
    readonly ownerEmail: string | undefined;
    /** How long closed workflows are kept, as the provider takes it, for example `72h`. */
    readonly retention: string;
    /** Free keys and values; `team` and `environment` are among them. */
    readonly data: Readonly<Record<string, string>>;
    /** Types by names. */
    readonly searchAttributes: Readonly<Record<string, SearchAttributeType>>;
    /** What the frontend lets through; the stack of the deployment puts it into the dynamic config. */
    readonly limits: NamespaceLimits;
    /** Whether it is one that somebody has made already (resource option `import`). */
    readonly adopt: boolean;
    /** Whether Pulumi refuses to delete it (resource option `protect`). */
    readonly protect: boolean;
    /** Whether it is deleted even with open workflows. */
    readonly forceDelete: boolean;
}

/** Limits of one Temporal namespace, each per frontend pod; what is left out is the server's own default. */
export interface NamespaceLimits {
    /** Calls a second (`frontend.namespaceRPS`). */
    readonly rps?: number;
    /** Calls of the visibility API a second (`frontend.namespaceRPS.visibility`). */
    readonly visibilityRps?: number;
    /** Long polls at the same time (`frontend.namespaceCount`). */
    readonly longPolls?: number;
}

/** The deployment that a team is a tenant of. */
export interface TeamDeployment {
    readonly name: string;
    /** Its Kubernetes namespace. */
    readonly namespace: string;
    /** Where pods reach its frontend's gRPC port. */
    readonly frontend: { readonly host: string; readonly port: number };
}

/** A rule of a Role of Kubernetes. */
export interface RbacRule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
}

/** Spec of a LimitRange of Kubernetes. */
export interface LimitRangeSpec {
    readonly limits: readonly {
        readonly type: "Container";
        readonly default: Readonly<Record<string, string>>;
        readonly defaultRequest: Readonly<Record<string, string>>;
        readonly max: Readonly<Record<string, string>>;
    }[];
}

/** A ConfigMap with what a worker's environment needs to find one Temporal namespace. */
export interface ConnectionPlan {
    /** Name of the ConfigMap. */
    readonly configMap: string;
    /** Environment variables by the names that the SDKs' envconfig reads. */
    readonly data: Readonly<Record<string, string>>;
}

/** A ScaledObject of KEDA (keda.sh/v1alpha1). */
export interface ScaledObjectPlan {
    readonly name: string;
    readonly spec: object;
}

/** The Kubernetes namespace in which a team's workers run. */
export interface WorkersPlan {
    readonly namespace: string;
    /** Labels of that namespace besides those of pod security; the deployment's frontend lets in by one of them. */
    readonly labels: Readonly<Record<string, string>>;
    /** Name of the ServiceAccount for workers; it may do nothing. */
    readonly serviceAccount: string;
    /** `hard` of the ResourceQuota. */
    readonly quota: Readonly<Record<string, string>>;
    readonly limitRange: LimitRangeSpec;
    readonly networkPolicies: readonly NetworkPolicyPlan[];
    /** One for each Temporal namespace, the default first. */
    readonly connections: readonly [ConnectionPlan, ...ConnectionPlan[]];
    readonly scaledObjects: readonly ScaledObjectPlan[];
}

/** What a group of people may do in the workers' namespace. */
export interface TeamAccessPlan {
    /** Name of the group, as the cluster's authentication gives it. */
    readonly group: string;
    /** Rules of its Role. */
    readonly rules: readonly RbacRule[];
}

/** Alerts of a team's own Kubernetes namespace, for a Prometheus Operator. */
export interface TeamAlertingPlan {
    /** Spec of the AlertmanagerConfig there. */
    readonly spec: AlertmanagerConfigSpec;
    /** Labels by which the operator finds it. */
    readonly labels: Readonly<Record<string, string>>;
    /** Names of receivers whose secrets (`temporal:alertSecrets` of this stack) stand in the Secret `alertSecretName` there. */
    readonly secrets: readonly string[];
}

/** A team: a tenant of one deployment. */
export interface TeamPlan {
    /** Name of the team. The same team may have several deployments. */
    readonly name: string;
    /** `<team>-<deployment>`: names its Pulumi resources and its output. */
    readonly id: string;
    readonly environment: string;
    readonly deployment: TeamDeployment;
    /** undefined: no group gets any rights. */
    readonly access: TeamAccessPlan | undefined;
    /**
     * ConfigMap of fixed name in the platform's namespace; made first of all: it holds the team's name on its deployment, and the
     * stack of the deployment reads limits and routes from it.
     */
    readonly record: TeamRecordPlan;
    /** ConfigMaps that hold the Temporal namespaces and the Kubernetes namespace; made one by one after the record, before all else. */
    readonly claims: readonly TeamRecordPlan[];
    /** At least one; the first is the default of its workers. */
    readonly namespaces: readonly [TeamNamespacePlan, ...TeamNamespacePlan[]];
    readonly workers: WorkersPlan;
    /** Only with a Prometheus Operator; the bundled Alertmanager gets the team's routes from the stack that owns it. */
    readonly alerting: TeamAlertingPlan | undefined;
    /** What waits for the next `pulumi up` of the deployment's or the platform's stack, in sentences. */
    readonly pending: readonly string[];
}
