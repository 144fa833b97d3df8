/** Whether a set of network policies lets a connection through, by the rules of the NetworkPolicy API. */
import { BlockList, isIPv6 } from "node:net";

import type { NetworkPolicyPlan, Peer, PolicyPort, Selector } from "../../planning/networkPolicySpec.ts";

/** One end of a connection; outside of the cluster it has no namespace. */
export interface Endpoint {
    readonly name: string;
    readonly address: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Name of its Kubernetes namespace. */
    readonly namespace?: string;
}

/** Namespaces with their labels and policies; a cluster with a network that enforces them. */
export interface Cluster {
    readonly [namespace: string]: {
        readonly labels: Readonly<Record<string, string>>;
        readonly policies: readonly NetworkPolicyPlan[];
    };
}

/** Whether `from` may open a connection to this port of `to`. */
export function allows(cluster: Cluster, from: Endpoint, to: Endpoint, port: PolicyPort): boolean {
    return oneWay(cluster, "Egress", from, to, port) && oneWay(cluster, "Ingress", to, from, port);
}

/** Whether the policies that select `pod` let it speak with `other`; where none does, everything is allowed. */
function oneWay(
    cluster: Cluster,
    direction: "Ingress" | "Egress",
    pod: Endpoint,
    other: Endpoint,
    port: PolicyPort,
): boolean {
    const specs = (cluster[pod.namespace ?? ""]?.policies ?? [])
        .map(({ spec }) => spec)
        .filter(({ policyTypes, podSelector }) => policyTypes.includes(direction) && matches(podSelector, pod.labels));
    if (specs.length === 0) return true;
    return specs.some((spec) => {
        const rules =
            direction === "Ingress"
                ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from ?? [], ports }))
                : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to ?? [], ports: ports ?? [] }));
        return rules.some(
            ({ peers, ports }) =>
                // Both lists mean "any" when they are empty.
                (peers.length === 0 || peers.some((peer) => isPeer(cluster, pod, peer, other))) &&
                (ports.length === 0 || ports.some((p) => p.port === port.port && p.protocol === port.protocol)),
        );
    });
}

function isPeer(cluster: Cluster, pod: Endpoint, peer: Peer, other: Endpoint): boolean {
    if (peer.ipBlock) return inBlock(peer.ipBlock.cidr, other.address);
    const namespace = cluster[other.namespace ?? ""];
    if (!namespace) return false;
    const inNamespace = peer.namespaceSelector
        ? matches(peer.namespaceSelector, namespace.labels)
        : other.namespace === pod.namespace;
    return inNamespace && matches(peer.podSelector ?? {}, other.labels);
}

function inBlock(cidr: string, address: string): boolean {
    const [net = "", bits] = cidr.split("/");
    const family = isIPv6(net) ? "ipv6" : "ipv4";
    const list = new BlockList();
    list.addSubnet(net, Number(bits), family);
    return list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** Whether the selector selects what carries these labels. */
export function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Endpoint["labels"]): boolean {
    return (
        Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
        matchExpressions.every((term) => {
            const value = labels[term.key];
            return value !== undefined && (term.operator === "Exists" || term.values.includes(value));
        })
    );
}
