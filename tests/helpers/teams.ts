/** A platform on which the deployments dev and uat run, and what a team's stack makes of it. */
import { ConfigError } from "../../config/errors.ts";
import { parseStackConfig } from "../../config/parse.ts";
import type { LiveState } from "../../planning/liveState.ts";
import { nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import type { PlatformContract } from "../../planning/platformContract.ts";
import { portsOfSlot } from "../../planning/ports.ts";
import type { Plan } from "../../planning/stackPlan.ts";
import { teamRecordOf } from "../../planning/team/planTeam.ts";
import type { TeamPlan } from "../../planning/team/teamPlan.ts";
import type { TeamRecord } from "../../planning/team/teamRecord.ts";

/** Full name of the stack with the platform and both deployments. */
export const environmentStack = "organization/temporal/dev";

/** Full name of the team's stack. */
export const ordersStack = "organization/temporal/team-orders";

/** Full name of another team's stack. */
export const billingStack = "organization/temporal/team-billing";

/** What the stack with the platform puts out. */
export const contract: PlatformContract = {
    contractVersion: 1,
    namespace: "temporal-platform",
    postgresql: {
        kind: "bundled",
        store: { host: "postgresql.temporal-platform.svc.cluster.local", port: 5432, sslmode: "disable" },
        admin: { host: "10.96.1.1", port: 5432, username: "postgres", database: "postgres" },
    },
    monitoring: { mode: "bundled", runbooks: "docs/runbooks" },
    slots: [],
    teams: {
        allowed: undefined,
        retention: { min: "24h", max: "30d" },
        limits: { rps: 1000, visibilityRps: 10, longPolls: 600 },
        receivers: [{ name: "chat", webhook: {} }],
    },
};

const claimsOf = (deployment: string, slot: number) => [
    { kind: "deployment" as const, value: deployment, deployment, stack: environmentStack },
    { kind: "slot" as const, value: String(slot), deployment, stack: environmentStack },
    { kind: "namespace" as const, value: `temporal-${deployment}`, deployment, stack: environmentStack },
];

/** Both deployments run. */
export const live: LiveState = {
    ...nothingLive,
    platformExists: true,
    claims: [...claimsOf("dev", 0), ...claimsOf("uat", 1)],
    historyShards: { dev: 4, uat: 4 },
    running: {
        dev: { serverVersion: "1.31.2", ports: portsOfSlot(0) },
        uat: { serverVersion: "1.31.2", ports: portsOfSlot(1) },
    },
};

/** A good team. */
export const orders = { name: "orders", deployment: "dev" };

/** What differs from the platform above. */
export interface TeamSurroundings {
    readonly stack?: string;
    readonly contract?: PlatformContract;
    readonly live?: LiveState;
    readonly alertSecrets?: readonly string[];
}

/** The plan of a stack with these teams on that platform. */
export function planOfTeams(teams: unknown, surroundings: TeamSurroundings = {}): Plan {
    const config = parseStackConfig({ platformStack: environmentStack, teams });
    return planStack(config, { stack: ordersStack, contract, live, ...surroundings });
}

/** The plan of one team that differs from a good one by `changes`. */
export function planOfTeam(changes: object = {}, surroundings: TeamSurroundings = {}): TeamPlan {
    const [team] = planOfTeams([{ ...orders, ...changes }], surroundings).teams;
    if (!team) throw new Error("no team was planned");
    return team;
}

/** The record that a team leaves. */
export function recordOf(team: object, stack = ordersStack): TeamRecord {
    const [config] = parseStackConfig({ platformStack: environmentStack, teams: [{ ...orders, ...team }] }).teams;
    if (!config) throw new Error("no team was read");
    return teamRecordOf(config, stack);
}

/** Every mistake, as `key: message`; empty if there is none. */
export function problemsOf(plan: () => unknown): readonly string[] {
    try {
        plan();
        return [];
    } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return error.problems.map(({ key, message }) => `${key}: ${message}`);
    }
}
