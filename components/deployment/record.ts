import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { recordLabel, type RecordPlan } from "../../planning/records.ts";
import type { TeamRecordPlan } from "../../planning/team/teamRecord.ts";
import { labels } from "../kubernetes.ts";

/** Inputs of {@link record}. */
export interface RecordArgs {
    /** Name of the deployment that it is of. */
    readonly deployment: string;
    /** The platform's namespace. */
    readonly namespace: pulumi.Input<string>;
    readonly plan: RecordPlan | TeamRecordPlan;
}

/** A claim or record of a deployment, or of a team on it, in the platform's namespace. */
export function record(name: string, args: RecordArgs, opts: pulumi.CustomResourceOptions): k8s.core.v1.ConfigMap {
    const { plan } = args;
    return new k8s.core.v1.ConfigMap(
        name,
        {
            metadata: {
                name: plan.name,
                namespace: args.namespace,
                labels: { ...labels(args.deployment, "record"), [recordLabel]: plan.kind },
            },
            data: { ...plan.data },
        },
        opts,
    );
}
