/** The whole plan of a stack: every decision, taken from its config by pure functions, before anything is touched. */
import { ConfigError } from "../config/errors.ts";
import type { DeploymentConfig, PlatformConfig, StackConfig } from "../config/schema.ts";
import { connectionDemand, type ServiceDemand } from "./connections.ts";
import { type DatabaseNames, databaseNames, defaultNamespace } from "./names.ts";
import { renderDynamicConfig } from "./dynamicConfig.ts";
import { type DeploymentPorts, portsOfSlot, type ServiceName, serviceNames } from "./ports.ts";
import { planProblems } from "./problems.ts";
import type { ContainerResources } from "./quantities.ts";
import type { StoreAddress } from "./serverConfig.ts";
import { planService, type ServicePlan } from "./service.ts";
import { sizes } from "./sizes.ts";
import { bundledPostgresqlImage, defaultServerVersion, type DeploymentImages, deploymentImages } from "./versions.ts";

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
    const plan = { platform, deployments };
    const problems = planProblems(config, plan);
    if (problems.length > 0) throw new ConfigError(problems);
    return plan;
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
