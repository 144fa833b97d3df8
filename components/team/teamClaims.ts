import * as pulumi from "@pulumi/pulumi";

import type { TeamRecordPlan } from "../../planning/team/teamRecord.ts";
import { record } from "../deployment/record.ts";

/** Inputs of {@link TeamClaims}. */
export interface TeamClaimsArgs {
    /** Name of the team's deployment. */
    readonly deployment: string;
    /** The platform's namespace. */
    readonly namespace: pulumi.Input<string>;
    /** Holds the team's name, and says what it has. */
    readonly record: TeamRecordPlan;
    /** What else is claimed; plain, since it decides which objects there are. */
    readonly claims: readonly TeamRecordPlan[];
}

/** A team's record and its claims in the platform's namespace. Whatever else the team has depends on them. */
export class TeamClaims extends pulumi.ComponentResource {
    constructor(name: string, args: TeamClaimsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:TeamClaims", name, {}, opts);
        const { deployment, namespace, claims } = args;
        const made: pulumi.Resource[] = [];
        for (const plan of [args.record, ...claims]) {
            const part = plan === args.record ? "record" : `${plan.data.kind}-${plan.data.value}`;
            // One after the other: of two stacks that want the same, the second gets none of them.
            const opts = { parent: this, deleteBeforeReplace: true, dependsOn: [...made] };
            made.push(record(`${name}-${part}`, { deployment, namespace, plan }, opts));
        }
        this.registerOutputs({});
    }
}
