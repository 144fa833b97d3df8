/** Who may open connections to and from the pods in a team's Kubernetes namespace. */
import { instanceLabels, componentLabel } from "../labels.ts";
import { type Clients, dns, namespaceNamed, policy, tcp } from "../networkPolicyRules.ts";
import type { EgressRule, NetworkPolicyPlan, Peer } from "../networkPolicySpec.ts";
import type { DeploymentPorts } from "../ports.ts";

/** What the policies follow from. */
export interface TeamNetwork {
    readonly deployment: { readonly name: string; readonly namespace: string; readonly ports: DeploymentPorts };
    /** What the pods may dial besides. */
    readonly destinations: Clients;
    /** Port of the workers' metrics, and who reads them; empty: nobody. */
    readonly metricsPort: number;
    readonly metricsReaders: readonly Peer[];
}

/**
 * One policy for every pod in the namespace, whoever made it: out to the deployment's frontend and DNS, and to what the config
 * names besides; in for metrics alone.
 */
export function teamNetworkPolicies(network: TeamNetwork): readonly NetworkPolicyPlan[] {
    const { deployment, destinations, metricsReaders, metricsPort } = network;
    const { grpc, http } = deployment.ports.frontend;
    const frontend: Peer = {
        namespaceSelector: namespaceNamed(deployment.namespace),
        podSelector: { matchLabels: { ...instanceLabels(deployment.name), [componentLabel]: "frontend" } },
    };
    const ingress = metricsReaders.length > 0 ? [{ from: metricsReaders, ports: [tcp(metricsPort)] }] : [];
    return [
        policy("workers", {}, ingress, [
            { to: [frontend], ports: [tcp(grpc), tcp(http)] },
            ...toDestinations(destinations),
            dns,
        ]),
    ];
}

/** A rule, or none: one with an empty list would let everything out. */
function toDestinations({ namespaces, cidrs }: Clients): EgressRule[] {
    const to: Peer[] = [
        ...namespaces.map((namespace) => ({ namespaceSelector: namespaceNamed(namespace) })),
        ...cidrs.map((cidr) => ({ ipBlock: { cidr } })),
    ];
    return to.length > 0 ? [{ to }] : [];
}
