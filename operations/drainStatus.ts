/** `npm run drain-status`: how many open workflows each Temporal namespace of each deployment still has. Changes nothing. */
import type { KubeConfig } from "@kubernetes/client-node";

import { withFrontend } from "../live/frontend.ts";
import { openWorkflows, scheduleCounts } from "../live/workflows.ts";
import { readArguments } from "./arguments.ts";
import { drainReport, type DrainStatus } from "./drainReport.ts";
import { messageOf, runCommand } from "./run.ts";
import { findDeployment, type KnownDeployment, readStack } from "./stack.ts";

const usage = "npm run drain-status -- [deployment] [--stack <name>] [--json]";

async function ask(kubeConfig: KubeConfig, { name, ...place }: KnownDeployment): Promise<DrainStatus> {
    try {
        return await withFrontend(kubeConfig, place, async (connection) => {
            const workflows = await openWorkflows(connection);
            const schedules = await scheduleCounts(connection);
            const namespaces = Object.entries(workflows).map(([namespace, openWorkflows]) => ({
                namespace,
                openWorkflows,
                schedules: schedules[namespace] ?? 0,
            }));
            return { deployment: name, namespaces };
        });
    } catch (error) {
        const unreachable = messageOf(error);
        if (unreachable === undefined) throw error;
        return { deployment: name, unreachable };
    }
}

await runCommand(async (args) => {
    const { stack, json, names } = readArguments(args, usage, [0, 1]);
    const { kubeConfig, deployments } = readStack(process.cwd(), stack);
    const wanted = names.length > 0 ? names.map((name) => findDeployment(deployments, name)) : deployments;
    const statuses: DrainStatus[] = [];
    for (const deployment of wanted) statuses.push(await ask(kubeConfig, deployment));
    console.log(json ? JSON.stringify(statuses, null, 2) : drainReport(statuses));
    return statuses.some((status) => "unreachable" in status) ? 1 : 0;
});
