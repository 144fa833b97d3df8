/** The part of networking.k8s.io/v1 NetworkPolicy that the program uses, as plain data. */

/** Which pods or namespaces; all its terms have to hold, and an empty one selects all. */
export interface Selector {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly (
        | { readonly key: string; readonly operator: "In"; readonly values: readonly string[] }
        | { readonly key: string; readonly operator: "Exists" }
    )[];
}

/** The other end: pods (of the policy's own namespace unless another is selected) or a block of addresses. */
export interface Peer {
    readonly podSelector?: Selector;
    readonly namespaceSelector?: Selector;
    readonly ipBlock?: { readonly cidr: string };
}

/** A port of the pod that is connected to. */
export interface PolicyPort {
    readonly protocol: "TCP" | "UDP";
    readonly port: number;
}

/** Lets connections in. */
export interface IngressRule {
    /** Left out or empty: from anywhere. */
    readonly from?: readonly Peer[];
    readonly ports: readonly PolicyPort[];
}

/** Lets connections out. */
export interface EgressRule {
    /** Left out or empty: to anywhere. */
    readonly to?: readonly Peer[];
    /** Left out: all ports. */
    readonly ports?: readonly PolicyPort[];
}

/** A policy of one namespace. */
export interface NetworkPolicyPlan {
    /** Name of the object, and of the part whose pods it selects. */
    readonly name: string;
    readonly spec: {
        readonly podSelector: Selector;
        readonly policyTypes: readonly ("Ingress" | "Egress")[];
        /** Left out: nothing comes in. */
        readonly ingress?: readonly IngressRule[];
        /** Left out: nothing goes out. */
        readonly egress?: readonly EgressRule[];
    };
}
