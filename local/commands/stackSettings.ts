/** What Pulumi.dev.yaml says, read before Pulumi does: a mistake there is told before anything is built or started. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { ConfigError } from "../../config/errors.ts";
import { parseStackConfig } from "../../config/parse.ts";
import { planStack } from "../../planning/plan.ts";
import { repoRoot } from "../paths.ts";
import { UserError } from "../userError.ts";

/** Name of the stack that the local commands deploy. */
export const stackName = "dev";

const file = `Pulumi.${stackName}.yaml`;

function settings(): Readonly<Record<string, unknown>> {
    const content = parse(readFileSync(join(repoRoot, file), "utf8")) as { config?: Record<string, unknown> } | null;
    return content?.config ?? {};
}

/** Throws UserError when the stack is meant for another cluster: the local commands touch no other. */
export function requireLocalContext(): void {
    const context = settings()["kubernetes:context"];
    if (context === "temporal-local") return;
    throw new UserError(
        `${file} sets kubernetes:context to ${JSON.stringify(context ?? null)}, but this command works on the local node ` +
            "(temporal-local) only. For another cluster use pulumi itself: `pulumi up`.",
    );
}

/**
 * References of all images that the stack's pods need, each once.
 * @throws UserError that names every mistake in the stack's config
 */
export function stackImages(): readonly string[] {
    const own = Object.entries(settings()).flatMap(([key, value]) =>
        key.startsWith("temporal:") && key !== "temporal:postgresqlAdminPassword"
            ? [[key.slice("temporal:".length), value]]
            : [],
    );
    try {
        const { platform, deployments } = planStack(parseStackConfig(Object.fromEntries(own)));
        const images = deployments.flatMap(({ images: { server, adminTools, webUi } }) => [server, adminTools, webUi]);
        return [...new Set(platform.postgresql.kind === "bundled" ? [platform.postgresql.image, ...images] : images)];
    } catch (error) {
        throw error instanceof ConfigError ? new UserError(`${file}: ${error.message}`) : error;
    }
}
