/** The stack dev as its monitoring should see it: what is planned, beside what runs. */
import { join } from "node:path";

import { parseStackConfig } from "../../config/parse.ts";
import { readStackFile } from "../../config/stackFile.ts";
import { type DeployedStack, startAndDeploy } from "../../local/commands/localCluster.ts";
import { repoRoot, stateDir } from "../../local/paths.ts";
import { stackName } from "../../local/commands/stackSettings.ts";
import { withLock } from "../../local/toolchain/lock.ts";
import type { DeploymentPlan } from "../../planning/deployment.ts";
import { nothingLive } from "../../planning/liveState.ts";
import type { BundledMonitoringPlan } from "../../planning/monitoring/bundled.ts";
import type { CommonMonitoringPlan } from "../../planning/monitoring/monitoring.ts";
import { planStack } from "../../planning/plan.ts";

/** Plan of a stack with bundled monitoring. */
export interface WatchedPlan {
    readonly monitoring: CommonMonitoringPlan & BundledMonitoringPlan;
    readonly deployments: readonly DeploymentPlan[];
}

/** Plan of the stack dev. Throws when its monitoring isn't bundled. */
export function watchedPlan(): WatchedPlan {
    const { temporal } = readStackFile(repoRoot, stackName);
    const { platform, deployments } = planStack(parseStackConfig(temporal), { stack: stackName, live: nothingLive });
    if (platform.kind === "shared" || platform.monitoring.mode !== "bundled") {
        throw new Error(`The stack ${stackName} has no bundled monitoring.`);
    }
    return { monitoring: platform.monitoring, deployments };
}

/** Deploys the stack dev, one test after the other: two runs of Pulumi on one stack would be refused. */
export function deployWatched(): Promise<DeployedStack> {
    return withLock(join(stateDir, "watched.lock"), () => undefined, startAndDeploy);
}
