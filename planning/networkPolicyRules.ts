/** The pieces that the policies of deployments, platform and monitoring are made of. */
import { selectorLabels } from "./labels.ts";
import type { EgressRule, IngressRule, NetworkPolicyPlan, Peer, PolicyPort } from "./networkPolicySpec.ts";

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

/**
 * Name resolution, to anywhere: node-local caches and the local cluster's CoreDNS run in the network of the host, which no
 * pod selector matches.
 */
export const dns: EgressRule = {
    ports: [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
    ],
};

/** What an external server's host name stands for can't be written in a policy, and it may change: its port to anywhere. */
export function databaseClientEgress(target: PostgresqlTarget): EgressRule {
    const ports = [tcp(target.port)];
    if (target.kind === "external") return { ports };
    const server: Peer = {
        namespaceSelector: namespaceNamed(target.namespace),
        podSelector: { matchLabels: selectorLabels("platform", "postgresql") },
    };
    return { to: [server], ports };
}

/** A rule for clients, or none: a rule with an empty list of sources would let everyone in. */
export function fromClients({ namespaces, cidrs }: Clients, ports: readonly PolicyPort[]): IngressRule[] {
    const from: Peer[] = [
        ...namespaces.map((namespace) => ({ namespaceSelector: namespaceNamed(namespace) })),
        ...cidrs.map((cidr) => ({ ipBlock: { cidr } })),
    ];
    return from.length > 0 ? [{ from, ports }] : [];
}

/** Kubernetes puts this label on every namespace, and nobody can take it off. */
export function namespaceNamed(name: string) {
    return { matchLabels: { "kubernetes.io/metadata.name": name } };
}

/** A TCP port. */
export function tcp(port: number): PolicyPort {
    return { protocol: "TCP", port };
}

/** A policy of both directions. */
export function policy(
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
