/** The small objects in the platform's namespace that say who has what and what runs; guards read them at the next preview. */
import type { DeploymentPlan } from "./deployment.ts";
import type { Claim, ClaimKind } from "./liveState.ts";

/** Label of all of them; its value is "claim", "history-shards" or "running", or of a team "team" or "team-claim". */
export const recordLabel = "temporal/record";

/** Data of a ConfigMap. */
export type RecordData = Readonly<Record<string, string>>;

/** A ConfigMap of fixed name: Kubernetes' "already exists" stops whoever comes second. */
export interface RecordPlan {
    readonly name: string;
    readonly kind: "claim" | "history-shards" | "running";
    readonly data: RecordData;
}

function claim(kind: ClaimKind, value: string, deployment: string, stack: string): RecordPlan {
    const data: { [K in keyof Claim]: string } = { kind, value, deployment, stack };
    return { name: `temporal-${kind}-${value}`, kind: "claim", data };
}

/** The claims of a deployment on its name, slot and namespace; of one that is to be removed on its name alone, as long as its databases are there. */
export function planClaims({ name, slot, namespace, removal }: DeploymentPlan, stack: string): readonly RecordPlan[] {
    const own = claim("deployment", name, name, stack);
    if (removal) return [own];
    return [own, claim("slot", String(slot), name, stack), claim("namespace", namespace, name, stack)];
}

/** What the databases are used with from the first start on. */
export function planHistoryShardsRecord({ name, historyShards }: DeploymentPlan): RecordPlan {
    const data = { deployment: name, historyShards: String(historyShards) };
    return { name: `temporal-history-shards-${name}`, kind: "history-shards", data };
}

/** What runs, once it does. */
export function planRunningRecord({ name, serverVersion, ports }: DeploymentPlan): RecordPlan {
    const data = { deployment: name, serverVersion, ports: JSON.stringify(ports) };
    return { name: `temporal-running-${name}`, kind: "running", data };
}
