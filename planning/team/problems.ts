/** What is wrong in the config of teams before anything is known of what runs, each told with its key. */
import { type ConfigProblem, show } from "../../config/errors.ts";
import type { StackConfig, TeamConfig, TeamNamespaceConfig } from "../../config/schema.ts";
import type { MonitoringContract } from "../monitoring/monitoring.ts";
import { limitNames, retentionProblem, type TeamTerms } from "./bounds.ts";
import {
    reservedTeamNames,
    teamNames,
    temporalNamespaceName,
    temporalNamespaceProblem,
    workersNamespaceProblem,
} from "./names.ts";
import { environmentOf } from "./planTeam.ts";
import { attributeNameProblem, searchAttributeColumns, searchAttributeTypes } from "./searchAttributes.ts";
import { taken } from "./taken.ts";
import { workersProblems } from "./workersProblems.ts";

/** What the mistakes follow from besides the config. */
export interface TeamRules {
    /** Full name of the stack whose platform this stack uses; undefined where it has its own. */
    readonly platformStack: string | undefined;
    /** What the platform lets teams have; undefined where it was deployed by a version of this program that knew no teams. */
    readonly terms: TeamTerms | undefined;
    readonly monitoring: MonitoringContract;
    /** Kubernetes namespaces of the platform and of this stack's deployments, with what they are. */
    readonly kubernetesNamespaces: Readonly<Record<string, string>>;
    /** Names of the receivers whose secrets this stack has; undefined: not known. */
    readonly alertSecrets: readonly string[] | undefined;
}

/** Every such mistake. */
export function teamProblems({ teams }: StackConfig, rules: TeamRules): readonly ConfigProblem[] {
    const { terms } = rules;
    if (teams.length === 0) return [];
    if (!terms) {
        const message = `stack ${rules.platformStack} was deployed by a version of this program that knew no teams; run \`pulumi up\` there first`;
        return [{ key: "temporal:platformStack", message }];
    }
    return [
        ...teams.flatMap((team, index) => {
            const key = `temporal:teams[${index}]`;
            return [
                ...nameProblems(key, team, rules, terms),
                ...team.namespaces.flatMap((namespace, position) =>
                    namespaceProblems(`${key}.namespaces[${position}]`, namespace, team, terms),
                ),
                ...workersProblems(`${key}.workers`, team),
                ...alertProblems(`${key}.alerts`, team, rules, terms),
            ];
        }),
        ...duplicateProblems(teams),
    ];
}

/** Groups that all who log in belong to, or that may do everything anyway. */
const groupsOfAll = ["system:authenticated", "system:unauthenticated", "system:serviceaccounts", "system:masters"];

function nameProblems(key: string, team: TeamConfig, rules: TeamRules, { allowed }: TeamTerms): ConfigProblem[] {
    const { name, group, workers } = team;
    const problems: ConfigProblem[] = [];
    if (reservedTeamNames.includes(name)) {
        problems.push({
            key: `${key}.name`,
            message: `"${name}" is reserved; must be none of ${reservedTeamNames.join(", ")}`,
        });
    } else if (rules.platformStack !== undefined && allowed !== undefined && !allowed.includes(name)) {
        const given = allowed.join(", ") || "nobody";
        const message = `"${name}" is not let onto the platform of stack ${rules.platformStack}; add it there to temporal:platform.teams.allowed (now: ${given})`;
        problems.push({ key: `${key}.name`, message });
    }
    if (group !== undefined && groupsOfAll.includes(group)) {
        problems.push({
            key: `${key}.group`,
            message: `"${group}" is not allowed; must be a group of the team's own people`,
        });
    }
    const { workersNamespace } = teamNames(name, team.deployment, environmentOf(team));
    const namespace = workers.namespace ?? workersNamespace;
    const holder = rules.kubernetesNamespaces[namespace];
    const problem = holder === undefined ? workersNamespaceProblem(namespace) : `is ${holder}; must be another`;
    if (problem !== undefined) {
        problems.push({ key: `${key}.workers.namespace`, message: `"${namespace}" ${problem}` });
    }
    return problems;
}

/** Keys of a namespace's data that the program sets, and the provider's own. */
const ownData = ["team", "environment", "pulumi-owner"];

