/**
 * The state of a resource as the official plugin saves it: the live object, and beside its members the inputs, the API
 * version it was created with and the field manager.
 */
import { createHash, randomBytes } from "node:crypto";

import {
    isObject,
    markSecretsLike,
    reveal,
    secret,
    type Value,
    type Values,
} from "../../../providers/protocol/values.ts";
import { annotation, text, withoutNulls } from "./objects.ts";

/** Names of the members that aren't part of the object. */
const inputsKey = "__inputs";
const initialVersionKey = "__initialApiVersion";
const fieldManagerKey = "__fieldManager";

/** What is saved of a resource. */
export interface Saved {
    readonly inputs: Values;
    readonly live: Values;
    readonly fieldManager: string;
    readonly initialApiVersion: string;
}

/** `length` hexadecimal digits, the same for the same seed; random without one. */
export function hexDigits(seed: Uint8Array, length: number): string {
    const bytes = seed.length > 0 ? createHash("sha256").update(seed).digest() : randomBytes(length);
    return bytes.toString("hex").slice(0, length);
}

/** Reads saved state, without secret marks. A member that the state lacks is taken from `inputs` or made up. */
export function parseState(state: Values, inputs: Values): Saved {
    const {
        [inputsKey]: saved,
        [initialVersionKey]: version,
        [fieldManagerKey]: manager,
        ...live
    } = reveal(state) as Values;
    return {
        inputs: isObject(saved) ? saved : {},
        live,
        initialApiVersion: typeof version === "string" ? version : text(inputs, "apiVersion"),
        fieldManager: typeof manager === "string" ? manager : `pulumi-kubernetes-${hexDigits(new Uint8Array(), 8)}`,
    };
}

/** The field manager for the next apply: the annotation's, else the saved one. */
export function fieldManagerOf(inputs: Values, saved: Saved): string {
    return annotation(inputs, "pulumi.com/patchFieldManager") || saved.fieldManager;
}

/** `object` with everything secret that is secret in `source`; the content of a Secret always is. */
export function markObjectSecrets(object: Values, source: Values): Values {
    if (object.kind !== "Secret") return markSecretsLike(object, source) as Values;
    const hidden = (value: Value) => (value === undefined ? undefined : secret(value));
    const { data, stringData, ...rest } = object;
    return Object.fromEntries(
        Object.entries({ ...rest, data: hidden(data), stringData: hidden(stringData) }).filter(
            ([, v]) => v !== undefined,
        ),
    );
}

/** Builds the state to save. `source` are the inputs with secret marks. */
export function buildState(saved: Saved, source: Values): Values {
    return {
        ...markObjectSecrets(withoutNulls(saved.live) as Values, source),
        [inputsKey]: markObjectSecrets(withoutNulls(saved.inputs) as Values, source),
        [initialVersionKey]: saved.initialApiVersion,
        [fieldManagerKey]: saved.fieldManager,
    };
}
