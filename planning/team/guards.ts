/** What a stack must not do to teams, given what runs, each told with its key and a way out. */
import type { ConfigProblem } from "../../config/errors.ts";
import type { StackConfig } from "../../config/schema.ts";
import type { DeploymentPlan } from "../deployment.ts";
import type { LiveState } from "../liveState.ts";
import type { OwnedPlatformPlan, PlatformPlan } from "../platform.ts";
import { leavingNamespaces } from "./leaving.ts";
import { teamRecordOf } from "./planTeam.ts";
import { tenantDeployments } from "./planTeams.ts";
import type { TeamRecord } from "./teamRecord.ts";

/** What the guards compare. */
export interface TeamGuards {
    readonly stack: string;
    readonly platform: PlatformPlan;
    readonly deployments: readonly DeploymentPlan[];
    readonly live: LiveState;
}

/** Every such mistake. */
export function teamGuardProblems(config: StackConfig, guards: TeamGuards): readonly ConfigProblem[] {
    const { stack, platform, live } = guards;
    return [
        ...config.teams.flatMap((team, index) => {
            const key = `temporal:teams[${index}]`;
            const record = teamRecordOf(team, stack);
            return [
                ...deploymentProblems(`${key}.deployment`, team.deployment, guards),
                ...holderProblems(key, record, live),
                ...typeProblems(key, record, live.teams),
            ];
        }),
        ...leavingProblems(config, guards),
        ...abandonedProblems(guards),
        ...occupiedProblems(guards),
        ...(platform.kind === "owned" ? unwelcomeProblems(platform, stack, live.teams) : []),
    ];
}

function deploymentProblems(key: string, name: string, { deployments, live }: TeamGuards): ConfigProblem[] {
    const own = deployments.find((deployment) => deployment.name === name);
    if (own?.removal) {
        return [{ key, message: `"${name}" is on its way out (remove); must be another, or the team taken out` }];
    }
    const there = tenantDeployments(
        deployments.filter(({ removal }) => !removal),
        live,
    ).map((deployment) => deployment.name);
    if (there.includes(name)) return [];
    const known =
        there.length > 0 ? `must be one of ${there.join(", ")}` : "none runs yet; run `pulumi up` of its stack first";
    return [{ key, message: `"${name}" is no deployment that runs on the platform; ${known}` }];
}

/** What another team or a deployment has already. */
function holderProblems(key: string, record: TeamRecord, live: LiveState): ConfigProblem[] {
    // Within a stack a team may hand its names to another; what stands twice there is told already.
    const others = live.teams.filter(({ stack }) => stack !== record.stack);
    const sameDeployment = others.filter(({ deployment }) => deployment === record.deployment);
    const holder = ({ team, stack }: TeamRecord) => `is held by team "${team}" of stack ${stack}`;
    const problems: ConfigProblem[] = [];
    const namesake = sameDeployment.find(({ team }) => team === record.team);
    if (namesake) {
        const message = `"${record.team}" on deployment "${record.deployment}" ${holder(namesake)}; must be another`;
        problems.push({ key: `${key}.name`, message });
    }
    record.namespaces.forEach(({ name }, position) => {
        const owner = sameDeployment.find(({ namespaces }) => namespaces.some((namespace) => namespace.name === name));
        if (!owner) return;
        const message = `"${name}" ${holder(owner)}; must be another`;
        problems.push({ key: `${key}.namespaces[${position}].name`, message });
    });
    const neighbour = others.find(({ workersNamespace }) => workersNamespace === record.workersNamespace);
    const claim = live.claims.find(({ kind, value }) => kind === "namespace" && value === record.workersNamespace);
    const owner = neighbour
        ? holder(neighbour)
        : claim && `is held by deployment "${claim.deployment}" of stack ${claim.stack}`;
    if (owner !== undefined) {
        const message = `"${record.workersNamespace}" ${owner}; must be another`;
        problems.push({ key: `${key}.workers.namespace`, message });
    }
    return problems;
}

