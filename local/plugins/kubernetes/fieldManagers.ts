/**
 * Who manages which fields of an object. An object is created by a plain POST, which Kubernetes books as an update by
 * the creator. Those fields are handed to the manager that applies changes later: otherwise it would not remove a field that
 * the program drops, and conflict with itself over one that changes.
 */
import { isObject, type Value, type Values } from "../../../providers/protocol/values.ts";
import { list, text } from "./objects.ts";

/** The manager of a POST. The official plugin takes it for its own by this very name. */
export const creator = "pulumi-kubernetes";

/** Managers of updates that are taken over: ours, and those of people with kubectl. */
const takenOver = [creator, "pulumi-resource-kubernetes", "kubectl", "before-first-apply"];

function isTakenOver(entry: Values): boolean {
    const manager = text(entry, "manager");
    const byUpdate = text(entry, "operation") === "Update" || manager.startsWith("kubectl");
    return byUpdate && !text(entry, "subresource") && takenOver.some((prefix) => manager.startsWith(prefix));
}

/** The union of two sets of fields, which are nested objects of names. */
function union(one: Value, other: Value): Value {
    if (!isObject(one) || !isObject(other)) return one ?? other;
    const merged: Record<string, Value> = { ...one };
    for (const [key, value] of Object.entries(other)) merged[key] = union(merged[key], value);
    return merged;
}

/** The object's managed fields with all that is taken over under `manager`; undefined if nothing changes. */
export function handOver(live: Values, manager: string): readonly Values[] | undefined {
    const entries = list(live, "metadata", "managedFields");
    const moved = entries.filter(isTakenOver);
    if (moved.length === 0) return undefined;
    const isOurs = (entry: Values) => text(entry, "manager") === manager && text(entry, "operation") === "Apply";
    const [first, ...rest] = [...entries.filter(isOurs), ...moved];
    const fields = rest.reduce((all, entry) => union(all, entry.fieldsV1), first?.fieldsV1);
    const merged = { ...first, manager, operation: "Apply", fieldsV1: fields };
    return [...entries.filter((entry) => !isOurs(entry) && !moved.includes(entry)), merged];
}

/** Whether managers other than `manager` hold the field at `path`, and whether `manager` does. */
export function holders(
    live: Values,
    manager: string,
    path: readonly string[],
): { readonly ours: boolean; readonly theirs: boolean } {
    const holds = (entry: Values) => {
        let fields = entry.fieldsV1;
        for (const part of path) fields = isObject(fields) ? fields[`f:${part}`] : undefined;
        return fields !== undefined;
    };
    const holding = list(live, "metadata", "managedFields").filter(holds);
    return {
        ours: holding.some((entry) => text(entry, "manager") === manager),
        theirs: holding.some((entry) => text(entry, "manager") !== manager),
    };
}
