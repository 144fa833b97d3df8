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
    /** 0 is the program without resources. */
    readonly deployments: number;
    readonly previews: readonly Preview[];
    /** Empty for the program without resources. */
    readonly planning: readonly PlanningTime[];
}

/** Everything that was measured. */
export interface ScaleResults {
    readonly date: string;
    readonly measurements: readonly ScaleMeasurement[];
}

/** Prints the medians and writes every single run to .local/bench/scale.json. */
export function reportScale(results: ScaleResults): void {
    const [empty, ...filled] = results.measurements.map(mediansOf);
    const smallest = filled[0];
    if (!empty || !smallest) return;
    const table = new Table({
        head: [
            "deployments",
            "resources",
            "preview s",
            "preview MiB",
            "program CPU ms",
            "program wall ms",
            "program MiB",
            "share CPU ms",
            "each further one ms",
            "planning first ms",
            "planning ms",
            "plan KiB",
        ],
        colAligns: Array<"right">(12).fill("right"),
    });
    for (const row of [empty, ...filled]) {
        const share = row.cpu - empty.cpu;
        const further = (row.cpu - smallest.cpu) / (row.deployments - smallest.deployments);
        table.push([
            row.deployments,
            row.resources,
            row.seconds.toFixed(1),
            row.memory.toFixed(0),
            row.cpu.toFixed(0),
            row.wall.toFixed(0),
            row.programMemory.toFixed(0),
            row === empty ? "" : share.toFixed(0),
            row.deployments > smallest.deployments ? further.toFixed(0) : "",
            ...(row === empty ? ["", "", ""] : [row.first.toFixed(1), row.repeated.toFixed(2), row.heap.toFixed(0)]),
        ]);
    }
    console.log(`\nMedians of ${results.measurements[0]?.previews.length}\n${table.toString()}`);
    console.log("share: what the program's process uses more than that of the program without resources");
    console.log("each further one: how much the share grows with each deployment after the first");
    const directory = join(stateDir, "bench");
    const path = join(directory, "scale.json");
    mkdirSync(directory, { recursive: true });
    writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
    console.log(`\nEvery single run: ${path}`);
}

function mediansOf({ deployments, previews, planning }: ScaleMeasurement) {
    const of = (value: (preview: Preview) => number) => median(previews.map(value));
    return {
        deployments,
        resources: of(({ resources }) => resources),
        seconds: of(({ seconds }) => seconds),
        memory: of(({ memory }) => memory),
        cpu: of(({ program }) => program.cpu),
        wall: of(({ program }) => program.wall),
        programMemory: of(({ program }) => program.memory),
        first: median(planning.map(({ first }) => first)),
        repeated: median(planning.map(({ repeated }) => repeated)),
        heap: median(planning.map(({ heap }) => heap)),
    };
}