/** Search attributes whose type would change. */
function typeProblems(key: string, record: TeamRecord, live: readonly TeamRecord[]): ConfigProblem[] {
    const before = live
        .filter(({ deployment, stack }) => deployment === record.deployment && stack === record.stack)
        .flatMap(({ namespaces }) => namespaces);
    return record.namespaces.flatMap(({ name, searchAttributes }, position) => {
        const known = before.find((namespace) => namespace.name === name)?.searchAttributes ?? {};
        return Object.entries(searchAttributes)
            .filter(([attribute, type]) => known[attribute] !== undefined && known[attribute] !== type)
            .map(([attribute, type]) => ({
                key: `${key}.namespaces[${position}].searchAttributes.${attribute}`,
                message:
                    `${type} is not allowed; "${attribute}" of ${name} is ${known[attribute]}, and workflows have set values of that type; must be ` +
                    `${known[attribute]}, or an attribute of another name`,
            }));
    });
}

/** Temporal namespaces that the config drops although workflows are open. */
function leavingProblems(config: StackConfig, { stack, live }: TeamGuards): ConfigProblem[] {
    return leavingNamespaces(config, stack, live.teams).flatMap(({ team, deployment, name }): ConfigProblem[] => {
        const open = live.openWorkflows[deployment];
        if (!open) return [];
        const key = "temporal:teams";
        const way = "put it back with deletion: force and run `pulumi up` before";
        if ("unreachable" in open) {
            const message = `namespace "${name}" of team "${team}" is gone, and deployment "${deployment}" can't be asked whether workflows are open: ${open.unreachable}; must be reachable`;
            return [{ key, message }];
        }
        const count = open.counts[name] ?? 0;
        if (count === 0) return [];
        const workflows = count === 1 ? "1 workflow is" : `${count} workflows are`;
        const message = `namespace "${name}" of team "${team}" is gone, but ${workflows} open in it on deployment "${deployment}"; wait until they have ended, or ${way}`;
        return [{ key, message }];
    });
}

/** Deployments that would go with teams still on them. */
function abandonedProblems({ deployments, stack, live }: TeamGuards): ConfigProblem[] {
    return deployments.flatMap(({ name, removal }, index) => {
        const tenants = live.teams.filter((record) => record.deployment === name && record.stack !== stack);
        if (!removal || tenants.length === 0) return [];
        const list = tenants.map((tenant) => `"${tenant.team}" of stack ${tenant.stack}`).join(", ");
        const message =
            `is refused: teams have namespaces on it (${list}); must be left by them first: \`pulumi destroy\` there, or another deployment. ` +
            "If such a stack is lost, delete its ConfigMaps temporal-team.* in the platform's namespace";
        return [{ key: `temporal:deployments[${index}].remove`, message }];
    });
}

/** Deployments that want a Kubernetes namespace in which a team's workers are. */
function occupiedProblems({ deployments, live }: TeamGuards): ConfigProblem[] {
    return deployments.flatMap(({ namespace }, index) => {
        const tenant = live.teams.find(({ workersNamespace }) => workersNamespace === namespace);
        if (!tenant) return [];
        const message = `${namespace} is held by team "${tenant.team}" of stack ${tenant.stack}; must be another`;
        return [{ key: `temporal:deployments[${index}].namespace`, message }];
    });
}

/** Teams that are here and that the platform's config no longer lets in, or whose receiver it takes away. */
function unwelcomeProblems(
    { teams: { allowed, receivers } }: OwnedPlatformPlan,
    stack: string,
    live: readonly TeamRecord[],
): ConfigProblem[] {
    const others = live.filter((record) => record.stack !== stack);
    const unlisted = others
        .filter(({ team }) => allowed !== undefined && !allowed.includes(team))
        .map(({ team, deployment, stack: holder }) => ({
            key: "temporal:platform.teams.allowed",
            message: `has no "${team}", which stack ${holder} has on deployment "${deployment}"; must keep it until that is destroyed`,
        }));
    const names = receivers.map(({ name }) => name);
    const untold = others.flatMap(({ team, stack: holder, alerts }) =>
        alerts && !names.includes(alerts.receiver)
            ? [
                  {
                      key: "temporal:platform.monitoring.alerts.receivers",
                      message: `has no "${alerts.receiver}" for teams, to which team "${team}" of stack ${holder} has its alerts sent; must keep it until they go elsewhere`,
                  },
              ]
            : [],
    );
    return [...unlisted, ...untold];
}
