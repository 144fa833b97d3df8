/** Which properties a program wants otherwise than they were wanted, or found, before. */
import { isDeepStrictEqual } from "node:util";

import type { ChangeKind, Difference } from "../../protocol/plugin.ts";
import { isObject, isUnknown, type Value, type Values } from "../../protocol/values.ts";
import { join } from "./check.ts";
import type { Properties } from "./shape.ts";

type Change = "add" | "delete" | "update";

/** Compares checked and revealed inputs property by property, down to the members of objects and the elements of lists. */
export function differenceOf(properties: Properties, before: Values, wanted: Values): Difference {
    const detailed: Record<string, ChangeKind> = {};
    const replaces: string[] = [];
    for (const [name, property] of Object.entries(properties)) {
        if (property.kept && wanted[name] === undefined) continue;
        for (const [path, change] of changes(name, before[name], wanted[name])) {
            detailed[path] = property.replaces ? `${change}-replace` : change;
            if (property.replaces) replaces.push(path);
        }
    }
    const diffs = Object.keys(properties).filter((name) =>
        Object.keys(detailed).some(
            (path) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`),
        ),
    );
    return { changed: diffs.length > 0, detailed, diffs, replaces };
}

function changes(path: string, before: Value, wanted: Value): (readonly [string, Change])[] {
    if (isDeepStrictEqual(before, wanted)) return [];
    if (before === undefined) return [[path, "add"]];
    if (wanted === undefined) return [[path, "delete"]];
    if (isUnknown(wanted)) return [[path, "update"]];
    if (Array.isArray(before) && Array.isArray(wanted)) {
        const [old, next] = [before as readonly Value[], wanted as readonly Value[]];
        return Array.from({ length: Math.max(old.length, next.length) }, (_, index) =>
            changes(`${path}[${index}]`, old[index], next[index]),
        ).flat();
    }
    if (!isObject(before) || !isObject(wanted)) return [[path, "update"]];
    return [...new Set([...Object.keys(before), ...Object.keys(wanted)])].flatMap((key) =>
        changes(join(path, key), before[key], wanted[key]),
    );
}
