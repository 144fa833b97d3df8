/** What is written after `npm run <command> --`. */
import { parseArgs } from "node:util";

import { UserError } from "../local/userError.ts";

/** The arguments of a command. */
export interface CommandArguments {
    /** `--stack`. Default: dev. */
    readonly stack: string;
    /** `--json`: the answer for programs. */
    readonly json: boolean;
    /** What isn't an option. */
    readonly names: readonly string[];
}

/**
 * Reads a command's arguments.
 * @param usage how the command is written, for the message
 * @param count how many names it takes, at least and at most
 * @throws UserError for an option that it doesn't know, and for too few or too many names
 */
export function readArguments(
    args: readonly string[],
    usage: string,
    count: readonly [number, number],
): CommandArguments {
    const options = { stack: { type: "string", default: "dev" }, json: { type: "boolean", default: false } } as const;
    const parse = () => {
        try {
            return parseArgs({ args: [...args], options, allowPositionals: true });
        } catch (error) {
            throw new UserError(`${(error as Error).message}\nUsage: ${usage}`);
        }
    };
    const { values, positionals } = parse();
    const [least, most] = count;
    if (positionals.length < least || positionals.length > most) {
        const wanted = least === most ? `${least} names` : `at most ${most} name${most === 1 ? "" : "s"}`;
        throw new UserError(`Takes ${wanted}, not ${positionals.length}.\nUsage: ${usage}`);
    }
    return { ...values, names: positionals };
}
