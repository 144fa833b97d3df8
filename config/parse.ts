/** Turns what stands in the stack file into a {@link StackConfig}, or tells every mistake in it at once. */
import type { z } from "zod";

import { ConfigError, type ConfigProblem, keyOf, show } from "./errors.ts";
import { type StackConfig, stackSchema } from "./schema.ts";

const typeNames: Record<string, string> = {
    int: "a whole number",
    number: "a whole number",
    string: "text",
    boolean: "true or false",
    object: "a block of keys",
    record: "a block of keys",
    array: "a list",
};

/**
 * Checks a stack's config and fills in defaults.
 * @throws ConfigError naming each mistake with its key, the value, and what is allowed
 */
export function parseStackConfig(raw: unknown): StackConfig {
    const result = stackSchema.safeParse(raw);
    if (result.success) return result.data;
    throw new ConfigError(result.error.issues.map((issue) => problem(issue, raw)));
}

function problem(issue: z.core.$ZodIssue, raw: unknown): ConfigProblem {
    const value = issue.path.reduce<unknown>(
        (at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part],
        raw,
    );
    const key = keyOf(issue.path);
    if (issue.code === "unrecognized_keys") return { key, message: issue.message };
    if (issue.code === "invalid_key") {
        const [inner] = issue.issues;
        const name = show(issue.path.at(-1));
        return { key: keyOf(issue.path.slice(0, -1)), message: `${name} is not allowed as a name; ${inner?.message}` };
    }
    if (value === undefined) return { key, message: `is missing; ${allowed(issue)}` };
    return { key, message: `${show(value)} is not allowed; ${allowed(issue)}` };
}

function allowed(issue: z.core.$ZodIssue): string {
    switch (issue.code) {
        case "invalid_type":
            return `must be ${typeNames[issue.expected] ?? issue.expected}`;
        case "too_small":
            return isNumeric(issue.origin) ? `must be at least ${issue.minimum}` : issue.message;
        case "too_big":
            return isNumeric(issue.origin) ? `must be at most ${issue.maximum}` : issue.message;
        case "invalid_value":
            return `must be one of ${issue.values.map(String).join(", ")}`;
        case "invalid_union":
            // Only dynamic config has a union without words of its own.
            return issue.message.startsWith("must")
                ? issue.message
                : "must be a value, a block of keys, or a list of { value, constraints }";
        default:
            return issue.message;
    }
}

function isNumeric(origin: string): boolean {
    return origin === "number" || origin === "int";
}
