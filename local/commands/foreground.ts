/** Runs a program as if it had been typed at the terminal. */
import { spawn } from "node:child_process";
import { constants } from "node:os";

import { UserError } from "../userError.ts";

/**
 * Runs a program with this process's input and output, and answers its exit code (128 + n where signal n ended it).
 * Signals are the program's business as long as it runs.
 * @param environment added to this process's environment
 */
export function runInForeground(
    file: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
): Promise<number> {
    return new Promise((resolve, reject) => {
        const child = spawn(file, args, { stdio: "inherit", env: { ...process.env, ...environment } });
        const passOn = (signal: NodeJS.Signals) => {
            // A terminal sends Ctrl-C to the program by itself; twice would mean "don't finish what you are doing".
            if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
        };
        const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
        for (const signal of signals) process.on(signal, passOn);
        child.on("error", (error) => reject(new UserError(`Can't run ${file}: ${error.message}`)));
        child.on("close", (code, signal) => {
            for (const name of signals) process.off(name, passOn);
            resolve(code ?? 128 + constants.signals[signal ?? "SIGTERM"]);
        });
    });
}
