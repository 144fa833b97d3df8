/** The whole plan of a stack: every decision, taken from its config by pure functions, before anything is touched. */
import { ConfigError, type ConfigProblem } from "../config/errors.ts";
import type { DeploymentConfig, PlatformConfig, StackConfig } from "../config/schema.ts";
import { connectionDemand, connectionProblem, type ServiceDemand } from "./connections.ts";
import { type DatabaseNames, databaseNames, defaultNamespace } from "./names.ts";
import { dynamicConfigProblems, renderDynamicConfig } from "./dynamicConfig.ts";
import {
    type DeploymentPorts,
    maxPort,
    namedPorts,
    portClashes,
    portsOfSlot,
    type ServiceName,
    serviceNames,
} from "./ports.ts";
import { type ContainerResources, resourceProblems } from "./quantities.ts";
import type { StoreAddress } from "./serverConfig.ts";
import { planService, type ServicePlan } from "./service.ts";
import { sizes } from "./sizes.ts";
import {
    bundledPostgresqlImage,
    defaultServerVersion,
    type DeploymentImages,
    deploymentImages,
    isSupportedServerVersion,
    supportedServerMinors,
} from "./versions.ts";

/** A PostgreSQL server that the program runs in the cluster. */
export interface BundledPostgresqlPlan {
    readonly kind: "bundled";
    readonly store: StoreAddress;
    readonly image: string;
    readonly storage: string;
    readonly storageClass: string | undefined;
    readonly maxConnections: number;
    readonly resources: ContainerResources;
    readonly serviceType: "ClusterIP" | "LoadBalancer";
    /** Where Pulumi reaches the server; undefined: at the Service's own address. */
    readonly pulumiAddress: { readonly host: string; readonly port: number } | undefined;
}

/** A PostgreSQL server that is there already. */
export interface ExternalPostgresqlPlan {
    readonly kind: "external";
    readonly store: StoreAddress;
    readonly pulumiAddress: { readonly host: string; readonly port: number };
    readonly adminUser: string;
    readonly adminDatabase: string;
}

/** What the deployments share. */
export interface PlatformPlan {
    readonly namespace: string;
    readonly protect: boolean;
    readonly postgresql: BundledPostgresqlPlan | ExternalPostgresqlPlan;
}

/** One Temporal cluster. */
export interface DeploymentPlan {
    readonly name: string;
    readonly namespace: string;
    readonly slot: number;
    readonly ports: DeploymentPorts;
    readonly historyShards: number;
    readonly serverVersion: string;
    readonly images: DeploymentImages;
    readonly store: StoreAddress;
    readonly databases: DatabaseNames;
    /** Whether its databases refuse to be deleted. */
    readonly protect: boolean;
    readonly services: Readonly<Record<ServiceName, ServicePlan>>;
    /** SQL connections of its pods at most. */
    readonly connections: readonly ServiceDemand[];
    /** Text of the dynamic config file. */
    readonly dynamicConfig: string;
    readonly webUi: boolean;
    readonly adminTools: boolean;
}

/** A stack's plan. */
export interface Plan {
    readonly platform: PlatformPlan;
    readonly deployments: readonly DeploymentPlan[];
}

/**
 * Plans a stack.
 * @throws ConfigError for what is wrong between values that are right by themselves: ports, names, connections, versions
 */
export function planStack(config: StackConfig): Plan {
    const platform = planPlatform(config.platform);
    const deployments = config.deployments.map((deployment) => planDeployment(deployment, platform));
    const problems = [
        ...config.deployments.flatMap(deploymentProblems),
        ...bundledProblems(platform),
        ...deployments.flatMap(serviceProblems),
        ...duplicateProblems(config, platform),
        ...portProblems(deployments),
        ...budgetProblems(config.platform, deployments),
    ];
    if (problems.length > 0) throw new ConfigError(problems);
    return { platform, deployments };
}

function planPlatform(config: PlatformConfig): PlatformPlan {
    const { namespace, protect } = config;
    const { bundled, external } = config.postgresql;
    if (external) {
        const { host, port, sslmode, adminUser, adminDatabase } = external;
        const pulumiAddress = external.pulumiAddress ?? { host, port };
        return {
            namespace,
            protect,
            postgresql: { kind: "external", store: { host, port, sslmode }, pulumiAddress, adminUser, adminDatabase },
        };
    }
    if (!bundled) throw new Error("the schema lets through exactly one of bundled and external");
    return {
        namespace,
        protect,
        postgresql: {
            kind: "bundled",
            store: { host: `postgresql.${namespace}.svc.cluster.local`, port: 5432, sslmode: "disable" },
            image: bundledPostgresqlImage,
            storage: bundled.storage,
            storageClass: bundled.storageClass,
            maxConnections: bundled.maxConnections,
            resources: {
                requests: { cpu: "250m", memory: "512Mi", ...bundled.resources.requests },
                limits: { cpu: "2", memory: "2Gi", ...bundled.resources.limits },
            },
            serviceType: bundled.serviceType,
            pulumiAddress: bundled.pulumiAddress,
        },
    };
}

function planDeployment(config: DeploymentConfig, platform: PlatformPlan): DeploymentPlan {
    const size = sizes[config.size];
    const serverVersion = config.serverVersion ?? defaultServerVersion;
    const common = {
        store: platform.postgresql.store,
        databases: databaseNames(config.name),
        historyShards: config.historyShards ?? size.historyShards,
        ports: portsOfSlot(config.slot, config.ports),
        logLevel: config.logLevel,
    };
    const services = Object.fromEntries(
        serviceNames.map((name) => [name, planService(name, config.services[name], size.services[name], common)]),
    ) as Record<ServiceName, ServicePlan>;
    return {
        name: config.name,
        namespace: config.namespace ?? defaultNamespace(config.name),
        slot: config.slot,
        ports: common.ports,
        historyShards: common.historyShards,
        serverVersion,
        images: deploymentImages(serverVersion),
        store: common.store,
        databases: common.databases,
        protect: platform.protect,
        services,
        connections: connectionDemand(services),
        dynamicConfig: renderDynamicConfig(config.dynamicConfig),
        webUi: config.webUi,
        adminTools: config.adminTools,
    };
}

function deploymentProblems(config: DeploymentConfig, index: number): ConfigProblem[] {
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
