/** What a plan must not do to the deployments that run on the platform, each told with its key and a way out. */
import type { ConfigProblem } from "../config/errors.ts";
import type { StackConfig } from "../config/schema.ts";
import type { DeploymentPlan } from "./deployment.ts";
import type { Claim, ClaimKind, LiveState, OpenWorkflows } from "./liveState.ts";
import type { Plan } from "./stackPlan.ts";
import { namedPorts } from "./ports.ts";
import { teamGuardProblems } from "./team/guards.ts";
import { upgradeProblem } from "./upgrades.ts";

/** Every such mistake, given what runs. */
export function guardProblems(config: StackConfig, plan: Plan, live: LiveState): readonly ConfigProblem[] {
    if (plan.platform.kind === "shared" && !live.platformExists) {
        const message =
            `namespace ${plan.platform.namespace} of the platform is not in this cluster; must be the context of the cluster that ` +
            `stack ${plan.platform.stack} deploys to`;
        return [{ key: "kubernetes:context", message }];
    }
    return [
        ...plan.deployments.flatMap((deployment, index) => {
            const key = `temporal:deployments[${index}]`;
            if (deployment.removal) return removalProblems(key, config, index, live.openWorkflows[deployment.name]);
            return [
                ...claimProblems(key, deployment, plan, live.claims),
                ...shardProblems(key, deployment, live),
                ...runningProblems(key, deployment, live),
            ];
        }),
        ...forgottenProblems(plan, live.claims),
        ...grantProblems(plan, live.claims),
        ...teamGuardProblems(config, { ...plan, live }),
    ];
}

/** What of the config the claim of each kind is for. */
const claimFields: Readonly<Record<ClaimKind, "slot" | "namespace" | "name">> = {
    slot: "slot",
    namespace: "namespace",
    deployment: "name",
};

function claimProblems(
    key: string,
    deployment: DeploymentPlan,
    { stack }: Plan,
    claims: readonly Claim[],
): ConfigProblem[] {
    const wanted: Readonly<Record<ClaimKind, string>> = {
        slot: String(deployment.slot),
        namespace: deployment.namespace,
        deployment: deployment.name,
    };
    return claims
        .filter(({ kind, value }) => wanted[kind] === value)
        .filter((claim) => claim.stack !== stack || claim.deployment !== deployment.name)
        .map(({ kind, value, ...holder }) => ({
            key: `${key}.${claimFields[kind]}`,
            message:
                holder.stack === stack
                    ? `${value} is held by deployment "${holder.deployment}" of this stack until that is gone; take it away first (remove, \`pulumi up\`), or choose another`
                    : `${value} is held by deployment "${holder.deployment}" of stack ${holder.stack}; must be another`,
        }));
}

function shardProblems(
    key: string,
    { name, historyShards, databases }: DeploymentPlan,
    live: LiveState,
): ConfigProblem[] {
    const used = live.historyShards[name];
    if (used === undefined || used === historyShards) return [];
    const message =
        `${historyShards} is not allowed; database ${databases.default} is in use with ${used}, and Temporal can't change that; must be ` +
        `${used}. For another number run a new deployment beside this one and move over: docs/operations.md, "Change the number of history shards"`;
    return [{ key: `${key}.historyShards`, message }];
}

function runningProblems(key: string, deployment: DeploymentPlan, live: LiveState): ConfigProblem[] {
    const running = live.running[deployment.name];
    if (!running) return [];
    const problems: ConfigProblem[] = [];
    const upgrade = upgradeProblem(running.serverVersion, deployment.serverVersion);
    if (upgrade) {
        problems.push({
            key: `${key}.serverVersion`,
            message: `"${deployment.serverVersion}" is not allowed; ${upgrade}`,
        });
    }
    const before = new Map(namedPorts(running.ports).map(({ name, port }) => [name, port]));
    const moved = namedPorts(deployment.ports).filter(({ name, port }) => before.get(name) !== port);
    if (moved.length > 0) {
        const changes = moved.map(({ name, port }) => `${name} ${before.get(name)} to ${port}`).join(", ");
        problems.push({
            key: `${key}.slot`,
            message:
                `slot or ports of a running deployment would change (${changes}): pods with old and with new ports would not find each other; must stay. ` +
                "To move it, let it stand still: set remove, `pulumi up` (its databases stay), then take remove out again with the new slot, `pulumi up`",
        });
    }
    return problems;
}

function removalProblems(
    key: string,
    config: StackConfig,
    index: number,
    open: OpenWorkflows | undefined,
): ConfigProblem[] {
    if (!open || config.deployments[index]?.remove?.abandonOpenWorkflows) return [];
    const way = `or say abandonOpenWorkflows: true`;
    if ("unreachable" in open) {
        const message = `the deployment can't be asked whether workflows are open: ${open.unreachable}; must be reachable, ${way}`;
        return [{ key: `${key}.remove`, message }];
    }
    const counts = Object.entries(open.counts).filter(([, count]) => count > 0);
    if (counts.length === 0) return [];
    const sum = counts.reduce((total, [, count]) => total + count, 0);
    const list = counts.map(([namespace, count]) => `${namespace} ${count}`).join(", ");
    const message =
        `is refused: ${sum} workflows are open (${list}), and no one would go on with them; wait until they have ended ` +
        `(npm run drain-status), ${way}`;
    return [{ key: `${key}.remove`, message }];
}

/** Deployments of this stack that run but no longer stand in its config. */
function forgottenProblems({ stack, deployments }: Plan, claims: readonly Claim[]): ConfigProblem[] {
    const known = new Set(deployments.map(({ name }) => name));
    const running = claims.filter((claim) => claim.kind === "slot" && claim.stack === stack);
    return running
        .filter(({ deployment }) => !known.has(deployment))
        .map(({ deployment, value }) => ({
            key: "temporal:deployments",
            message:
                `"${deployment}" (slot ${value}) is gone from the list but runs; put it back with "remove: {}" and run \`pulumi up\`, which checks that ` +
                "no workflow is open and leaves its databases (remove.deleteData: true drops them); then take the entry out",
        }));
}

/** Slots in use by other stacks that the platform's table no longer gives them. */
function grantProblems({ stack, platform, deployments }: Plan, claims: readonly Claim[]): ConfigProblem[] {
    if (platform.kind === "shared") return [];
    const own = new Set(deployments.map(({ slot }) => String(slot)));
    return claims
        .filter((claim) => claim.kind === "slot" && claim.stack !== stack && !own.has(claim.value))
        .filter(
            ({ value, deployment }) =>
                !platform.slots.some((grant) => String(grant.slot) === value && grant.deployment === deployment),
        )
        .map(({ value, deployment, stack: holder }) => ({
            key: "temporal:platform.slots",
            message: `has no entry for deployment "${deployment}" of stack ${holder}, which runs on slot ${value}; must keep it until that is removed`,
        }));
}
