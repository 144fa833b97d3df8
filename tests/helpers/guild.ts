/** Many teams on one deployment, each with a stack of its own: names and config. */
import { type TemporalStack, temporalStack } from "./temporalStack.ts";

/** The environment stack of the teams' platform, and its deployment. */
export const guild = {
    stack: "guild",
    platformNamespace: "temporal-guild-platform",
    deployment: "guild",
    namespace: "temporal-guild",
    /** gRPC port of the frontend. */
    port: 25_233,
} as const;

/** How many teams there are. */
export const teamCount = 10;

/** Config of the environment stack; `platform` is added to its platform. */
export function guildConfig(platform: object = {}) {
    return {
        platform: { namespace: guild.platformNamespace, ...platform },
        deployments: [{ name: guild.deployment, slot: 18, size: "dev", webUi: false, adminTools: false }],
    };
}

/** Name of a team. */
export const teamName = (index: number) => `crew-${index}`;

/** Its Temporal namespace, and the Kubernetes namespace of its workers. */
export const temporalNamespace = (index: number) => `${teamName(index)}-guild`;
export const workersNamespace = (index: number) => `${temporalNamespace(index)}-workers`;

/** Config of one team's stack; `namespace` is added to its Temporal namespace and `team` to itself. */
export function teamConfig(index: number, namespace: object = {}, team: object = {}) {
    const namespaces = [{ searchAttributes: { Customer: "Keyword" }, description: "of a crew", ...namespace }];
    return {
        platformStack: `organization/temporal/${guild.stack}`,
        teams: [
            {
                name: teamName(index),
                deployment: guild.deployment,
                group: `${teamName(index)}-people`,
                namespaces,
                ...team,
            },
        ],
    };
}

/** A stack for each team, configured; nothing is deployed yet. */
export async function teamStacks(): Promise<readonly TemporalStack[]> {
    const stacks: TemporalStack[] = [];
    for (let index = 0; index < teamCount; index++) {
        const stack = await temporalStack(teamName(index));
        stack.configure(teamConfig(index));
        stacks.push(stack);
    }
    return stacks;
}
