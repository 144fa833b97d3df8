/** What is wrong between values of a stack's config that are right by themselves, each told with its key. */
import type { ConfigProblem } from "../config/errors.ts";
import type { DeploymentConfig, PlatformConfig, StackConfig } from "../config/schema.ts";
import { connectionProblem } from "./connections.ts";
import { dynamicConfigProblems } from "./dynamicConfig.ts";
import { defaultNamespace } from "./names.ts";
import type { DeploymentPlan, Plan, PlatformPlan } from "./plan.ts";
import { maxPort, namedPorts, portClashes, serviceNames } from "./ports.ts";
import { resourceProblems } from "./quantities.ts";
import { isSupportedServerVersion, supportedServerMinors } from "./versions.ts";

/** Every such mistake in a config and the plan made of it. */
export function planProblems(config: StackConfig, { platform, deployments }: Plan): readonly ConfigProblem[] {
    return [
        ...config.deployments.flatMap(settingProblems),
        ...bundledProblems(platform),
        ...deployments.flatMap(serviceProblems),
        ...duplicateProblems(config, platform),
        ...portProblems(deployments),
        ...budgetProblems(config.platform, deployments),
    ];
}

function settingProblems(config: DeploymentConfig, index: number): ConfigProblem[] {
    const key = `temporal:deployments[${index}]`;
    const problems: ConfigProblem[] = dynamicConfigProblems(config.dynamicConfig).map((problem) => ({
        key: `${key}.dynamicConfig["${problem.key}"]`,
        message: problem.message,
    }));
    if (config.serverVersion !== undefined && !isSupportedServerVersion(config.serverVersion)) {
        const allowed = supportedServerMinors.map((minor) => `${minor}.x`).join(" or ");
        problems.push({
            key: `${key}.serverVersion`,
            message: `"${config.serverVersion}" is not allowed; must be a release ${allowed}`,
        });
    }
    return problems;
}

function bundledProblems(platform: PlatformPlan): ConfigProblem[] {
    if (platform.postgresql.kind !== "bundled") return [];
    return resourceProblems(platform.postgresql.resources).map(({ key, message }) => ({
        key: `temporal:platform.postgresql.bundled.resources.${key}`,
        message,
    }));
}

function serviceProblems(deployment: DeploymentPlan, index: number): ConfigProblem[] {
    return serviceNames.flatMap((service) =>
        resourceProblems(deployment.services[service].resources).map(({ key, message }) => ({
            key: `temporal:deployments[${index}].services.${service}.resources.${key}`,
            message,
        })),
    );
}

/** Names, slots and namespaces that stand twice; `a-b` and `a_b` can't both exist, but a name has no underscores anyway. */
function duplicateProblems(config: StackConfig, platform: PlatformPlan): ConfigProblem[] {
    const problems: ConfigProblem[] = [];
    const check = (field: "name" | "slot" | "namespace", values: readonly (string | number)[]) => {
        values.forEach((value, index) => {
            const first = values.indexOf(value);
            if (first === index) return;
            const message = `${JSON.stringify(value)} is taken by temporal:deployments[${first}]; must be a ${field} of its own`;
            problems.push({ key: `temporal:deployments[${index}].${field}`, message });
        });
    };
    const namespaces = config.deployments.map(({ name, namespace }) => namespace ?? defaultNamespace(name));
    check(
        "name",
        config.deployments.map(({ name }) => name),
    );
    check(
        "slot",
        config.deployments.map(({ slot }) => slot),
    );
    check("namespace", namespaces);
    namespaces.forEach((namespace, index) => {
        if (namespace !== platform.namespace) return;
        const message = `"${namespace}" is the platform's own namespace; must be another`;
        problems.push({ key: `temporal:deployments[${index}].namespace`, message });
    });
    return problems;
}

function portProblems(deployments: readonly DeploymentPlan[]): ConfigProblem[] {
    const indexOf = (name: string) => deployments.findIndex((deployment) => deployment.name === name);
    const slotsDiffer = new Set(deployments.map(({ slot }) => slot)).size === deployments.length;
    const clashes = slotsDiffer ? portClashes(deployments) : [];
    const taken = clashes.map(({ port, first, second }) => ({
        key: `temporal:deployments[${indexOf(second.deployment)}].ports.${second.name}`,
        message: `${port} is taken by ports.${first.name} of deployment "${first.deployment}"; must be a port of its own`,
    }));
    const tooHigh = deployments.flatMap(({ ports }, index) =>
        namedPorts(ports)
            .filter(({ port }) => port > maxPort)
            .map(({ name, port }) => ({
                key: `temporal:deployments[${index}].ports.${name}`,
                message: `${port} is not allowed; must be at most ${maxPort}`,
            })),
    );
    return [...taken, ...tooHigh];
}

function budgetProblems(platform: PlatformConfig, deployments: readonly DeploymentPlan[]): ConfigProblem[] {
    const { bundled, external } = platform.postgresql;
    const kind = bundled ? "bundled" : "external";
    const maxConnections = (bundled ?? external)?.maxConnections ?? 0;
    const message = connectionProblem(
        deployments.map(({ name, connections }) => ({ name, demand: connections })),
        maxConnections,
    );
    return message ? [{ key: `temporal:platform.postgresql.${kind}.maxConnections`, message }] : [];
}
