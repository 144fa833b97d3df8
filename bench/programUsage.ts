/**
 * Loaded into every Node process of a preview (`NODE_OPTIONS`): the one that runs the Pulumi program writes to the file
 * `BENCH_PROGRAM_USAGE` at its end what it has used.
 */
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { dirname } from "node:path";

import { type TimeByOwner, timeByOwner } from "./ownTime.ts";

/** What the process of a program has used. */
export interface ProgramUsage {
    /** User and system time of all threads, in milliseconds. */
    readonly cpu: number;
    /** Time of the thread that runs the program, sampled. */
    readonly time: TimeByOwner;
    /** Most resident memory, in MiB. */
    readonly memory: number;
}

/** Between two samples, in microseconds. */
const samplingInterval = 500;

const path = process.env.BENCH_PROGRAM_USAGE;

if (path && process.argv[1]?.includes("@pulumi/pulumi/cmd/run")) {
    const session = new Session();
    session.connect();
    session.post("Profiler.enable");
    session.post("Profiler.setSamplingInterval", { interval: samplingInterval });
    session.post("Profiler.start");
    process.on("exit", () => {
        const { user, system } = process.cpuUsage();
        session.post("Profiler.stop", (error, { profile }) => {
            if (error) throw error;
            const usage: ProgramUsage = {
                cpu: (user + system) / 1000,
                time: timeByOwner(profile, dirname(import.meta.dirname)),
                memory: process.resourceUsage().maxRSS / 1024,
            };
            writeFileSync(path, JSON.stringify(usage));
        });
    });
}
