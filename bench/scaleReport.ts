/** Table and machine-readable file of the benchmark of the program's scale. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import Table from "cli-table3";

import { stateDir } from "../local/paths.ts";
import { median } from "./median.ts";
import type { PlanningTime } from "./planningTime.ts";
import type { Preview } from "./scaleStacks.ts";

/** All runs of one number of deployments. */
export interface ScaleMeasurement {
    readonly deployments: number;
    readonly previews: readonly Preview[];
    readonly planning: readonly PlanningTime[];
}

/** Everything that was measured. */
export interface ScaleResults {
    readonly date: string;
    /** The program without resources. */
    readonly empty: readonly Preview[];
    readonly measurements: readonly ScaleMeasurement[];
}

/** Prints the medians and writes every single run to .local/bench/scale.json. */
export function reportScale(results: ScaleResults): void {
    const empty = mediansOf(results.empty);
    const head = ["deployments", "resources", "preview s", "empty s", "preview MiB", "program MiB"];
    const shares = ["program CPU ms", "Node's", "the SDK's", "ours", "ours each", "planning first ms", "planning ms"];
    const table = new Table({
        head: [...head, ...shares],
        colAligns: Array<"right">(head.length + shares.length).fill("right"),
    });
    for (const { deployments, planning, previews } of results.measurements) {
        const all = mediansOf(previews);
        table.push([
            deployments,
            all.resources,
            all.seconds.toFixed(1),
            empty.seconds.toFixed(1),
            all.memory.toFixed(0),
            all.programMemory.toFixed(0),
            all.cpu.toFixed(0),
            all.node.toFixed(0),
            all.sdk.toFixed(0),
            all.ours.toFixed(0),
            (all.ours / deployments).toFixed(1),
            median(planning.map(({ first }) => first)).toFixed(1),
            median(planning.map(({ repeated }) => repeated)).toFixed(2),
        ]);
    }
    console.log(`\nMedians of ${results.empty.length}\n${table.toString()}`);
    console.log("program CPU: of all its threads. Its main thread's, by a profile, in milliseconds:");
    console.log("  Node's: its start, loading modules, garbage collection; the SDK's: @pulumi/* and what it calls");
    console.log(
        "  ours: config, live state, planning and components, with the libraries they call; each: for one deployment",
    );
    const directory = join(stateDir, "bench");
    const path = join(directory, "scale.json");
    mkdirSync(directory, { recursive: true });
    writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
    console.log(`\nEvery single run: ${path}`);
}

function mediansOf(previews: readonly Preview[]) {
    const of = (value: (preview: Preview) => number) => median(previews.map(value));
    return {
        resources: of(({ resources }) => resources),
        seconds: of(({ seconds }) => seconds),
        memory: of(({ memory }) => memory),
        cpu: of(({ program }) => program.cpu),
        ours: of(({ program }) => program.time.ours),
        sdk: of(({ program }) => program.time.sdk),
        node: of(({ program }) => program.time.node),
        programMemory: of(({ program }) => program.memory),
    };
}
