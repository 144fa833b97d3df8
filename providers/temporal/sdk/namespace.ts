/** A namespace of a Temporal server. */
import * as pulumi from "@pulumi/pulumi";

import { token } from "../package.ts";

/** Whether something of closed workflows is archived before it is deleted. */
export interface ArchivalArgs {
    readonly enabled: pulumi.Input<boolean>;
    /**
     * Where to, for example `s3://bucket/path`. Can't be changed once it is set.
     * @default the cluster's own default
     */
    readonly uri?: pulumi.Input<string>;
}

/** Inputs of {@link Namespace}. */
export interface NamespaceArgs {
    /** Name of the namespace. Another name makes another namespace. */
    readonly name: pulumi.Input<string>;
    /** What it is for. Can be changed, but not cleared: left out, it stays as it is. */
    readonly description?: pulumi.Input<string>;
    /** Whom to ask. Can be changed, but not cleared: left out, it stays as it is. */
    readonly ownerEmail?: pulumi.Input<string>;
    /**
     * How long closed workflows are kept, for example `72h` or `30d`.
     * @default "72h"
     */
    readonly retention?: pulumi.Input<string>;
    /**
     * Free keys and values. Temporal never removes a key: one that is dropped here gets an empty value.
     * @default none
     */
    readonly data?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
    /** Archival of histories. Left out, it stays as it is; at first as the cluster's configuration has it. */
    readonly historyArchival?: pulumi.Input<ArchivalArgs>;
    /** Archival of visibility records. Left out, it stays as it is; at first as the cluster's configuration has it. */
    readonly visibilityArchival?: pulumi.Input<ArchivalArgs>;
    /** Whether it can be replicated to other clusters. A local namespace can be made global, never the other way. */
    readonly global?: pulumi.Input<boolean>;
    /**
     * Clusters that have it.
     * @default the server's own
     */
    readonly clusters?: pulumi.Input<readonly pulumi.Input<string>[]>;
    /**
     * Cluster in which its workflows run.
     * @default the server's own
     */
    readonly activeCluster?: pulumi.Input<string>;
    /**
     * Deletes it even with open workflows, which end there and then. To count, it must have been applied by an update before.
     * @default false
     */
    readonly forceDelete?: pulumi.Input<boolean>;
}

/** Archival as it is. */
export interface Archival {
    readonly enabled: boolean;
    readonly uri?: string;
}

/**
 * A namespace of a Temporal server; its id is its name, by which it is imported. It is marked in its `data` as belonging to
 * its stack, and other stacks then neither change nor delete it. It isn't deleted while it has open workflows, unless
 * `forceDelete` is set.
 *
 *     new temporal.Namespace("payments", { name: "payments-production", retention: "30d" }, { provider });
 */
export class Namespace extends pulumi.CustomResource {
    declare readonly name: pulumi.Output<string>;
    declare readonly description: pulumi.Output<string | undefined>;
    declare readonly ownerEmail: pulumi.Output<string | undefined>;
    declare readonly retention: pulumi.Output<string>;
    declare readonly data: pulumi.Output<Readonly<Record<string, string>>>;
    declare readonly historyArchival: pulumi.Output<Archival>;
    declare readonly visibilityArchival: pulumi.Output<Archival>;
    declare readonly global: pulumi.Output<boolean>;
    declare readonly clusters: pulumi.Output<readonly string[]>;
    declare readonly activeCluster: pulumi.Output<string>;
    declare readonly forceDelete: pulumi.Output<boolean>;
    /** The server's own id, a UUID. */
    declare readonly namespaceId: pulumi.Output<string>;
    /** Stack and resource that it belongs to, as noted in its data; empty if nobody's. */
    declare readonly owner: pulumi.Output<string>;

    constructor(name: string, args: NamespaceArgs, opts?: pulumi.CustomResourceOptions) {
        super(token("Namespace"), name, { ...args, namespaceId: undefined, owner: undefined }, opts);
    }
}
