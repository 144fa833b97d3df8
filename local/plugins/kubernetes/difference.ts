/** Compares live state with inputs and names each changed property. */
import { isDeepStrictEqual } from "node:util";

import type { ChangeKind } from "../../../providers/protocol/plugin.ts";
import { isObject, isUnknown, type Value, type Values } from "../../../providers/protocol/values.ts";
import { type Path, touches } from "./replacement.ts";

/** Marks a member that an object doesn't have, unlike one that is null. */
const missing = Symbol("missing");
type Maybe = Value | typeof missing;

function member(value: Maybe, key: string): Maybe {
    return isObject(value) && key in value ? value[key] : missing;
}

function element(value: Maybe, index: number): Maybe {
    // Beyond the end there is no element, but the array it would be in is there: as null, not as missing.
    return Array.isArray(value) && index < value.length ? (value as readonly Value[])[index] : null;
}

/** The JSON merge patch (RFC 7386) that turns `old` into `wanted`; undefined if they are equal. */
function mergePatch(old: Values, wanted: Values): Values | undefined {
    const patch: Record<string, Value> = {};
    for (const key of Object.keys(old)) if (!(key in wanted)) patch[key] = null;
    for (const [key, value] of Object.entries(wanted)) {
        const before = old[key];
        if (isObject(before) && isObject(value)) {
            const inner = mergePatch(before, value);
            if (inner) patch[key] = inner;
        } else if (isUnknown(value) || !isDeepStrictEqual(before, value)) {
            patch[key] = value;
        }
    }
    return Object.keys(patch).length > 0 ? patch : undefined;
}

/** A place as the engine writes it: `spec.ports[0].port`, `metadata.labels["app.kubernetes.io/name"]`. */
export function pathText(path: Path): string {
    return path.reduce<string>((text, part) => {
        if (typeof part === "number") return `${text}[${part}]`;
        if (/[."[\]]/.test(part)) return `${text}["${part.replaceAll('"', '\\"')}"]`;
        return text ? `${text}.${part}` : part;
    }, "");
}

/**
 * The difference between live state and new inputs. `live` is cut down to the old inputs beforehand, so what the server
 * added isn't seen. `replacing` are the places whose change replaces the object.
 */
export function compare(
    live: Values,
    inputs: Values,
    replacing: readonly Path[],
): Readonly<Record<string, ChangeKind>> {
    const changes: Record<string, ChangeKind> = {};

    function record(path: Path, patch: Value, kind: "add" | "delete" | "update"): void {
        changes[pathText(path)] = touches(path, patch, replacing) ? `${kind}-replace` : kind;
    }

    function visitObject(path: Path, patch: Values, old: Maybe, wanted: Maybe, inArray: boolean): void {
        for (const [key, value] of Object.entries(patch)) {
            visit([...path, key], value, member(old, key), member(wanted, key), inArray);
        }
        // A merge patch holds arrays whole, so within them a deleted member isn't null but absent.
        if (!inArray || !isObject(old)) return;
        for (const key of Object.keys(old).filter((name) => !(name in patch))) {
            visit([...path, key], null, member(old, key), member(wanted, key), true);
        }
    }

    function visitArray(path: Path, patch: readonly Value[], old: readonly Value[], wanted: Maybe): void {
        for (let index = 0; index < Math.max(patch.length, old.length); index++) {
            const before = index < old.length ? old[index] : missing;
            visit([...path, index], index < patch.length ? patch[index] : null, before, element(wanted, index), true);
        }
    }

    function visit(path: Path, patch: Value, old: Maybe, wanted: Maybe, inArray: boolean): void {
        if (wanted === missing && patch !== null) return;
        if (patch === null) return record(path, patch, "delete");
        if (old === missing) return record(path, patch, "add");
        if (isObject(patch) && isObject(old)) return visitObject(path, patch, old, wanted, inArray);
        if (Array.isArray(patch) && Array.isArray(old)) return visitArray(path, patch, old as readonly Value[], wanted);
        if (!isDeepStrictEqual(patch, old)) record(path, patch, "update");
    }

    const patch = mergePatch(live, inputs);
    if (patch) visitObject([], patch, live, inputs, false);
    return changes;
}

/** Whether the change at `path` is covered by an `ignoreChanges` entry, in which `*` stands for any one part. */
export function isIgnored(path: string, ignored: readonly string[]): boolean {
    const parts = (text: string) =>
        text.match(/[^.[\]"]+|"(?:[^"\\]|\\.)*"/g)?.map((part) => part.replace(/^"|"$/g, "")) ?? [];
    const place = parts(path);
    return ignored.some((entry) => parts(entry).every((part, index) => part === "*" || part === place[index]));
}
