/** What is wrong between values of a stack's config that are right by themselves, each told with its key. */
import type { ConfigProblem } from "../config/errors.ts";
import type { DeploymentConfig, StackConfig } from "../config/schema.ts";
import { connectionProblem } from "./connections.ts";
import type { DeploymentPlan } from "./deployment.ts";
import { dynamicConfigProblems } from "./dynamicConfig.ts";
import { monitoringProblems } from "./monitoring/monitoringProblems.ts";
import type { Plan } from "./stackPlan.ts";
import { monitoringOf, type OwnedPlatformPlan, type PlatformPlan, teamTermsOf } from "./platform.ts";
import { resourceProblems } from "./quantities.ts";
import { serviceNames } from "./ports.ts";
import { duplicateProblems, portProblems } from "./slotTable.ts";
import { teamProblems, type TeamRules } from "./team/problems.ts";
import { tenantProblems } from "./tenants.ts";
import { brokenReleases, isSupportedServerVersion, supportedServerMinors } from "./versions.ts";

/**
 * Every such mistake in a config and the plan made of it.
 * @param alertSecrets names of the receivers whose secrets the stack has; undefined: not known
 */
export function planProblems(
    config: StackConfig,
    plan: Plan,
    alertSecrets?: readonly string[],
): readonly ConfigProblem[] {
    const { platform, deployments } = plan;
    return [
        ...stackProblems(config),
        ...config.deployments.flatMap(settingProblems),
        ...bundledProblems(platform),
        ...watchProblems(config, platform),
        ...deployments.flatMap(serviceProblems),
        ...(platform.kind === "shared" ? tenantProblems(config, plan.deployments, platform) : ownProblems(config)),
        ...duplicateProblems(plan),
        ...portProblems(plan),
        ...teamProblems(config, teamRules(plan, alertSecrets)),
        ...(platform.kind === "owned" ? budgetProblems(platform, deployments) : []),
    ];
}

function teamRules({ platform, deployments }: Plan, alertSecrets: readonly string[] | undefined): TeamRules {
    const own = deployments.map(({ name, namespace }) => [namespace, `the namespace of deployment "${name}"`]);
    return {
        platformStack: platform.kind === "shared" ? platform.stack : undefined,
        terms: teamTermsOf(platform),
        monitoring: monitoringOf(platform),
        kubernetesNamespaces: Object.fromEntries([
            ...own,
            [platform.namespace, "the platform's own namespace"],
        ]) as Record<string, string>,
        alertSecrets,
    };
}

/** Which blocks may stand together. */
function stackProblems(config: StackConfig): ConfigProblem[] {
    if (config.platform && config.platformStack) {
        const message =
            "is not allowed beside temporal:platform; must be left out where the stack has a platform of its own";
        return [{ key: "temporal:platformStack", message }];
    }
    if (config.deployments.length === 0 && !config.platform && !config.platformStack) {
        return [{ key: "temporal:deployments", message: "is empty; must have at least one deployment" }];
    }
    return [];
}

function settingProblems(config: DeploymentConfig, index: number): ConfigProblem[] {
    const key = `temporal:deployments[${index}]`;
    const problems: ConfigProblem[] = dynamicConfigProblems(config.dynamicConfig).map((problem) => ({
        key: `${key}.dynamicConfig["${problem.key}"]`,
        message: problem.message,
    }));
    const { serverVersion } = config;
    const broken = serverVersion === undefined ? undefined : brokenReleases[serverVersion];
    if (serverVersion !== undefined && (broken || !isSupportedServerVersion(serverVersion))) {
        const allowed = supportedServerMinors.map((minor) => `${minor}.x`).join(" or ");
        problems.push({
            key: `${key}.serverVersion`,
            message: `"${serverVersion}" is not allowed${broken ? `, since ${broken}` : ""}; must be a release ${allowed}`,
        });
    }
    return problems;
}

function ownProblems(config: StackConfig): ConfigProblem[] {
    return config.deployments.flatMap(({ slot }, index) =>
        slot === undefined
            ? [{ key: `temporal:deployments[${index}].slot`, message: "is missing; must be a whole number" }]
            : [],
    );
}

function bundledProblems(platform: PlatformPlan): ConfigProblem[] {
    if (platform.kind === "shared" || platform.postgresql.kind !== "bundled") return [];
    return resourceProblems(platform.postgresql.resources).map(({ key, message }) => ({
        key: `temporal:platform.postgresql.bundled.resources.${key}`,
        message,
    }));
}

function watchProblems(config: StackConfig, platform: PlatformPlan): readonly ConfigProblem[] {
    if (platform.kind === "shared" || !config.platform) return [];
    const names = [...config.deployments.map(({ name }) => name), ...platform.slots.map((slot) => slot.deployment)];
    const { monitoring, teams } = config.platform;
    const known = monitoring.alerts.receivers.map(({ name }) => name);
    const strangers = (teams.receivers ?? []).flatMap((name, index) =>
        known.includes(name)
            ? []
            : [
                  {
                      key: `temporal:platform.teams.receivers[${index}]`,
                      message: `"${name}" is no receiver of temporal:platform.monitoring.alerts; must be ${known.length > 0 ? `one of ${known.join(", ")}` : "left out"}`,
                  },
              ],
    );
    // Those of this stack's own teams have their alerts, too.
    const forTeams = [
        ...(teams.receivers ?? []),
        ...config.teams.flatMap(({ alerts }) => (alerts ? [alerts.receiver] : [])),
    ];
    return [...monitoringProblems(monitoring, platform.monitoring, names, forTeams), ...strangers];
}

function serviceProblems(deployment: DeploymentPlan, index: number): ConfigProblem[] {
    return serviceNames.flatMap((service) =>
        resourceProblems(deployment.services[service].resources).map(({ key, message }) => ({
            key: `temporal:deployments[${index}].services.${service}.resources.${key}`,
            message,
        })),
    );
}

function budgetProblems(
    { postgresql, slots }: OwnedPlatformPlan,
    deployments: readonly DeploymentPlan[],
): ConfigProblem[] {
    const message = connectionProblem(
        deployments.map(({ name, connections }) => ({ name, demand: connections })),
        slots,
        postgresql.maxConnections,
    );
    return message ? [{ key: `temporal:platform.postgresql.${postgresql.kind}.maxConnections`, message }] : [];
}
