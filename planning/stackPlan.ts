/** What planning makes of a stack's config. */
import type { DeploymentPlan } from "./deployment.ts";
import type { PlatformPlan } from "./platform.ts";
import type { TeamPlan } from "./team/teamPlan.ts";

/** A stack's plan. */
export interface Plan {
    /** Full name of the stack, under which it holds claims. */
    readonly stack: string;
    readonly platform: PlatformPlan;
    readonly deployments: readonly DeploymentPlan[];
    /** Those whose deployment there is. */
    readonly teams: readonly TeamPlan[];
}
