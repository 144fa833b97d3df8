/** What a plugin has to offer to be served to the engine: the ResourceProvider service in plain values. */
import type { Values } from "./values.ts";

/** A property that Check refuses, shown to the user under the resource. */
export interface Failure {
    /** The input it is about; empty for the resource as a whole. */
    readonly property: string;
    readonly reason: string;
}

/** The inputs as they are saved, and what is wrong with them. */
export interface Checked {
    readonly inputs: Values;
    readonly failures?: readonly Failure[];
}

/** How one property differs; the `-replace` kinds are what makes the resource be replaced. */
export type ChangeKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

/** The result of comparing a resource with what the program wants. */
export interface Difference {
    readonly changed: boolean;
    /** Each changed property by its path, for example `spec.ports[0].port`. */
    readonly detailed?: Readonly<Record<string, ChangeKind>>;
    /** Top-level names of changed properties. */
    readonly diffs?: readonly string[];
    /** Paths that force a replacement. */
    readonly replaces?: readonly string[];
    /** Delete the old resource first; default false. */
    readonly deleteBeforeReplace?: boolean;
}

/** What all requests about one resource have in common. */
export interface Request {
    readonly urn: string;
    /** The type token, for example `kubernetes:core/v1:ConfigMap`. */
    readonly type: string;
    /** The resource's name in the program. */
    readonly name: string;
}

/** Check: `olds` are the saved inputs, empty if the resource is new. */
export interface CheckRequest extends Request {
    readonly olds: Values;
    readonly news: Values;
    /** Seed for generated values, so that preview and update of one run agree; may be empty. */
    readonly randomSeed: Uint8Array;
}

/** Diff and DiffConfig: `state` are the saved outputs, `oldInputs` the saved and `news` the checked inputs. */
export interface DiffRequest extends Request {
    readonly id: string;
    readonly state: Values;
    readonly oldInputs: Values;
    readonly news: Values;
    /** Property paths of the `ignoreChanges` option; the engine has already put the old values into `news`. */
    readonly ignoreChanges: readonly string[];
}

/** Create: with `preview` nothing may change and values may be unknown. */
export interface CreateRequest extends Request {
    readonly inputs: Values;
    readonly preview: boolean;
    /** The `customTimeouts` option in seconds; 0 is the plugin's own default. */
    readonly timeout: number;
}

/** Update: a {@link DiffRequest} that is carried out. */
export interface UpdateRequest extends DiffRequest {
    readonly preview: boolean;
    readonly timeout: number;
}

/** Read: on refresh with the saved state and inputs, on import with neither. */
export interface ReadRequest extends Request {
    readonly id: string;
    readonly state: Values;
    readonly oldInputs: Values;
    /** As in {@link CreateRequest}. */
    readonly timeout: number;
}

/** Delete. */
export interface DeleteRequest extends Request {
    readonly id: string;
    readonly state: Values;
    readonly oldInputs: Values;
    readonly timeout: number;
}

/** A resource that exists. */
export interface Created {
    readonly id: string;
    readonly state: Values;
}

/** A resource as it was found, with inputs that would give it. */
export interface Found extends Created {
    readonly inputs: Values;
}

/**
 * A resource provider. Methods throw an Error whose message the user is shown; create, update and read may throw
 * {@link PartialFailure}. Methods that are missing here have sensible defaults in the server.
 */
export interface Plugin {
    /** The version that the engine is told, for example "4.34.2". */
    readonly version: string;
    /** The package's schema as JSON. Default: an empty one. */
    schema?(): string;
    /** Takes the provider's inputs, revealed, what isn't a string as JSON; called once, before any resource. */
    configure(settings: ReadonlyMap<string, string>): Promise<void>;
    /** Default: the inputs as given. */
    checkConfig?(request: CheckRequest): Promise<Checked>;
    /** Default: nothing changed. */
    diffConfig?(request: DiffRequest): Promise<Difference>;
    check(request: CheckRequest): Promise<Checked>;
    diff(request: DiffRequest): Promise<Difference>;
    create(request: CreateRequest): Promise<Created>;
    update(request: UpdateRequest): Promise<Values>;
    /** Answers undefined if there is no such resource. */
    read(request: ReadRequest): Promise<Found | undefined>;
    delete(request: DeleteRequest): Promise<void>;
    /** Default: every function is refused. */
    invoke?(token: string, args: Values): Promise<Values>;
    /** The user pressed Ctrl-C: waits must end soon. Default: nothing. */
    cancel?(): void;
}

/** The resource was made or changed but isn't in order: its state is saved and the next update goes on from there. */
export class PartialFailure extends Error {
    override name = "PartialFailure";
    readonly found: Found;
    readonly reasons: readonly string[];

    constructor(message: string, found: Found, reasons: readonly string[]) {
        super(message);
        this.found = found;
        this.reasons = reasons;
    }
}
