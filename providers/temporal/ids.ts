/** Ids of what is in a namespace. */
import type { Operation } from "./connection/operation.ts";

/** Namespace and the rest of an id. Throws a Refusal that shows `form` where it has no such two parts. */
export function splitId(operation: Operation, id: string, form: string): readonly [string, string] {
    const slash = id.indexOf("/");
    if (slash < 1 || slash === id.length - 1)
        throw operation.refusal(`its id must be ${form}, not ${JSON.stringify(id)}.`);
    return [id.slice(0, slash), id.slice(slash + 1)];
}
