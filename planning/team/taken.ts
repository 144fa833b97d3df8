/** Values that stand twice where each may stand once. */
import type { ConfigProblem } from "../../config/errors.ts";

/** A value with the place that it stands at. */
export interface Entry {
    readonly key: string;
    /** What it is, as a message says it; values of different kinds don't meet. */
    readonly what: string;
    /** Within which it may stand once only. */
    readonly scope: string;
    readonly value: string;
}

/** Each second one. */
export function taken(entries: readonly Entry[]): ConfigProblem[] {
    const id = ({ what, scope, value }: Entry) => `${what}/${scope}/${value}`;
    const first = new Map<string, Entry>();
    const problems: ConfigProblem[] = [];
    for (const entry of entries) {
        const holder = first.get(id(entry));
        if (!holder) first.set(id(entry), entry);
        else {
            const message = `"${entry.value}" is taken by ${holder.key}; must be a ${entry.what} of its own`;
            problems.push({ key: entry.key, message });
        }
    }
    return problems;
}
