/**
 * Loaded into every Node process of a preview (`NODE_OPTIONS`): the one that runs the Pulumi program writes to the file
 * `BENCH_PROGRAM_USAGE` at its end what it has used.
 */
import { writeFileSync } from "node:fs";

/** What the process of a program has used. */
export interface ProgramUsage {
    /** User and system time, in milliseconds. */
    readonly cpu: number;
    /** From the start of the process to its end, in milliseconds. */
    readonly wall: number;
    /** Most resident memory, in MiB. */
    readonly memory: number;
}

const path = process.env.BENCH_PROGRAM_USAGE;

if (path && process.argv[1]?.includes("@pulumi/pulumi/cmd/run")) {
    process.on("exit", () => {
        const { user, system } = process.cpuUsage();
        const usage: ProgramUsage = {
            cpu: (user + system) / 1000,
            wall: performance.now(),
            memory: process.resourceUsage().maxRSS / 1024,
        };
        writeFileSync(path, JSON.stringify(usage));
    });
}