function namespaceProblems(
    key: string,
    namespace: TeamNamespaceConfig,
    team: TeamConfig,
    terms: TeamTerms,
): ConfigProblem[] {
    const { suffix, retention, limits, data, searchAttributes } = namespace;
    const name = namespace.name ?? temporalNamespaceName(team.name, environmentOf(team), suffix);
    const problems: ConfigProblem[] = [];
    const add = (field: string, message: string | undefined) => {
        if (message !== undefined) problems.push({ key: `${key}.${field}`, message });
    };
    const wrong = temporalNamespaceProblem(name);
    add("name", wrong && `"${name}" ${wrong}`);
    const outside = retentionProblem(retention, terms.retention);
    add(
        "retention",
        outside &&
            `"${retention}" is outside of what the platform allows (temporal:platform.teams.retention); ${outside}`,
    );
    for (const limit of limitNames) {
        const value = limits[limit];
        const most = terms.limits[limit];
        if (value === undefined || value <= most) continue;
        add(
            `limits.${limit}`,
            `${value} is more than the platform allows (temporal:platform.teams.limits); must be at most ${most}`,
        );
    }
    for (const word of Object.keys(data).filter((word) => ownData.includes(word))) {
        add(`data.${word}`, `is set by the program; must be left out`);
    }
    for (const attribute of Object.keys(searchAttributes)) {
        const allowed = attributeNameProblem(attribute);
        add(`searchAttributes.${attribute}`, allowed && `"${attribute}" is not allowed; must be ${allowed}`);
    }
    for (const type of searchAttributeTypes) {
        const names = Object.keys(searchAttributes).filter((attribute) => searchAttributes[attribute] === type);
        const columns = searchAttributeColumns[type];
        if (names.length <= columns) continue;
        add(
            "searchAttributes",
            `${names.length} of type ${type} (${names.join(", ")}) are more than the store has columns for; must be at most ${columns}`,
        );
    }
    return problems;
}

function alertProblems(key: string, { alerts }: TeamConfig, rules: TeamRules, terms: TeamTerms): ConfigProblem[] {
    if (!alerts) return [];
    const { monitoring, alertSecrets, platformStack } = rules;
    if (monitoring.mode === "none") {
        return [{ key, message: "is not allowed: the platform has no monitoring; must be left out" }];
    }
    const receiver = terms.receivers.find(({ name }) => name === alerts.receiver);
    if (!receiver) {
        const names = terms.receivers.map(({ name }) => name);
        const known =
            names.length > 0
                ? `one of ${names.join(", ")}`
                : "a receiver that the platform lets teams use, and there is none (temporal:platform.monitoring.alerts.receivers)";
        return [{ key: `${key}.receiver`, message: `${show(alerts.receiver)} is not allowed; must be ${known}` }];
    }
    // In the operator's way the receiver's secret must stand in the team's own Kubernetes namespace.
    const needsSecret = monitoring.mode === "operator" && platformStack !== undefined;
    const hasSecret = receiver.email === undefined || receiver.email.username !== undefined;
    if (!needsSecret || !hasSecret || !alertSecrets || alertSecrets.includes(receiver.name)) return [];
    const secret = `temporal:alertSecrets.${receiver.name}`;
    return [{ key: secret, message: `is missing; set it with: pulumi config set --secret --path ${secret}` }];
}

function idOf(team: TeamConfig): string {
    return teamNames(team.name, team.deployment, environmentOf(team)).id;
}

/** Names that stand twice among this stack's teams. */
function duplicateProblems(teams: readonly TeamConfig[]): ConfigProblem[] {
    const entries = teams.flatMap((team, index) => {
        const key = `temporal:teams[${index}]`;
        const environment = environmentOf(team);
        const names = teamNames(team.name, team.deployment, environment);
        const own = { key: `${key}.name`, what: "team", scope: "", value: names.id };
        // All that follows from an equal name would be told once more.
        const isSecond = teams.findIndex((other) => idOf(other) === names.id) !== index;
        if (isSecond) return [own];
        return [
            own,
            {
                key: `${key}.workers.namespace`,
                what: "Kubernetes namespace",
                scope: "",
                value: team.workers.namespace ?? names.workersNamespace,
            },
            ...team.namespaces.map(({ name, suffix }, position) => ({
                key: `${key}.namespaces[${position}].name`,
                what: "Temporal namespace",
                scope: team.deployment,
                value: name ?? temporalNamespaceName(team.name, environment, suffix),
            })),
        ];
    });
    return taken(entries);
}
