/** Runs a command of this folder. */
import { isGrpcServiceError } from "@temporalio/client";

import { ConfigError } from "../config/errors.ts";
import { LiveError } from "../live/errors.ts";
import { UserError } from "../local/userError.ts";

/** What people are told of an error; undefined for one that is a mistake of this program. */
export function messageOf(error: unknown): string | undefined {
    if (isGrpcServiceError(error)) return `Temporal's answer: ${error.details}`;
    const isMeantForPeople = [UserError, ConfigError, LiveError].some((kind) => error instanceof kind);
    return isMeantForPeople ? (error as Error).message : undefined;
}

/** Runs it with this process's arguments, tells its errors, and ends the process with its exit code, 1 after an error. */
export async function runCommand(command: (args: readonly string[]) => Promise<number>): Promise<never> {
    try {
        process.exit(await command(process.argv.slice(2)));
    } catch (error) {
        console.error(messageOf(error) ?? error);
        process.exit(1);
    }
}
