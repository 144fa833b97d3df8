/** The teams of a stack, and those of other stacks that its deployments and its platform serve. */
import type { StackConfig, TeamConfig } from "../../config/schema.ts";
import type { LiveState } from "../liveState.ts";
import type { MonitoringContract } from "../monitoring/monitoring.ts";
import { boundedLimits, type TeamTerms } from "./bounds.ts";
import { limitsNotInForce } from "./limits.ts";
import { planTeam, teamRecordOf, type TenantDeployment } from "./planTeam.ts";
import { hasRoutes } from "./routes.ts";
import type { TeamPlan } from "./teamPlan.ts";
import type { TeamRecord } from "./teamRecord.ts";

/** What the teams' plans follow from besides the config. */
export interface TeamsContext {
    readonly stack: string;
    readonly platformNamespace: string;
    /** Whether the platform is of this stack. */
    readonly ownsPlatform: boolean;
    /** Deployments of this stack that stay. */
    readonly ownDeployments: readonly TenantDeployment[];
    readonly monitoring: MonitoringContract;
    readonly terms: TeamTerms | undefined;
    readonly live: LiveState;
}

/** Records of all teams on the platform as they shall be: of other stacks as they are, of this one as its config has them. */
export function allTeamRecords({ teams }: StackConfig, stack: string, live: LiveState): readonly TeamRecord[] {
    return [
        ...live.teams.filter((record) => record.stack !== stack),
        ...teams.map((team) => teamRecordOf(team, stack)),
    ];
}

/** Deployments that a team of this stack can have: its own, and all that run on the platform. */
export function tenantDeployments(own: readonly TenantDeployment[], live: LiveState): readonly TenantDeployment[] {
    const names = new Set(own.map(({ name }) => name));
    const others = Object.entries(live.running)
        .filter(([name]) => !names.has(name))
        .flatMap(([name, { ports }]): TenantDeployment[] => {
            const namespace = kubernetesNamespace(name, live);
            return namespace === undefined ? [] : [{ name, namespace, ports }];
        });
    return [...own, ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Kubernetes namespace of a deployment that runs, as its claim says. */
export function kubernetesNamespace(deployment: string, { claims }: Pick<LiveState, "claims">): string | undefined {
    return claims.find((claim) => claim.kind === "namespace" && claim.deployment === deployment)?.value;
}

/** Plans every team whose deployment there is; the guards tell of the others. */
export function planTeams({ teams }: StackConfig, context: TeamsContext): readonly TeamPlan[] {
    const there = tenantDeployments(context.ownDeployments, context.live);
    return teams.flatMap((config) => {
        const deployment = there.find(({ name }) => name === config.deployment);
        if (!deployment) return [];
        return [planTeam(config, { ...context, deployment, pending: pendingChanges(config, context) })];
    });
}

/** What waits for `pulumi up` of the stacks that have the deployment and the monitoring; nothing of what this stack does itself. */
function pendingChanges(config: TeamConfig, context: TeamsContext): string[] {
    const { stack, live, terms, monitoring, ownDeployments, ownsPlatform } = context;
    const record = teamRecordOf(config, stack);
    const { deployment, alerts } = record;
    const pending: string[] = [];
    if (!ownDeployments.some(({ name }) => name === deployment)) {
        const holder = live.claims.find((claim) => claim.kind === "deployment" && claim.value === deployment)?.stack;
        for (const { name, limits } of record.namespaces) {
            const wanted = terms ? boundedLimits(limits, terms.limits) : limits;
            const missing = limitsNotInForce(wanted, name, live.dynamicConfigs[deployment]);
            if (missing.length === 0) continue;
            pending.push(
                `limits of ${name} (${missing.join(", ")}) come into force with the next \`pulumi up\` of ${holder ? `stack ${holder}` : `the stack of deployment ${deployment}`}`,
            );
        }
    }
    if (alerts && monitoring.mode === "bundled" && !ownsPlatform && !hasRoutes(record, live.alertmanagerConfig)) {
        pending.push(
            `alerts of ${config.name} go to ${alerts.receiver} after the next \`pulumi up\` of the platform's stack`,
        );
    }
    return pending;
}
