/** The plan of one Temporal cluster. */
import type { DeploymentConfig } from "../config/schema.ts";
import { connectionDemand, type ServiceDemand } from "./connections.ts";
import { type DynamicConfigInput, renderDynamicConfig } from "./dynamicConfig.ts";
import { type DatabaseNames, databaseNames, defaultNamespace } from "./names.ts";
import { type DeploymentMonitoringPlan, planDeploymentMonitoring } from "./monitoring/deploymentMonitoring.ts";
import type { MonitoringContract } from "./monitoring/monitoring.ts";
import { metricsReaders } from "./monitoring/monitoringNetwork.ts";
import { deploymentNetworkPolicies } from "./networkPolicies.ts";
import type { NetworkPolicyPlan } from "./networkPolicySpec.ts";
import type { DatabaseServer } from "./platform.ts";
import { type DeploymentPorts, portsOfSlot, type ServiceName, serviceNames } from "./ports.ts";
import type { StoreAddress } from "./serverConfig.ts";
import { planService, type ServicePlan } from "./service.ts";
import { sizes } from "./sizes.ts";
import { defaultServerVersion, type DeploymentImages, deploymentImages } from "./versions.ts";

/** A deployment on its way out: its services are gone, its databases wait for a last word. */
export interface RemovalPlan {
    /** Whether PostgreSQL loses the databases once the entry goes from the config. */
    readonly deleteData: boolean;
}

/** One Temporal cluster. */
export interface DeploymentPlan {
    readonly name: string;
    readonly namespace: string;
    readonly slot: number;
    readonly ports: DeploymentPorts;
    readonly historyShards: number;
    readonly serverVersion: string;
    /**
     * Server version that runs when it is another than {@link serverVersion}: then the services change one after the other;
     * undefined where they may start together.
     */
    readonly upgradeFrom: string | undefined;
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
    /** Its rules, and how it is found. */
    readonly monitoring: DeploymentMonitoringPlan;
    /** Policies of its namespace. */
    readonly networkPolicies: readonly NetworkPolicyPlan[];
    readonly webUi: boolean;
    readonly adminTools: boolean;
    /** Set when it is to be taken away. */
    readonly removal: RemovalPlan | undefined;
}

/** What a deployment's plan follows from besides its own config. */
export interface DeploymentContext {
    /** The platform's Kubernetes namespace. */
    readonly platformNamespace: string;
    readonly database: DatabaseServer;
    readonly monitoring: MonitoringContract;
    readonly protect: boolean;
    /** Where slot and ports come from: its own config, or the platform's table. */
    readonly slot: number;
    readonly ports: DeploymentPorts;
    /** Server version that runs now, if any does. */
    readonly running: string | undefined;
    /** Its dynamic config with the limits of its teams' namespaces in it. */
    readonly dynamicConfig: DynamicConfigInput;
}

/** Plans one deployment. */
export function planDeployment(config: DeploymentConfig, context: DeploymentContext): DeploymentPlan {
    const size = sizes[config.size];
    const serverVersion = config.serverVersion ?? defaultServerVersion;
    const common = {
        store: context.database.store,
        databases: databaseNames(config.name),
        historyShards: config.historyShards ?? size.historyShards,
        goGcPercent: size.goGcPercent,
        ports: context.ports,
        logLevel: config.logLevel,
        serverVersion,
    };
    const services = Object.fromEntries(
        serviceNames.map((name) => [name, planService(name, config.services[name], size.services[name], common)]),
    ) as Record<ServiceName, ServicePlan>;
    const { name } = config;
    const namespace = config.namespace ?? defaultNamespace(name);
    const replicas = Object.fromEntries(serviceNames.map((service) => [service, services[service].replicas])) as Record<
        ServiceName,
        number
    >;
    return {
        name,
        namespace,
        slot: context.slot,
        ports: common.ports,
        historyShards: common.historyShards,
        serverVersion,
        upgradeFrom: context.running === serverVersion ? undefined : context.running,
        images: deploymentImages(serverVersion),
        store: common.store,
        databases: common.databases,
        protect: context.protect,
        services,
        // One on its way out has pods only as long as it runs.
        connections: config.remove && context.running === undefined ? [] : connectionDemand(services),
        dynamicConfig: renderDynamicConfig(context.dynamicConfig),
        monitoring: planDeploymentMonitoring(
            { name, namespace, historyShards: common.historyShards, replicas, serverVersion },
            context.monitoring,
        ),
        networkPolicies: deploymentNetworkPolicies({
            name,
            ports: common.ports,
            postgresql: { kind: context.database.kind, port: common.store.port, namespace: context.platformNamespace },
            clients: config.clients,
            metricsReaders: metricsReaders(context.monitoring, context.platformNamespace),
            webUi: config.webUi,
            adminTools: config.adminTools,
        }),
        webUi: config.webUi,
        adminTools: config.adminTools,
        removal: config.remove && { deleteData: config.remove.deleteData },
    };
}

/** Slot and ports of a deployment as its own config has them. */
export function ownSlot(config: DeploymentConfig): { slot: number; ports: DeploymentPorts } {
    const slot = config.slot ?? 0;
    return { slot, ports: portsOfSlot(slot, config.ports) };
}
