/** The plan of what deployments share: a platform of this stack, or one of another stack. */
import { chosenMonitoring } from "../config/monitoringSchema.ts";
import type { PlatformConfig } from "../config/schema.ts";
import { receiverPorts } from "./monitoring/alerting.ts";
import {
    type MonitoringContract,
    monitoringContract,
    type MonitoringPlan,
    planMonitoring,
} from "./monitoring/monitoring.ts";
import type { MonitoringNetwork } from "./monitoring/monitoringNetwork.ts";
import { platformNetworkPolicies } from "./networkPolicies.ts";
import type { PostgresqlTarget } from "./networkPolicyRules.ts";
import type { NetworkPolicyPlan } from "./networkPolicySpec.ts";
import type { PlatformContract, SlotGrant } from "./platformContract.ts";
import { portsOfSlot } from "./ports.ts";
import type { ContainerResources } from "./quantities.ts";
import type { StoreAddress } from "./serverConfig.ts";
import { type TeamTerms, teamTerms } from "./team/bounds.ts";
import type { TeamRecord } from "./team/teamRecord.ts";
import { bundledPostgresqlImage } from "./versions.ts";

/** Where the bundled server listens. */
const bundledPort = 5432;

/**
 * A pod that is killed, or whose node dies, often can't close its sessions any more. With the kernel's own two hours they
 * would count as connections meanwhile, and after a few such pods nobody could open one. So a silent peer is asked after
 * 10 s, every 5 s, and its session ends after three questions without an answer. None is asked while an answer is under way
 * to it, which the kernel would send again for a quarter of an hour: after these 25 s that ends too. For so long a dead
 * frontend could hold the lock on namespace_metadata, without which no server starts (InitializeSystemNamespaces).
 */
const forgetDeadPeers = {
    tcp_keepalives_idle: 10,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 3,
    tcp_user_timeout: 25_000, // ms
} as const;

/** A PostgreSQL server that the program runs in the cluster. */
export interface BundledPostgresqlPlan {
    readonly kind: "bundled";
    readonly store: StoreAddress;
    readonly image: string;
    /** Database that every server has. */
    readonly adminDatabase: string;
    readonly storage: string;
    readonly storageClass: string | undefined;
    readonly maxConnections: number;
    /** Settings of the server by their names in postgresql.conf. */
    readonly settings: Readonly<Record<string, number>>;
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
    readonly maxConnections: number;
}

/** A platform that this stack makes. */
export interface OwnedPlatformPlan {
    readonly kind: "owned";
    readonly namespace: string;
    /** Whether server and volume refuse to be deleted. */
    readonly protect: boolean;
    readonly postgresql: BundledPostgresqlPlan | ExternalPostgresqlPlan;
    /** What deployments of other stacks may have. */
    readonly slots: readonly SlotGrant[];
    readonly monitoring: MonitoringPlan;
    /** What teams may have. */
    readonly teams: TeamTerms;
    /** Policies of its namespace. */
    readonly networkPolicies: readonly NetworkPolicyPlan[];
}

/** A platform that another stack makes. */
export interface SharedPlatformPlan {
    readonly kind: "shared";
    /** Full name of that stack. */
    readonly stack: string;
    readonly namespace: string;
    readonly contract: PlatformContract;
}

/** A PostgreSQL server as deployments see it. */
export interface DatabaseServer {
    readonly kind: "bundled" | "external";
    readonly store: StoreAddress;
}

/** What the deployments share. */
export type PlatformPlan = OwnedPlatformPlan | SharedPlatformPlan;

/** Where the pods of any deployment find the database, and of which kind it is. */
export function databaseOf(platform: PlatformPlan): DatabaseServer {
    return platform.kind === "owned" ? platform.postgresql : platform.contract.postgresql;
}

/** How deployments are watched, whosever the platform is. */
export function monitoringOf(platform: PlatformPlan): MonitoringContract {
    return platform.kind === "owned" ? monitoringContract(platform.monitoring) : platform.contract.monitoring;
}

/** What teams may have, whosever the platform is; undefined where it was deployed by a version that knew no teams. */
export function teamTermsOf(platform: PlatformPlan): TeamTerms | undefined {
    return platform.kind === "owned" ? platform.teams : platform.contract.teams;
}

/** What a platform follows from besides its own config. */
export interface PlatformContext {
    /** Whether its data refuses to be deleted. */
    readonly protect: boolean;
    /** Names of this stack's deployments that run. */
    readonly deployments: readonly string[];
    /** Records of all teams on it. */
    readonly teams: readonly TeamRecord[];
}

/** Plans a platform of this stack. */
export function planPlatform(
    config: PlatformConfig,
    { protect, deployments, teams }: PlatformContext,
): OwnedPlatformPlan {
    const postgresql = planPostgresql(config);
    const slots = config.slots.map(({ deployment, slot, ports, connections }) => ({
        deployment,
        slot,
        ports: portsOfSlot(slot, ports),
        connections,
    }));
    const target = { ...postgresql, port: postgresql.store.port, namespace: config.namespace };
    const { bundled } = config.postgresql;
    return {
        kind: "owned",
        namespace: config.namespace,
        protect,
        postgresql,
        slots,
        monitoring: planMonitoring(config.monitoring, {
            namespace: config.namespace,
            postgresql: { ...postgresql, database: postgresql.adminDatabase },
            deployments: [...deployments, ...slots.map(({ deployment }) => deployment)],
            teams,
        }),
        teams: teamTerms(config),
        networkPolicies: platformNetworkPolicies({
            postgresql: bundled && { port: bundledPort, serviceType: bundled.serviceType },
            clients: bundled?.clients ?? { namespaces: [], cidrs: [] },
            monitoring: monitoringNetwork(config, target),
        }),
    };
}

function monitoringNetwork({ monitoring }: PlatformConfig, postgresql: PostgresqlTarget): MonitoringNetwork {
    const choice = chosenMonitoring(monitoring);
    if (choice.mode === "none") return choice;
    if (choice.mode === "operator") {
        return { mode: "operator", postgresql, prometheusNamespace: choice.config.namespace };
    }
    const { clients, grafana } = choice.config;
    const ports = receiverPorts(monitoring.alerts.receivers);
    return { mode: "bundled", postgresql, clients, grafana: grafana.enabled, receiverPorts: ports };
}

function planPostgresql({ namespace, postgresql }: PlatformConfig): BundledPostgresqlPlan | ExternalPostgresqlPlan {
    const { bundled, external } = postgresql;
    if (external) {
        const { host, port, sslmode, adminUser, adminDatabase, maxConnections } = external;
        const pulumiAddress = external.pulumiAddress ?? { host, port };
        const store = { host, port, sslmode };
        return { kind: "external", store, pulumiAddress, adminUser, adminDatabase, maxConnections };
    }
    if (!bundled) throw new Error("the schema lets through exactly one of bundled and external");
    return {
        kind: "bundled",
        store: { host: `postgresql.${namespace}.svc.cluster.local`, port: bundledPort, sslmode: "disable" },
        image: bundledPostgresqlImage,
        adminDatabase: "postgres",
        storage: bundled.storage,
        storageClass: bundled.storageClass,
        maxConnections: bundled.maxConnections,
        settings: { max_connections: bundled.maxConnections, ...forgetDeadPeers },
        resources: {
            requests: { cpu: "250m", memory: "512Mi", ...bundled.resources.requests },
            limits: { cpu: "2", memory: "2Gi", ...bundled.resources.limits },
        },
        serviceType: bundled.serviceType,
        pulumiAddress: bundled.pulumiAddress,
    };
}
