/** What planning makes of a stack's config. */
import type { DeploymentPlan } from "./deployment.ts";
import type { PlatformPlan } from "./platform.ts";

/** A stack's plan. */
export interface Plan {
    /** Full name of the stack, under which it holds claims. */
    readonly stack: string;
    readonly platform: PlatformPlan;
    readonly deployments: readonly DeploymentPlan[];
}
