/** What Pulumi.<stack>.yaml says, for commands that need it without Pulumi. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { ConfigError } from "./errors.ts";
import { secretKeys } from "./schema.ts";

const prefix = "temporal:";

/** A stack's config as it is written. */
export interface StackFile {
    /** `Pulumi.<stack>.yaml`. */
    readonly name: string;
    /** `kubernetes:context`; null where the stack names none. */
    readonly context: unknown;
    /** What stands under `temporal:`, for parseStackConfig, but no secrets. */
    readonly temporal: Readonly<Record<string, unknown>>;
}

/**
 * Reads the file of a stack; nothing in it is checked yet.
 * @param folder where Pulumi.yaml is
 * @throws ConfigError when there is no such file: it names the stacks there are
 */
export function readStackFile(folder: string, stack: string): StackFile {
    const name = `Pulumi.${stack}.yaml`;
    const path = join(folder, name);
    if (!existsSync(path)) {
        const stacks = globSync("Pulumi.*.yaml", { cwd: folder }).map((file) => file.split(".")[1]);
        const there =
            stacks.length > 0 ? `the stacks here are ${stacks.sort().join(", ")}` : "there is no other either";
        throw new ConfigError([{ key: name, message: `is not in ${folder}; ${there}` }]);
    }
    const content = parse(readFileSync(path, "utf8")) as { config?: Record<string, unknown> } | null;
    const config = content?.config ?? {};
    const own = Object.entries(config)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value] as const)
        .filter(([key]) => !secretKeys.includes(key));
    return { name, context: config["kubernetes:context"] ?? null, temporal: Object.fromEntries(own) };
}
