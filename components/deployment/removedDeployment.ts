import * as pulumi from "@pulumi/pulumi";

import type { DeploymentPlan } from "../../planning/deployment.ts";
import { planClaims } from "../../planning/records.ts";
import { Claims } from "./claims.ts";
import { TemporalDatabase } from "./temporalDatabase.ts";

/** Inputs of {@link RemovedDeployment}. */
export interface RemovedDeploymentArgs {
    readonly plan: DeploymentPlan;
    /** Full name of the stack. */
    readonly stack: string;
    /** The platform's namespace. */
    readonly platformNamespace: pulumi.Input<string>;
}

/**
 * What is left of a deployment that is taken away: its databases, no longer protected, and its name. Once it goes from the
 * config too, they are dropped if that was said, and else stay in PostgreSQL without Pulumi.
 */
export class RemovedDeployment extends pulumi.ComponentResource {
    constructor(name: string, args: RemovedDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
        // The type of a deployment that runs: its databases are the same resources as before.
        super("temporal:index:TemporalDeployment", name, {}, opts);
        const { plan } = args;
        const retain = !plan.removal?.deleteData;
        const claims = new Claims(
            `${name}-claims`,
            { deployment: name, namespace: args.platformNamespace, plans: planClaims(plan, args.stack), retain },
            { parent: this },
        );
        new TemporalDatabase(
            `${name}-database`,
            { deployment: name, names: plan.databases, protect: false, retain, claims },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
