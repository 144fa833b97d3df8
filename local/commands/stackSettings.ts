/** What Pulumi.dev.yaml says, read before Pulumi does: a mistake there is told before anything is built or started. */
import { ConfigError } from "../../config/errors.ts";
import { parseStackConfig } from "../../config/parse.ts";
import { readStackFile, type StackFile } from "../../config/stackFile.ts";
import { nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import type { PlatformPlan } from "../../planning/platform.ts";
import { repoRoot } from "../paths.ts";
import { UserError } from "../userError.ts";

/** Name of the stack that the local commands deploy. */
export const stackName = "dev";

/** Name of the stack of the example team, which `npm start` deploys after it. */
export const teamStackName = "team-orders";

/** Throws UserError when a stack is meant for another cluster: the local commands touch no other. */
export function requireLocalContext(stack = stackName): void {
    const { name, context } = settings(stack);
    if (context === "temporal-local") return;
    throw new UserError(
        `${name} sets kubernetes:context to ${JSON.stringify(context)}, but this command works on the local node ` +
            "(temporal-local) only. For another cluster use pulumi itself: `pulumi up`.",
    );
}

/**
 * References of all images that the stack's pods need, each once.
 * @throws UserError that names every mistake in the stack's config
 */
export function stackImages(): readonly string[] {
    const { name, temporal } = settings(stackName);
    try {
        const { platform, deployments } = planStack(parseStackConfig(temporal), {
            stack: stackName,
            live: nothingLive,
        });
        const images = deployments.flatMap(({ images: { server, adminTools, webUi } }) => [server, adminTools, webUi]);
        return [...new Set([...platformImages(platform), ...images])];
    } catch (error) {
        throw error instanceof ConfigError ? new UserError(`${name}: ${error.message}`) : error;
    }
}

function platformImages(platform: PlatformPlan): readonly string[] {
    if (platform.kind === "shared") return [];
    const { postgresql, monitoring } = platform;
    const server = postgresql.kind === "bundled" ? [postgresql.image] : [];
    if (monitoring.mode === "none") return server;
    const exporter = [...server, monitoring.postgresExporter.image];
    if (monitoring.mode === "operator") return exporter;
    const { prometheus, alertmanager, kubeStateMetrics, grafana } = monitoring;
    const parts = [prometheus, alertmanager, kubeStateMetrics, ...(grafana ? [grafana] : [])];
    return [...exporter, ...parts.map(({ image }) => image)];
}

function settings(stack: string): StackFile {
    try {
        return readStackFile(repoRoot, stack);
    } catch (error) {
        throw error instanceof ConfigError ? new UserError(error.message) : error;
    }
}
