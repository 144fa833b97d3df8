/**
 * Who may open connections to whom: one policy that refuses everything in a namespace, and one for each part with what it
 * needs. A connection needs a rule on both sides, so a mistake in one deployment's policies opens no way into another.
 */
import {
    clientOfLabel,
    componentLabel,
    deploymentLabel,
    instanceLabels,
    partOfTemporal,
    selectorLabels,
} from "./labels.ts";
import { monitoringNetworkPolicies, type MonitoringNetwork } from "./monitoring/monitoringNetwork.ts";
import {
    type Clients,
    databaseClientEgress,
    dns,
    fromClients,
    policy,
    type PostgresqlTarget,
    tcp,
} from "./networkPolicyRules.ts";
import type { EgressRule, IngressRule, NetworkPolicyPlan, Peer, PolicyPort } from "./networkPolicySpec.ts";
import { type DeploymentPorts, metricsPort, type ServiceName, serviceNames, webUiPort } from "./ports.ts";

export type { Clients, PostgresqlTarget } from "./networkPolicyRules.ts";

/** What a deployment's policies follow from. */
export interface DeploymentNetwork {
    /** Name of the deployment. */
    readonly name: string;
    readonly ports: DeploymentPorts;
    readonly postgresql: PostgresqlTarget;
    /** Who may use the frontend and the web UI besides the deployment's own pods. */
    readonly clients: Clients;
    /** Who reads its pods' metrics; empty: nobody. */
    readonly metricsReaders: readonly Peer[];
    readonly webUi: boolean;
    readonly adminTools: boolean;
}

/** What the policies of the platform's namespace follow from. */
export interface PlatformNetwork {
    /** The server that runs there; undefined where it is external. */
    readonly postgresql: { readonly port: number; readonly serviceType: "ClusterIP" | "LoadBalancer" } | undefined;
    /** Who may dial PostgreSQL besides deployments: whatever Pulumi runs on, unless that is a node or a port-forward. */
    readonly clients: Clients;
    /** The monitoring that runs there. */
    readonly monitoring: MonitoringNetwork;
}

/** Parts of a deployment that hold a session to PostgreSQL, or may ask for one. */
const databaseClients = [...serviceNames, "schema", "admin-tools"] as const;

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
    const database = databaseClientEgress(network.postgresql);
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
            ...(service === "frontend"
                ? [
                      { from: [teamsOf(name)], ports: apiPorts(service, ports) },
                      ...fromClients(network.clients, apiPorts(service, ports)),
                  ]
                : []),
            ...(network.metricsReaders.length > 0 ? [{ from: network.metricsReaders, ports: [tcp(metricsPort)] }] : []),
        ];
        return policy(service, select(service), ingress, [...ring, database, dns]);
    });
    const schema = policy("schema", select("schema"), [], [database, dns]);
    const ui = policy("ui", select("ui"), fromClients(network.clients, [tcp(webUiPort)]), [frontendApi, dns]);
    const apis = serviceNames.map((service): EgressRule => ({ to: [own([service])], ports: apiPorts(service, ports) }));
    const tools = policy("admin-tools", select("admin-tools"), [], [...apis, database, dns]);
    return [defaultDeny, ...services, schema, ...(webUi ? [ui] : []), ...(adminTools ? [tools] : [])];
}

/** Namespaces of the deployment's teams; by label, so that a team needs no run of the deployment's stack to get in. */
function teamsOf(deployment: string): Peer {
    return { namespaceSelector: { matchLabels: { [clientOfLabel]: deployment } } };
}

/** The policies of the platform's namespace. */
export function platformNetworkPolicies(network: PlatformNetwork): readonly NetworkPolicyPlan[] {
    const server = network.postgresql ? [postgresqlPolicy(network.postgresql, network)] : [];
    return [defaultDeny, ...server, ...monitoringNetworkPolicies(network.monitoring)];
}

function postgresqlPolicy(
    { port, serviceType }: NonNullable<PlatformNetwork["postgresql"]>,
    { clients, monitoring }: PlatformNetwork,
): NetworkPolicyPlan {
    const ports = [tcp(port)];
    const deployments: Peer = {
        namespaceSelector: { matchExpressions: [{ key: deploymentLabel, operator: "Exists" }] },
        podSelector: {
            matchLabels: partOfTemporal,
            matchExpressions: [{ key: componentLabel, operator: "In", values: databaseClients }],
        },
    };
    const exporter: Peer = { podSelector: { matchLabels: selectorLabels("platform", "postgres-exporter") } };
    const from = [deployments, ...(monitoring.mode === "none" ? [] : [exporter])];
    // Behind a load balancer Pulumi comes from an address that nobody can know beforehand.
    const ingress: IngressRule[] =
        serviceType === "LoadBalancer" ? [{ ports }] : [{ from, ports }, ...fromClients(clients, ports)];
    return policy("postgresql", { matchLabels: selectorLabels("platform", "postgresql") }, ingress, []);
}

/** gRPC, and of the frontend also HTTP, which history calls for Nexus callbacks. */
function apiPorts(service: ServiceName, ports: DeploymentPorts): PolicyPort[] {
    return [tcp(ports[service].grpc), ...(service === "frontend" ? [tcp(ports.frontend.http)] : [])];
}

/** What the four services use among themselves. */
function ringPorts(service: ServiceName, ports: DeploymentPorts): PolicyPort[] {
    return [...apiPorts(service, ports), tcp(ports[service].membership)];
}
