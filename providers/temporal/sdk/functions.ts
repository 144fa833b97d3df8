/** What a program can ask a Temporal server for. */
import * as pulumi from "@pulumi/pulumi";

import { token } from "../package.ts";
import type { Archival } from "./namespace.ts";

/** A namespace that somebody else manages. */
export interface NamespaceInfo {
    readonly name: string;
    readonly description?: string;
    readonly ownerEmail?: string;
    /** How long closed workflows are kept, for example `72h`. */
    readonly retention: string;
    readonly data: Readonly<Record<string, string>>;
    readonly historyArchival: Archival;
    readonly visibilityArchival: Archival;
    readonly global: boolean;
    readonly clusters: readonly string[];
    readonly activeCluster: string;
    /** The server's own id, a UUID. */
    readonly namespaceId: string;
    /** Stack and resource that it belongs to, as noted in its data; empty if nobody's. */
    readonly owner: string;
}

/** What a server says of itself. */
export interface ClusterInfo {
    /** Name of the cluster among those it replicates with. */
    readonly clusterName: string;
    /** The cluster's id, a UUID. */
    readonly clusterId: string;
    /** For example `1.31.2`. */
    readonly serverVersion: string;
    /** Number of history shards, fixed for ever. */
    readonly historyShardCount: number;
    /** Kind of the main store, for example `postgres12`. */
    readonly persistenceStore: string;
    /** Kind of the visibility store, for example `postgres12`. */
    readonly visibilityStore: string;
}

/** Looks up a namespace by its name; fails if there is none. */
export function getNamespace(
    args: { readonly name: pulumi.Input<string> },
    opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<NamespaceInfo> {
    return pulumi.runtime.invokeOutput<NamespaceInfo>(token("getNamespace"), args, opts ?? {});
}

/** Tells what the server is: its version, its name, its stores. */
export function getClusterInfo(opts?: pulumi.InvokeOutputOptions): pulumi.Output<ClusterInfo> {
    return pulumi.runtime.invokeOutput<ClusterInfo>(token("getClusterInfo"), {}, opts ?? {});
}
