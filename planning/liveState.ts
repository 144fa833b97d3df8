/** What runs on a platform, as its claims and records in the cluster say; what guards compare a plan with. */
import type { DeploymentPorts } from "./ports.ts";
import type { TeamRecord } from "./team/teamRecord.ts";

/** What one deployment of a platform can have alone. */
export const claimKinds = ["slot", "namespace", "deployment"] as const;

/** One of them; "deployment" is the name, and with it role and databases. */
export type ClaimKind = (typeof claimKinds)[number];

/** Whose claim it is. */
export interface Holder {
    /** Name of the deployment. */
    readonly deployment: string;
    /** Full name of its stack. */
    readonly stack: string;
}

/** A slot, a namespace or a name that is taken. */
export interface Claim extends Holder {
    readonly kind: ClaimKind;
    /** The slot's number, the namespace or the name, as text. */
    readonly value: string;
}

/** What of a deployment runs: written once all its services do. */
export interface RunningRecord {
    readonly serverVersion: string;
    readonly ports: DeploymentPorts;
}

/** Open workflows by Temporal namespace, or why nobody could be asked. */
export type OpenWorkflows = { readonly counts: Readonly<Record<string, number>> } | { readonly unreachable: string };

/** What the platform's namespace in the cluster says. */
export interface LiveState {
    /** Whether the platform's Kubernetes namespace is there. */
    readonly platformExists: boolean;
    readonly claims: readonly Claim[];
    /** By deployment: history shards of the databases in use. */
    readonly historyShards: Readonly<Record<string, number>>;
    /** By deployment. */
    readonly running: Readonly<Record<string, RunningRecord>>;
    /** By deployment, of those that are to be removed, or lose a Temporal namespace of a team. */
    readonly openWorkflows: Readonly<Record<string, OpenWorkflows>>;
    /** Teams of all stacks. */
    readonly teams: readonly TeamRecord[];
    /** By deployment, of those that this stack's teams use: text of the dynamic config that its servers read. */
    readonly dynamicConfigs: Readonly<Record<string, string>>;
    /** Text of the bundled Alertmanager's config, where this stack has teams; undefined where there is none. */
    readonly alertmanagerConfig: string | undefined;
}

/** A cluster on which nothing has been deployed yet. */
export const nothingLive: LiveState = {
    platformExists: false,
    claims: [],
    historyShards: {},
    running: {},
    openWorkflows: {},
    teams: [],
    dynamicConfigs: {},
    alertmanagerConfig: undefined,
};
