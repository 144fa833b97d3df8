/** Run by scale.ts in a process of its own, `node bench/planningTime.ts <deployments>`: prints what the planning alone takes. */
import { parseStackConfig } from "../config/parse.ts";
import { nothingLive } from "../planning/liveState.ts";
import { planStack } from "../planning/plan.ts";
import { median } from "./median.ts";
import { scaleConfig } from "./scaleConfig.ts";

/** What planning one stack takes. */
export interface PlanningTime {
    /** The first time in a process, as in every run of the program, in milliseconds. */
    readonly first: number;
    /** Median of many times after that, in milliseconds. */
    readonly repeated: number;
}

/** Odd, so that there is a middle one. */
const repetitions = 201;

const config = parseStackConfig(scaleConfig(Number(process.argv[2])));
const plan = () => planStack(config, { stack: "organization/temporal/scale", live: nothingLive });

function timed(): number {
    const start = performance.now();
    plan();
    return performance.now() - start;
}

const first = timed();
const repeated = median(Array.from({ length: repetitions }, timed));
const result: PlanningTime = { first, repeated };
console.log(JSON.stringify(result));
