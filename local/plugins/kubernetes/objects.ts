/** Kubernetes objects as plain JSON: reading and changing them by place. */
import { isObject, type Value, type Values } from "../../../providers/protocol/values.ts";

/** The value at `path` in `value`, undefined if there is none. */
export function at(value: Value, ...path: readonly (string | number)[]): Value {
    let current = value;
    for (const key of path) {
        if (Array.isArray(current)) current = (current as readonly Value[])[Number(key)];
        else if (isObject(current)) current = current[key];
        else return undefined;
    }
    return current;
}

/** The string at `path`, empty if there is none. */
export function text(value: Value, ...path: readonly (string | number)[]): string {
    const found = at(value, ...path);
    return typeof found === "string" ? found : "";
}

/** The number at `path`, 0 if there is none: as the API server leaves out counters that are 0. */
export function count(value: Value, ...path: readonly (string | number)[]): number {
    const found = at(value, ...path);
    return typeof found === "number" ? found : 0;
}

/** The objects of the array at `path`; empty if there is none. */
export function list(value: Value, ...path: readonly (string | number)[]): readonly Values[] {
    const found = at(value, ...path);
    return Array.isArray(found) ? found.filter(isObject) : [];
}

/** `object` with `changes` in its metadata; undefined removes a member. */
export function withMetadata(object: Values, changes: Values): Values {
    const metadata = { ...(at(object, "metadata") as Values | undefined), ...changes };
    return { ...object, metadata: Object.fromEntries(Object.entries(metadata).filter(([, v]) => v !== undefined)) };
}

/** `object` without one of its members. */
export function without(object: Values, member: string): Values {
    return Object.fromEntries(Object.entries(object).filter(([key]) => key !== member));
}

/** The object's annotation `key`, empty if there is none. */
export function annotation(object: Values, key: string): string {
    return text(object, "metadata", "annotations", key);
}

/** Name of the object, empty if it has none. */
export function nameOf(object: Values): string {
    return text(object, "metadata", "name");
}

/** Namespace of the object, empty if it has none. */
export function namespaceOf(object: Values): string {
    return text(object, "metadata", "namespace");
}

/** The resource's id: `namespace/name`, or the name alone for what has no namespace. */
export function idOf(object: Values): string {
    return [namespaceOf(object), nameOf(object)].filter(Boolean).join("/");
}

/** The parts of an id. */
export function parseId(id: string): { readonly namespace: string; readonly name: string } {
    const [first = "", second] = id.split("/");
    return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

/** The API version and kind that a type token such as `kubernetes:core/v1:ConfigMap` stands for. */
export function kindOfToken(token: string): { readonly apiVersion: string; readonly kind: string } {
    const [, module = "", kind = ""] = token.split(":");
    return { apiVersion: module.replace(/^core\//, ""), kind };
}

/** `value` without members that are null, at any depth. */
export function withoutNulls(value: Value): Value {
    if (Array.isArray(value)) return (value as readonly Value[]).map(withoutNulls);
    if (!isObject(value)) return value;
    const members = Object.entries(value).filter(([, child]) => child !== null && child !== undefined);
    return Object.fromEntries(members.map(([key, child]) => [key, withoutNulls(child)]));
}
