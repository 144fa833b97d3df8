/**
 * The program's own scale: time and memory of `pulumi preview` and of the planning alone for more and more deployments in one
 * stack, beside a program without resources. The program's own share is read from a CPU profile. `npm run bench:scale`; `-- --runs 1` for a
 * quick look (default 3, medians are shown).
 */
import { parseArgs } from "node:util";

import { execa } from "execa";

import { ensureNode } from "../local/commands/localCluster.ts";
import { repoRoot } from "../local/paths.ts";
import { step } from "../local/progress.ts";
import type { PlanningTime } from "./planningTime.ts";
import { deploymentCounts } from "./scaleConfig.ts";
import { type ScaleMeasurement, reportScale } from "./scaleReport.ts";
import { type Preview, scaleStack } from "./scaleStacks.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "3" } } });
const runs = Number(values.runs);

await ensureNode();
const measurements: ScaleMeasurement[] = [];
const empty = await step("The empty program", () => previews(0));
for (const deployments of deploymentCounts) {
    measurements.push(await step(`${deployments} deployments`, () => measure(deployments)));
}
reportScale({ date: new Date().toISOString(), empty, measurements });

async function measure(deployments: number): Promise<ScaleMeasurement> {
    return {
        deployments,
        previews: await previews(deployments),
        planning: await times(runs, () => plan(deployments)),
    };
}

async function previews(deployments: number): Promise<readonly Preview[]> {
    const stack = await scaleStack(deployments);
    try {
        // The first run fills Node's compile cache.
        await stack.preview();
        return await times(runs, () => stack.preview());
    } finally {
        stack.remove();
    }
}

async function plan(deployments: number): Promise<PlanningTime> {
    const args = ["--disable-warning=ExperimentalWarning", "bench/planningTime.ts", String(deployments)];
    const { stdout } = await execa(process.execPath, args, { cwd: repoRoot });
    return JSON.parse(stdout) as PlanningTime;
}

async function times<T>(count: number, work: () => Promise<T>): Promise<T[]> {
    const results: T[] = [];
    for (let run = 0; run < count; run++) results.push(await work());
    return results;
}
