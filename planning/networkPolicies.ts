/**
 * Who may open connections to whom: one policy that refuses everything in a namespace, and one for each part with what it
 * needs. A connection needs a rule on both sides, so a mistake in one deployment's policies opens no way into another.
 */
import { componentLabel, deploymentLabel, instanceLabels, partOfTemporal, selectorLabels } from "./labels.ts";
import type { EgressRule, IngressRule, NetworkPolicyPlan, Peer, PolicyPort } from "./networkPolicySpec.ts";
import { type DeploymentPorts, type ServiceName, serviceNames, webUiPort } from "./ports.ts";

/** Who may connect from outside of the program's own pods; nobody where both lists are empty. */
export interface Clients {
    /** Kubernetes namespaces whose pods may connect. */
    readonly namespaces: readonly string[];
    /** Address blocks that may connect, as the pods see them. */
    readonly cidrs: readonly string[];
}

/** Where pods find PostgreSQL, as far as a policy can say it. */
export type PostgresqlTarget =
    | { readonly kind: "bundled"; readonly port: number; readonly namespace: string }
    | { readonly kind: "external"; readonly port: number };

/** What a deployment's policies follow from. */
export interface DeploymentNetwork {
    /** Name of the deployment. */
    readonly name: string;
    readonly ports: DeploymentPorts;
    readonly postgresql: PostgresqlTarget;
    /** Who may use the frontend and the web UI besides the deployment's own pods. */
    readonly clients: Clients;
    readonly webUi: boolean;
    readonly adminTools: boolean;
}

/** What the policies of the platform's namespace follow from. */
export interface PlatformNetwork {
    /** The server that runs there; undefined where it is external. */
    readonly postgresql: { readonly port: number; readonly serviceType: "ClusterIP" | "LoadBalancer" } | undefined;
    /** Who may dial PostgreSQL besides deployments: whatever Pulumi runs on, unless that is a node or a port-forward. */
    readonly clients: Clients;
}

/** Parts of a deployment that hold a session to PostgreSQL, or may ask for one. */
const databaseClients = [...serviceNames, "schema", "admin-tools"] as const;

/**
 * Name resolution, to anywhere: node-local caches and the local cluster's CoreDNS run in the network of the host, which no
 * pod selector matches.
 */
const dns: EgressRule = {
    ports: [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
    ],
};

/** Refuses what no other policy of the namespace allows, for every pod in it, also those of strangers. */
const defaultDeny: NetworkPolicyPlan = policy("default-deny", {}, [], []);

/** The policies of one deployment's namespace. */
export function deploymentNetworkPolicies(network: DeploymentNetwork): readonly NetworkPolicyPlan[] {
    const { name, ports, webUi, adminTools } = network;
    const own = (components: readonly string[]): Peer => ({
        podSelector: {
            matchLabels: instanceLabels(name),
            matchExpressions: [{ key: componentLabel, operator: "In", values: components }],
        },
    });
    const select = (component: string) => ({ matchLabels: selectorLabels(name, component) });
    const database = postgresqlEgress(network.postgresql);
    const ring = serviceNames.map((service): EgressRule => ({
        to: [own([service])],
        ports: ringPorts(service, ports),
    }));
    const frontendApi: EgressRule = { to: [own(["frontend"])], ports: apiPorts("frontend", ports) };

    const services = serviceNames.map((service) => {
        const tools = [...(webUi && service === "frontend" ? ["ui"] : []), ...(adminTools ? ["admin-tools"] : [])];
        const ingress: IngressRule[] = [
            { from: [own(serviceNames)], ports: ringPorts(service, ports) },
            ...(tools.length > 0 ? [{ from: [own(tools)], ports: apiPorts(service, ports) }] : []),
            ...(service === "frontend" ? fromClients(network.clients, apiPorts(service, ports)) : []),
        ];
        return policy(service, select(service), ingress, [...ring, database, dns]);
    });
    const schema = policy("schema", select("schema"), [], [database, dns]);
    const ui = policy("ui", select("ui"), fromClients(network.clients, [tcp(webUiPort)]), [frontendApi, dns]);
    const apis = serviceNames.map((service): EgressRule => ({ to: [own([service])], ports: apiPorts(service, ports) }));
    const tools = policy("admin-tools", select("admin-tools"), [], [...apis, database, dns]);
    return [defaultDeny, ...services, schema, ...(webUi ? [ui] : []), ...(adminTools ? [tools] : [])];
}

/** The policies of the platform's namespace. */
export function platformNetworkPolicies({ postgresql, clients }: PlatformNetwork): readonly NetworkPolicyPlan[] {
    if (!postgresql) return [defaultDeny];
    const ports = [tcp(postgresql.port)];
    const deployments: Peer = {
        namespaceSelector: { matchExpressions: [{ key: deploymentLabel, operator: "Exists" }] },
        podSelector: {
            matchLabels: partOfTemporal,
            matchExpressions: [{ key: componentLabel, operator: "In", values: databaseClients }],
        },
    };
    // Behind a load balancer Pulumi comes from an address that nobody can know beforehand.
    const ingress: IngressRule[] =
        postgresql.serviceType === "LoadBalancer"
            ? [{ ports }]
            : [{ from: [deployments], ports }, ...fromClients(clients, ports)];
    return [defaultDeny, policy("postgresql", { matchLabels: selectorLabels("platform", "postgresql") }, ingress, [])];
}

/** What an external server's host name stands for can't be written in a policy, and it may change: its port to anywhere. */
function postgresqlEgress(target: PostgresqlTarget): EgressRule {
    const ports = [tcp(target.port)];
    if (target.kind === "external") return { ports };
    const server: Peer = {
        namespaceSelector: namespaceNamed(target.namespace),
        podSelector: { matchLabels: selectorLabels("platform", "postgresql") },
    };
    return { to: [server], ports };
}

/** A rule for clients, or none: a rule with an empty list of sources would let everyone in. */
function fromClients({ namespaces, cidrs }: Clients, ports: readonly PolicyPort[]): IngressRule[] {
    const from: Peer[] = [
        ...namespaces.map((namespace) => ({ namespaceSelector: namespaceNamed(namespace) })),
        ...cidrs.map((cidr) => ({ ipBlock: { cidr } })),
    ];
    return from.length > 0 ? [{ from, ports }] : [];
}

/** Kubernetes puts this label on every namespace, and nobody can take it off. */
function namespaceNamed(name: string) {
    return { matchLabels: { "kubernetes.io/metadata.name": name } };
}

/** gRPC, and of the frontend also HTTP, which history calls for Nexus callbacks. */
function apiPorts(service: ServiceName, ports: DeploymentPorts): PolicyPort[] {
    return [tcp(ports[service].grpc), ...(service === "frontend" ? [tcp(ports.frontend.http)] : [])];
}

/** What the four services use among themselves. */
function ringPorts(service: ServiceName, ports: DeploymentPorts): PolicyPort[] {
    return [...apiPorts(service, ports), tcp(ports[service].membership)];
}

function tcp(port: number): PolicyPort {
    return { protocol: "TCP", port };
}

function policy(
    name: string,
    podSelector: NetworkPolicyPlan["spec"]["podSelector"],
    ingress: readonly IngressRule[],
    egress: readonly EgressRule[],
): NetworkPolicyPlan {
    const rules = {
        // The API server drops empty lists, and a refresh would show them as drift.
        ...(ingress.length > 0 ? { ingress } : {}),
        ...(egress.length > 0 ? { egress } : {}),
    };
    return { name, spec: { podSelector, policyTypes: ["Ingress", "Egress"], ...rules } };
}
