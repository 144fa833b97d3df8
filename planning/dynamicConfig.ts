/** Temporal's dynamic config file: the program's own settings, then the stack's, checked against the server's keys. */
import { readFileSync } from "node:fs";

import { stringify } from "yaml";

import { nearest, show } from "../config/errors.ts";

/** A value that holds where its constraints hold; the last without constraints is the default. */
export interface ConstrainedValue {
    readonly value: unknown;
    readonly constraints?: Readonly<Record<string, unknown>>;
}

/** What a stack's config gives for a key: a plain value, or values with constraints. */
export type DynamicConfigInput = Readonly<Record<string, unknown>>;

interface KeyInfo {
    readonly type: "bool" | "int" | "float" | "string" | "duration" | "map" | "typed";
    readonly scope: string;
}

/** Every key of the default server version with its type and scope; made by local/toolchain/dynamicConfigKeys.ts. */
const knownKeys = JSON.parse(readFileSync(new URL("dynamicConfigKeys.json", import.meta.url), "utf8")) as Record<
    string,
    KeyInfo
>;

/** How long a pod that shuts down keeps serving, in seconds; see temporal-server's service.go of each service. */
export const drainSeconds = {
    /** The frontend's health check fails for this long before it stops: endpoints must drop out of Services first. */
    frontendFailHealthCheck: 5,
    /** Then open calls get this long to finish. */
    frontend: 10,
    /** History gives its shards away, then waits this long for callers to follow. */
    history: 5,
    /** Matching hands its task queues over. */
    matching: 5,
} as const;

/**
 * What the program sets by itself: ids no longer than PostgreSQL's VARCHAR(255) columns; drained instead of cut
 * connections when a pod stops (the server's own defaults are 0); nothing calls home.
 */
const ownSettings: DynamicConfigInput = {
    "limit.maxIDLength": 255,
    "frontend.enableServerVersionCheck": false,
    "frontend.shutdownFailHealthCheckDuration": `${drainSeconds.frontendFailHealthCheck}s`,
    "frontend.shutdownDrainDuration": `${drainSeconds.frontend}s`,
    "history.shutdownDrainDuration": `${drainSeconds.history}s`,
    "matching.shutdownDrainDuration": `${drainSeconds.matching}s`,
};

const constraintsOfScope: Record<string, readonly string[]> = {
    Global: [],
    Namespace: ["namespace"],
    TaskQueue: ["namespace", "taskQueueName", "taskType"],
    ShardID: ["shardID"],
};

/** Renders the file; keys sorted, so that the same settings give the same text. */
export function renderDynamicConfig(settings: DynamicConfigInput): string {
    const merged: Record<string, unknown> = { ...ownSettings, ...settings };
    const file = Object.fromEntries(
        Object.keys(merged)
            .sort()
            .map((key) => [key, constrainedValues(merged[key])]),
    );
    return stringify(file);
}

/** Every mistake in a stack's dynamic config: unknown keys, wrong types, constraints that the key doesn't know. */
export function dynamicConfigProblems(settings: DynamicConfigInput): readonly { key: string; message: string }[] {
    return Object.entries(settings).flatMap(([key, input]) => {
        const info = knownKeys[key];
        if (!info) {
            const guess = nearest(key, Object.keys(knownKeys));
            return [
                {
                    key,
                    message: `is not a dynamic config key of the server${guess ? `, did you mean "${guess}"?` : ""}`,
                },
            ];
        }
        return constrainedValues(input).flatMap(({ value, constraints }) => {
            const problems = [];
            if (!fits(value, info.type))
                problems.push({ key, message: `${show(value)} is not allowed; must be ${typeText[info.type]}` });
            const allowed = constraintsOfScope[info.scope] ?? ["namespace"];
            for (const constraint of Object.keys(constraints ?? {}).filter((c) => !allowed.includes(c))) {
                const choice = allowed.length === 0 ? "takes no constraints" : `takes only ${allowed.join(", ")}`;
                problems.push({ key, message: `the constraint "${constraint}" is not allowed; this key ${choice}` });
            }
            return problems;
        });
    });
}

function constrainedValues(input: unknown): readonly ConstrainedValue[] {
    return Array.isArray(input) ? (input as ConstrainedValue[]) : [{ value: input }];
}

const typeText: Record<KeyInfo["type"], string> = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    string: "text",
    duration: 'a duration such as "10s" or "1h30m"',
    map: "a block of keys",
    typed: "a block of keys or a value",
};

function fits(value: unknown, type: KeyInfo["type"]): boolean {
    switch (type) {
        case "bool":
            return typeof value === "boolean";
        case "int":
            return Number.isInteger(value);
        case "float":
            return typeof value === "number";
        case "string":
            return typeof value === "string";
        case "duration":
            return typeof value === "string" && /^(\d+(\.\d+)?(ns|us|ms|s|m|h|d))+$/.test(value);
        case "map":
            return typeof value === "object" && value !== null && !Array.isArray(value);
        case "typed":
            return value !== undefined && value !== null;
    }
}
