/** A Nexus endpoint of a Temporal server. */
import * as pulumi from "@pulumi/pulumi";

import { token } from "../package.ts";

/** Workers that answer calls. */
export interface NexusWorkerTargetArgs {
    /** Namespace of the workers. */
    readonly namespace: pulumi.Input<string>;
    /** Task queue that the workers poll. */
    readonly taskQueue: pulumi.Input<string>;
}

/** Where calls go: exactly one of these. */
export interface NexusTargetArgs {
    /** Workers of this server. */
    readonly worker?: pulumi.Input<NexusWorkerTargetArgs>;
    /** A Nexus service elsewhere, by http or https. */
    readonly url?: pulumi.Input<string>;
}

/** Inputs of {@link NexusEndpoint}. */
export interface NexusEndpointArgs {
    /** Name by which workflows call it, unique on the server. Can be changed. */
    readonly name: pulumi.Input<string>;
    /**
     * What it does, in Markdown.
     * @default ""
     */
    readonly description?: pulumi.Input<string>;
    /** Where calls go. */
    readonly target: pulumi.Input<NexusTargetArgs>;
}

/** Where calls go. */
export interface NexusTarget {
    readonly worker?: { readonly namespace: string; readonly taskQueue: string };
    readonly url?: string;
}

/** A Nexus endpoint of a Temporal server; imported by its name, or by its id, which is the server's own. */
export class NexusEndpoint extends pulumi.CustomResource {
    declare readonly name: pulumi.Output<string>;
    declare readonly description: pulumi.Output<string>;
    declare readonly target: pulumi.Output<NexusTarget>;
    /** The server's own id, a UUID. */
    declare readonly endpointId: pulumi.Output<string>;

    constructor(name: string, args: NexusEndpointArgs, opts?: pulumi.CustomResourceOptions) {
        super(token("NexusEndpoint"), name, { ...args, endpointId: undefined }, opts);
    }
}
