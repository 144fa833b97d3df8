/** Ports of a deployment: a pure function of its slot, so that no two deployments on one platform ever share one. */

/** Temporal's four services; each runs as a workload of its own. */
export const serviceNames = ["frontend", "history", "matching", "worker"] as const;

/** One of Temporal's four services. */
export type ServiceName = (typeof serviceNames)[number];

/** Ports of one service. */
export interface ServicePorts {
    /** gRPC, also what the health probes ask. */
    readonly grpc: number;
    /** Ringpop gossip between the pods of one deployment. */
    readonly membership: number;
}

/** Ports of the frontend, which also serves the HTTP API. */
export interface FrontendPorts extends ServicePorts {
    readonly http: number;
}

/** All ports of one deployment. */
export interface DeploymentPorts {
    readonly frontend: FrontendPorts;
    readonly history: ServicePorts;
    readonly matching: ServicePorts;
    readonly worker: ServicePorts;
}

/** Distance between the ports of two neighbouring slots. */
export const slotStride = 1000;

/** Slot 25 ends at membership port 31939; slot 26 would pass {@link maxPort} with its gRPC ports. */
export const maxSlot = 25;

/** PostgreSQL keeps a pod's membership port in `cluster_membership.rpc_port`, a SMALLINT. */
export const maxPort = 32767;

/** Ports below 1024 need a privilege that restricted pods don't have. */
export const minPort = 1024;

/** Where every pod serves Prometheus metrics; pods have addresses of their own, so slots don't matter here. */
export const metricsPort = 9090;

/** Port of the web UI's pods and Service; the image's own default. */
export const webUiPort = 8080;

/** Temporal's own defaults (common/config/config_template_embedded.yaml): what slot 0 gets. */
const base: DeploymentPorts = {
    frontend: { grpc: 7233, http: 7243, membership: 6933 },
    history: { grpc: 7234, membership: 6934 },
    matching: { grpc: 7235, membership: 6935 },
    worker: { grpc: 7239, membership: 6939 },
};

/** Ports set by hand; what is left out comes from the slot. */
export type PortOverrides = { readonly [S in ServiceName]?: Partial<DeploymentPorts[S]> };

/** The ports of a slot, with the ones set by hand in their place. Slot 1 gives 8233, 8234, 8235 and so on. */
export function portsOfSlot(slot: number, overrides: PortOverrides = {}): DeploymentPorts {
    const shift = slot * slotStride;
    const of = (service: ServiceName) => ({
        grpc: base[service].grpc + shift,
        membership: base[service].membership + shift,
        ...overrides[service],
    });
    return {
        frontend: { http: base.frontend.http + shift, ...of("frontend") },
        history: of("history"),
        matching: of("matching"),
        worker: of("worker"),
    };
}

/** A port with the name that the config gives it, for example `history.membership`. */
export interface NamedPort {
    readonly name: string;
    readonly port: number;
}

/** Every port of a deployment with its name, in a fixed order. */
export function namedPorts(ports: DeploymentPorts): readonly NamedPort[] {
    return serviceNames.flatMap((service) =>
        Object.entries(ports[service]).map(([kind, port]) => ({ name: `${service}.${kind}`, port: port as number })),
    );
}

/** Two equal ports among the deployments of a platform. */
export interface PortClash {
    readonly port: number;
    readonly first: { readonly deployment: string; readonly name: string };
    readonly second: { readonly deployment: string; readonly name: string };
}

/** Every pair of equal ports, within a deployment and between deployments. */
export function portClashes(deployments: readonly { name: string; ports: DeploymentPorts }[]): readonly PortClash[] {
    const holders = new Map<number, { deployment: string; name: string }>();
    const clashes: PortClash[] = [];
    for (const deployment of deployments) {
        for (const { name, port } of namedPorts(deployment.ports)) {
            const second = { deployment: deployment.name, name };
            const first = holders.get(port);
            if (first) clashes.push({ port, first, second });
            else holders.set(port, second);
        }
    }
    return clashes;
}
