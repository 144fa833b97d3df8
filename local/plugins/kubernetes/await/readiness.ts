/** What it means for an object of some kind to be ready. */
import type { Values } from "../../../../providers/protocol/values.ts";
import type { Api } from "../api.ts";

/** How far an object is. */
export interface Readiness {
    readonly ready: boolean;
    /** It will not become ready, so waiting is of no use; default false. */
    readonly failed?: boolean;
    /** What is being waited for, in a few words. */
    readonly status: string;
    /** What is wrong, one sentence each. */
    readonly problems: readonly string[];
    /** The pods the object needs; what is wrong with them is added to the problems. */
    readonly pods?: readonly Values[];
}

/**
 * Looks at an object once. `last` is the object as it was before an update, undefined if it was created.
 */
export type Check = (api: Api, object: Values, last: Values | undefined) => Promise<Readiness>;

/** A result for an object that is ready. */
export const ready: Readiness = { ready: true, status: "", problems: [] };
