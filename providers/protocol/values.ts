/** Property values as the engine sends them: plain JavaScript, with secrets and unknowns marked in place. */
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

/** One property value. A secret is an object that {@link isSecret} knows, an unknown is the string {@link unknown}. */
export type Value = undefined | null | boolean | number | string | readonly Value[] | Values;

/** The properties of a resource, or any object within them. */
export interface Values {
    readonly [key: string]: Value;
}

/** The key and the value by which the engine marks an object as a secret (fixed by the plugin protocol). */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Stands for a string that is known only after other resources exist; appears at preview only. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What the engine sends for values that are unknown and not strings: bool, number, array, asset, archive, object. */
const unknowns: ReadonlySet<unknown> = new Set([
    unknown,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Whether `value` is known only after other resources exist. */
export function isUnknown(value: unknown): boolean {
    return unknowns.has(value);
}

/** Whether `value` is an object with keys: not null, not an array. */
export function isObject(value: unknown): value is Values {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value that the engine encrypts in the state and hides on screen. */
export interface Secret extends Values {
    readonly [signatureKey]: typeof secretSignature;
    readonly value: Value;
}

/** Whether `value` itself is marked secret; secrets further down don't count. */
export function isSecret(value: Value): value is Secret {
    return isObject(value) && value[signatureKey] === secretSignature;
}

/** Marks `value` as a secret. */
export function secret(value: Value): Secret {
    return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

/** Rebuilds `value` with `change` applied to every array element and object member. */
function mapChildren(value: Value, change: (child: Value) => Value): Value {
    if (Array.isArray(value)) return (value as readonly Value[]).map(change);
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, change(child)]));
    return value;
}

/** The value without its secret marks, at any depth. What is returned must never be logged. */
export function reveal(value: Value): Value {
    return isSecret(value) ? reveal(value.value) : mapChildren(value, reveal);
}

/** {@link reveal} for an object; nothing counts as an empty object. */
export function revealAll(values: Values | undefined): Values {
    return (reveal(values) ?? {}) as Values;
}

/** Whether a value at any depth satisfies `test`. */
function some(value: Value, test: (value: Value) => boolean): boolean {
    if (test(value)) return true;
    if (Array.isArray(value)) return (value as readonly Value[]).some((child) => some(child, test));
    return isObject(value) && Object.values(value).some((child) => some(child, test));
}

/** Whether any part of `value` is secret. */
export function hasSecret(value: Value): boolean {
    return some(value, isSecret);
}

/** Whether any part of `value` is unknown. */
export function hasUnknown(value: Value): boolean {
    return some(value, isUnknown);
}

/**
 * `value` with a secret mark wherever `source` has one at the same place. Where the two differ in shape, and in arrays,
 * whose elements may have moved, one secret in `source` makes the whole of `value` secret.
 */
export function markSecretsLike(value: Value, source: Value): Value {
    if (value === undefined || isSecret(value)) return value;
    if (!isObject(source) || isSecret(source) || !isObject(value)) return hasSecret(source) ? secret(value) : value;
    const marked = Object.entries(value).map(([key, child]) => [key, markSecretsLike(child, source[key])] as const);
    return Object.fromEntries(marked);
}

/** Drops members that are undefined, which the wire format doesn't know. */
function withoutUndefined(value: Value): Value {
    if (Array.isArray(value)) return value.map((child: Value) => withoutUndefined(child ?? null));
    if (!isObject(value)) return value;
    const members = Object.entries(value).filter(([, child]) => child !== undefined);
    return Object.fromEntries(members.map(([key, child]) => [key, withoutUndefined(child)]));
}

/** Reads a message of the protocol; none counts as an empty object. */
export function fromStruct(message: struct.Struct | undefined): Values {
    return message?.toJavaScript() ?? {};
}

/** Writes a message of the protocol. */
export function toStruct(values: Values): struct.Struct {
    return struct.Struct.fromJavaScript(withoutUndefined(values) as Record<string, JavaScriptValue>);
}
