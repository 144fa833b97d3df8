import * as pulumi from "@pulumi/pulumi";

import type { TeamNamespacePlan } from "../../planning/team/teamPlan.ts";
import * as temporal from "../../providers/temporal/sdk/index.ts";

/** Inputs of {@link TeamNamespace}. */
export interface TeamNamespaceArgs {
    /** The namespace; plain, since it decides which search attributes there are. */
    readonly plan: TeamNamespacePlan;
}

/** A Temporal namespace of a team with its search attributes. Needs a temporal-objects provider. */
export class TeamNamespace extends pulumi.ComponentResource {
    /** Its name, once it is there. */
    readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: TeamNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:TeamNamespace", name, {}, opts);
        const { searchAttributes, protect, ...plan } = args.plan;
        const namespace = new temporal.Namespace(
            `${name}-namespace`,
            {
                name: plan.name,
                ...(plan.description === undefined ? {} : { description: plan.description }),
                ...(plan.ownerEmail === undefined ? {} : { ownerEmail: plan.ownerEmail }),
                retention: plan.retention,
                data: plan.data,
                forceDelete: plan.forceDelete,
            },
            { parent: this, protect, ...(plan.adopt ? { import: plan.name } : {}) },
        );
        for (const [attribute, type] of Object.entries(searchAttributes)) {
            new temporal.SearchAttribute(
                `${name}-attribute-${attribute}`,
                { namespace: namespace.name, name: attribute, type, adoptExisting: true },
                // They go with the namespace: removed before, they would be missing where its deletion is then refused.
                { parent: this, deletedWith: namespace },
            );
        }
        this.namespace = namespace.name;
        this.registerOutputs({ namespace: this.namespace });
    }
}
