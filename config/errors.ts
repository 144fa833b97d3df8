/** Mistakes in a stack's config, told with the key, the value, and what is allowed. */

/** One mistake. */
export interface ConfigProblem {
    /** Where, as a person would write it: `temporal:deployments[0].slot`. */
    readonly key: string;
    /** What is wrong and what is allowed; names the value. */
    readonly message: string;
}

/** All mistakes found in a stack's config, one line each. */
export class ConfigError extends Error {
    override name = "ConfigError";
    readonly problems: readonly ConfigProblem[];

    constructor(problems: readonly ConfigProblem[]) {
        const lines = problems.map(({ key, message }) => `  ${key}: ${message}`);
        super(
            `The stack's config has ${problems.length === 1 ? "a mistake" : `${problems.length} mistakes`}:\n${lines.join("\n")}`,
        );
        this.problems = problems;
    }
}

/** A value as a message shows it: JSON, cut to a readable length. */
export function show(value: unknown): string {
    const text = JSON.stringify(value) ?? "nothing";
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** `["deployments", 0, "slot"]` as `temporal:deployments[0].slot`. */
export function keyOf(path: readonly PropertyKey[]): string {
    const [first, ...rest] = path;
    const tail = rest.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
    return first === undefined ? "temporal" : `temporal:${String(first)}${tail.join("")}`;
}

/** The word of `allowed` that `word` was probably meant to be, if one is near enough (two edits). */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
    const ranked = allowed
        .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
        .sort((a, b) => a.distance - b.distance);
    const best = ranked[0];
    return best && best.distance <= 2 ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
        const next = [i];
        for (let j = 1; j <= b.length; j++) {
            const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
            next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
        }
        row = next;
    }
    return row[b.length] ?? 0;
}
