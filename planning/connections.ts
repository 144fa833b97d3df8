/** How many connections the pods of a platform may open together, against what PostgreSQL allows. */
import { type ServiceName, serviceNames } from "./ports.ts";
import type { PoolSize } from "./sizes.ts";

/**
 * Connections kept free for people, the exporter, schema jobs and Pulumi: superuser_reserved_connections (3 by default), two
 * stores of one schema job, four of Pulumi's provider, two of postgres_exporter, and one to look at the server with.
 */
export const reservedConnections = 12;

/** What the budget needs of a service. */
export interface ServiceConnections {
    readonly replicas: number;
    readonly pool: PoolSize;
}

/** Connections of one service at most. */
export interface ServiceDemand {
    readonly service: ServiceName;
    readonly pods: number;
    readonly connectionsPerPod: number;
    readonly connections: number;
}

/** Connections of each service at most: a rolling restart has one pod more than replicas, and each pod two pools. */
export function connectionDemand(
    services: Readonly<Record<ServiceName, ServiceConnections>>,
): readonly ServiceDemand[] {
    return serviceNames.map((service) => {
        const { replicas, pool } = services[service];
        const pods = replicas + 1;
        const connectionsPerPod = pool.default + pool.visibility;
        return { service, pods, connectionsPerPod, connections: pods * connectionsPerPod };
    });
}

/** The sum over all services. */
export function totalDemand(demand: readonly ServiceDemand[]): number {
    return demand.reduce((sum, { connections }) => sum + connections, 0);
}

/** Connections that the platform's table grants to a deployment of another stack. */
export interface ConnectionGrant {
    readonly deployment: string;
    readonly connections: number;
}

/** One deployment's sum and its services', as text: `dev 78 (frontend 2 x 8 = 16, …)`. */
export function describeDemand(name: string, demand: readonly ServiceDemand[]): string {
    const services = demand.map((d) => `${d.service} ${d.pods} x ${d.connectionsPerPod} = ${d.connections}`);
    return `${name} ${totalDemand(demand)} (${services.join(", ")})`;
}

/** A sentence with the sum, each deployment and each service, or undefined when all fits `maxConnections`. */
export function connectionProblem(
    deployments: readonly { name: string; demand: readonly ServiceDemand[] }[],
    grants: readonly ConnectionGrant[],
    maxConnections: number,
): string | undefined {
    const own = deployments.reduce((total, { demand }) => total + totalDemand(demand), 0);
    const sum = grants.reduce((total, { connections }) => total + connections, own);
    const free = maxConnections - reservedConnections;
    if (sum <= free) return undefined;
    const parts = [
        ...deployments.map(({ name, demand }) => describeDemand(name, demand)),
        ...grants.map(({ deployment, connections }) => `${deployment} ${connections} (temporal:platform.slots)`),
    ];
    return (
        `${maxConnections} is too few: the deployments may open ${sum} connections and ${reservedConnections} are reserved; ` +
        `must be at least ${sum + reservedConnections}, or pools or replicas smaller: ${parts.join("; ")} (pods count one more than replicas, for restarts)`
    );
}
