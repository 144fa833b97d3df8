import * as pulumi from "@pulumi/pulumi";

import type { RecordPlan } from "../../planning/records.ts";
import { record } from "./record.ts";

/** Inputs of {@link Claims}. */
export interface ClaimsArgs {
    /** Name of the deployment. */
    readonly deployment: string;
    /** The platform's namespace. */
    readonly namespace: pulumi.Input<string>;
    /** What is claimed; plain, since it decides which objects there are. */
    readonly plans: readonly RecordPlan[];
    /** Whether the claims outlive the deployment, as its databases do. */
    readonly retain: boolean;
}

/** A deployment's claims on name, slot and namespace. Whatever else the deployment makes depends on them. */
export class Claims extends pulumi.ComponentResource {
    constructor(name: string, args: ClaimsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:Claims", name, {}, opts);
        const { deployment, namespace, plans, retain } = args;
        const made: pulumi.Resource[] = [];
        for (const plan of plans) {
            // One after the other: of two stacks that want the same, the second gets none of them.
            const opts = { parent: this, retainOnDelete: retain, deleteBeforeReplace: true, dependsOn: [...made] };
            made.push(record(`${name}-${plan.data.kind}`, { deployment, namespace, plan }, opts));
        }
        this.registerOutputs({});
    }
}
