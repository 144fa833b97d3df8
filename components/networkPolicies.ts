import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { NetworkPolicyPlan } from "../planning/networkPolicySpec.ts";
import { labels } from "./kubernetes.ts";

/** Inputs of {@link NetworkPolicies}. */
export interface NetworkPoliciesArgs {
    /** Name of the deployment, or `platform`. */
    readonly instance: string;
    readonly namespace: pulumi.Input<string>;
    /** The policies; plain, since they decide which objects there are. */
    readonly policies: readonly NetworkPolicyPlan[];
}

/** All network policies of one namespace. They only work where the cluster's network enforces NetworkPolicy. */
export class NetworkPolicies extends pulumi.ComponentResource {
    constructor(name: string, args: NetworkPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:NetworkPolicies", name, {}, opts);
        for (const policy of args.policies) {
            new k8s.networking.v1.NetworkPolicy(
                `${name}-${policy.name}`,
                {
                    metadata: {
                        name: policy.name,
                        namespace: args.namespace,
                        labels: labels(args.instance, policy.name),
                    },
                    // The SDK's types know no readonly lists.
                    spec: policy.spec as k8s.types.input.networking.v1.NetworkPolicySpec,
                },
                { parent: this },
            );
        }
        this.registerOutputs({});
    }
}
