/** Tables and the machine-readable file of a benchmark run. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import Table from "cli-table3";

import { stateDir } from "../local/paths.ts";
import type { LoadResult } from "./load.ts";
import { median } from "./median.ts";
import type { Usage } from "./processes.ts";

/** One run of a load with what it cost. */
export interface MeasuredLoad extends LoadResult {
    /** Milliseconds of CPU per workflow, of server and database. */
    readonly cpuPerWorkflow: number;
    /** PostgreSQL commits per workflow; null for a server without PostgreSQL. */
    readonly commitsPerWorkflow: number | null;
}

/** Memory of a group of processes, in MiB. */
export type Memory = Pick<Usage, "residentMiB" | "proportionalMiB">;

/** Everything that a benchmark run measured. */
export interface BenchResults {
    readonly date: string;
    /** Seconds from `pulumi up` on empty databases. */
    readonly install: readonly {
        readonly availableSeconds: number;
        readonly firstWorkflowSeconds: number;
        readonly restarts: number;
    }[];
    /** Memory of the four idle servers and of PostgreSQL. */
    readonly idle: { readonly servers: Memory; readonly postgresql: Memory };
    readonly loads: { readonly deployment: readonly MeasuredLoad[]; readonly startDev: readonly MeasuredLoad[] };
}

/** Prints the medians and writes every single run to .local/bench.json. */
export function report(results: BenchResults): void {
    const { install, idle, loads } = results;
    console.log(`\nFrom \`pulumi up\` on empty databases, median of ${install.length}`);
    console.log(`  four services Available   ${median(install.map((run) => run.availableSeconds)).toFixed(1)} s`);
    console.log(`  first workflow completed  ${median(install.map((run) => run.firstWorkflowSeconds)).toFixed(1)} s`);
    console.log(`  pod restarts              ${Math.max(...install.map((run) => run.restarts))}`);
    const memory = ({ residentMiB, proportionalMiB }: Memory) =>
        `${residentMiB.toFixed(0)} MiB resident, ${proportionalMiB.toFixed(0)} MiB with shared pages counted once`;
    console.log(`Idle: four servers ${memory(idle.servers)}`);
    console.log(`Idle: PostgreSQL ${memory(idle.postgresql)}\n`);
    const table = new Table({
        head: [
            "in flight",
            "server",
            "workflows/s",
            "p50 ms",
            "p95 ms",
            "CPU ms/workflow",
            "commits/workflow",
            "of start-dev",
        ],
    });
    for (const inFlight of new Set(loads.deployment.map((run) => run.inFlight))) {
        const of = (runs: readonly MeasuredLoad[]) => runs.filter((run) => run.inFlight === inFlight);
        const rate = (runs: readonly MeasuredLoad[]) => median(of(runs).map((run) => run.perSecond));
        for (const [server, runs] of Object.entries(loads)) {
            const commits = of(runs).map((run) => run.commitsPerWorkflow);
            table.push([
                inFlight,
                server === "startDev" ? "start-dev" : "deployment",
                rate(runs).toFixed(1),
                median(of(runs).map((run) => run.p50)).toFixed(0),
                median(of(runs).map((run) => run.p95)).toFixed(0),
                median(of(runs).map((run) => run.cpuPerWorkflow)).toFixed(0),
                commits.includes(null) ? "" : median(commits as number[]).toFixed(0),
                (rate(runs) / rate(loads.startDev)).toFixed(2),
            ]);
        }
    }
    console.log(table.toString());
    const path = join(stateDir, "bench.json");
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
    console.log(`\nEvery single run: ${path}`);
}
