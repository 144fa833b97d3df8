/** What the supervisor is told, and what it tells. */

/** A program that the supervisor keeps running. */
export interface Component {
    readonly name: string;
    readonly command: readonly [string, ...string[]];
    /** To be added to the environment that all have. Default: nothing. */
    readonly environment?: Readonly<Record<string, string>>;
    /** Components that have to be ready before this one starts for the first time. */
    readonly after: readonly string[];
    /** Answers once it is ready: `unix:<path>` by taking a connection, an http(s) URL with status 200. */
    readonly probe: string;
}

/** All that the supervisor has to know. */
export interface NodeSpec {
    /** Changes with anything that needs a restart of the node. */
    readonly revision: string;
    /** The folder of the node's data; tells apart the nodes of several checkouts. */
    readonly directory: string;
    readonly components: readonly Component[];
    readonly environment: Readonly<Record<string, string>>;
    /** Path of the supervisor's own socket. */
    readonly socket: string;
    /** Nothing starts before this address is there. */
    readonly address: string;
    readonly logs: string;
    /** Folder where persistent volumes appear. */
    readonly volumes: string;
    /** PEM file of the authority that has signed what the probes see. */
    readonly authority: string;
}

/** How one component is. */
export interface ComponentStatus {
    readonly name: string;
    readonly ready: boolean;
    /** Process id inside the node. */
    readonly pid?: number;
    /** How often it has ended and been started again. */
    readonly restarts: number;
}

/** What the supervisor tells. */
export interface NodeStatus {
    readonly revision: string;
    readonly directory: string;
    /** Milliseconds since 1970. */
    readonly startedAt: number;
    /** True once it was told to stop. */
    readonly stopping: boolean;
    readonly components: readonly ComponentStatus[];
}
