import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { TeamAccessPlan } from "../../planning/team/teamPlan.ts";
import { labels } from "../kubernetes.ts";

/** Inputs of {@link TeamAccess}. */
export interface TeamAccessArgs {
    /** The team's id, by which its objects are labelled. */
    readonly team: string;
    /** Kubernetes namespace that the rights are for. */
    readonly namespace: pulumi.Input<string>;
    readonly plan: TeamAccessPlan;
}

/** What the members of a team's group may do in the namespace of its workers, and nowhere else. */
export class TeamAccess extends pulumi.ComponentResource {
    constructor(name: string, args: TeamAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:TeamAccess", name, {}, opts);
        const { plan, namespace } = args;
        const metadata = { name: "temporal-team", namespace, labels: labels(args.team, "access") };
        const role = new k8s.rbac.v1.Role(
            `${name}-role`,
            // The SDK's types know no readonly lists.
            { metadata, rules: plan.rules as k8s.types.input.rbac.v1.PolicyRule[] },
            { parent: this },
        );
        const apiGroup = "rbac.authorization.k8s.io";
        new k8s.rbac.v1.RoleBinding(
            `${name}-binding`,
            {
                metadata,
                roleRef: { apiGroup, kind: "Role", name: role.metadata.name },
                subjects: [{ apiGroup, kind: "Group", name: plan.group }],
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
