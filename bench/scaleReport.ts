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
    readonly ours: readonly Preview[];
    /** The program that registers the same resources and does nothing else. */
    readonly bare: readonly Preview[];
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
    const shares = [
        "program CPU ms",
        "the SDK's",
        "ours",
        "ours each",
        "ours, wall ms",
        "planning first ms",
        "planning ms",
    ];
    const table = new Table({
        head: [...head, ...shares],
        colAligns: Array<"right">(head.length + shares.length).fill("right"),
    });
    for (const { deployments, planning, ...previews } of results.measurements) {
        const ours = mediansOf(previews.ours);
        const bare = mediansOf(previews.bare);
        if (ours.resources !== bare.resources) throw new Error("the two programs register different resources");
        table.push([
            deployments,
            ours.resources,
            ours.seconds.toFixed(1),
            empty.seconds.toFixed(1),
            ours.memory.toFixed(0),
            ours.programMemory.toFixed(0),
            ours.cpu.toFixed(0),
            bare.cpu.toFixed(0),
            (ours.cpu - bare.cpu).toFixed(0),
            ((ours.cpu - bare.cpu) / deployments).toFixed(0),
            (ours.wall - bare.wall).toFixed(0),
            median(planning.map(({ first }) => first)).toFixed(1),
            median(planning.map(({ repeated }) => repeated)).toFixed(2),
        ]);
    }
    console.log(`\nMedians of ${results.empty.length}\n${table.toString()}`);
    console.log(
        "the SDK's: CPU of a program that registers the same resources, read from a file, and does nothing else",
    );
    console.log("ours: the rest, that is config, live state, planning and components; each: for one deployment");
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
        wall: of(({ program }) => program.wall),
        programMemory: of(({ program }) => program.memory),
    };
}
