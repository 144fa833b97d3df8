/** The whole plan of a stack: every decision, taken by pure functions before anything is touched. */
import { ConfigError } from "../config/errors.ts";
import { platformSchema } from "../config/platformSchema.ts";
import type { DeploymentConfig, StackConfig } from "../config/schema.ts";
import { type DeploymentPlan, ownSlot, planDeployment } from "./deployment.ts";
import { guardProblems } from "./guards.ts";
import type { LiveState } from "./liveState.ts";
import { defaultNamespace } from "./names.ts";
import { databaseOf, monitoringOf, planPlatform, type PlatformPlan, teamTermsOf } from "./platform.ts";
import type { PlatformContract } from "./platformContract.ts";
import { planProblems } from "./problems.ts";
import type { Plan } from "./stackPlan.ts";
import { withTeamLimits } from "./team/limits.ts";
import { allTeamRecords, planTeams } from "./team/planTeams.ts";

/** What a plan follows from besides the stack's config. */
export interface Surroundings {
    /** Full name of this stack. */
    readonly stack: string;
    /** The platform of `temporal:platformStack`; undefined without one. */
    readonly contract?: PlatformContract | undefined;
    readonly live: LiveState;
    /** Names of the receivers whose secrets the stack has; undefined: not known, and not checked. */
    readonly alertSecrets?: readonly string[] | undefined;
}

/** Kubernetes namespace in which the platform's claims and records are. */
export function platformNamespace(config: StackConfig, contract?: PlatformContract): string {
    return contract?.namespace ?? platformConfig(config).namespace;
}

/** Deployments whose open workflows decide whether the plan may be carried out, with their Kubernetes namespaces. */
export function leavingDeployments({ deployments }: StackConfig): readonly { name: string; namespace: string }[] {
    return deployments
        .filter(({ remove }) => remove && !remove.abandonOpenWorkflows)
        .map(({ name, namespace }) => ({ name, namespace: namespace ?? defaultNamespace(name) }));
}

/**
 * Plans a stack.
 * @throws ConfigError for what is wrong between values that are right by themselves (ports, names, connections, versions), and
 * for what can't be done to the deployments that run
 */
export function planStack(config: StackConfig, { stack, contract, live, alertSecrets }: Surroundings): Plan {
    const records = allTeamRecords(config, stack, live);
    const platform: PlatformPlan =
        contract && config.platformStack
            ? { kind: "shared", stack: config.platformStack, namespace: contract.namespace, contract }
            : planPlatform(platformConfig(config), {
                  protect: config.protect,
                  deployments: config.deployments.filter(({ remove }) => !remove).map(({ name }) => name),
                  teams: records,
              });
    const terms = teamTermsOf(platform);
    const deployments = config.deployments.map((deployment) =>
        planDeployment(deployment, {
            platformNamespace: platform.namespace,
            database: databaseOf(platform),
            monitoring: monitoringOf(platform),
            protect: config.protect,
            running: live.running[deployment.name]?.serverVersion,
            dynamicConfig: terms
                ? withTeamLimits(
                      deployment.dynamicConfig,
                      records.filter((record) => record.deployment === deployment.name),
                      terms,
                  )
                : deployment.dynamicConfig,
            ...slotOf(deployment, platform),
        }),
    );
    const teams = planTeams(config, {
        stack,
        platformNamespace: platform.namespace,
        ownsPlatform: platform.kind === "owned",
        ownDeployments: deployments.filter(({ removal }) => !removal),
        monitoring: monitoringOf(platform),
        terms,
        live,
    });
    const plan = { stack, platform, deployments, teams };
    const problems = planProblems(config, plan, alertSecrets);
    // What a plan would do to running deployments says little as long as the plan itself is wrong.
    const all = problems.length > 0 ? problems : guardProblems(config, plan, live);
    if (all.length > 0) throw new ConfigError(all);
    return { ...plan, deployments: deployments.filter((deployment) => exists(deployment, plan.stack, live)) };
}

function platformConfig(config: StackConfig) {
    return config.platform ?? platformSchema.parse({});
}

function slotOf(config: DeploymentConfig, platform: PlatformPlan) {
    if (platform.kind === "owned") return ownSlot(config);
    const grant = platform.contract.slots.find(({ deployment }) => deployment === config.name);
    return grant ?? ownSlot(config);
}

/** Whether there is or shall be anything of a deployment: one that is to be removed may be gone altogether. */
function exists({ name, removal }: DeploymentPlan, stack: string, live: LiveState): boolean {
    return removal === undefined || live.claims.some((claim) => claim.deployment === name && claim.stack === stack);
}
