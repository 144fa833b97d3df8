/** Deploys the stack dev with `pulumi up`, also where an earlier run was killed. */
import { spawn } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { repoRoot } from "../paths.ts";
import { keepStackFile } from "../pulumi.ts";
import { phases } from "../progress.ts";
import { UserError } from "../userError.ts";
import { endCarefully } from "./interrupt.ts";
import { runPulumi } from "./stack.ts";
import type { StackEnvironment } from "./stack.ts";
import { stackName } from "./stackSettings.ts";

/**
 * Runs `pulumi up` with its own output on screen, after mending what a killed run has left.
 * @throws UserError when pulumi fails; it has said why on screen
 */
export async function deployStack(environment: StackEnvironment): Promise<void> {
    const start = Date.now();
    await removeLocks(environment);
    await settlePendingOperations(environment);
    await showPulumi(["up", "--yes", "--suppress-outputs"], environment);
    phases.push({ title: "pulumi up", milliseconds: Date.now() - start });
}

async function showPulumi(args: readonly string[], environment: StackEnvironment): Promise<void> {
    const code = await keepStackFile(stackName, () =>
        endCarefully(
            spawn("pulumi", args, {
                cwd: repoRoot,
                env: { ...process.env, ...environment },
                stdio: ["ignore", "inherit", "inherit"],
                detached: true,
            }),
        ),
    );
    if (code !== 0) {
        throw new UserError(
            `\`pulumi ${args[0]}\` failed; its messages above say why. \`npm start\` tries again and continues from here.`,
        );
    }
}

/** Removes the locks of pulumi runs that were killed. Throws UserError when such a run is still at work. */
async function removeLocks(environment: StackEnvironment): Promise<void> {
    const backend = fileURLToPath(environment.PULUMI_BACKEND_URL ?? "");
    // The one stack's locks: <backend>/.pulumi/locks/organization/<project>/<stack>/<id>.json
    const directory = join(backend, ".pulumi", "locks");
    const locks = globSync(`organization/*/${stackName}/*.json`, { cwd: directory });
    if (locks.length === 0) return;
    for (const lock of locks) {
        const { pid } = JSON.parse(readFileSync(join(directory, lock), "utf8")) as { pid: number };
        if (isPulumi(pid)) {
            throw new UserError(
                `Another pulumi (process ${pid}) is working on the stack ${stackName}. Wait until it has ended, or end it ` +
                    `with \`kill -INT ${pid}\`, then try again.`,
            );
        }
    }
    console.error(`A pulumi run on the stack ${stackName} was killed; its lock is removed.`);
    await runPulumi(["cancel", "--yes"], environment);
}

function isPulumi(pid: number): boolean {
    try {
        return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "pulumi";
    } catch {
        return false;
    }
}

interface PendingOperation {
    readonly type: string;
    readonly resource: { readonly urn: string; readonly type: string; readonly inputs?: { readonly name?: string } };
}

/**
 * Finds out what became of the operations during which pulumi was killed. Kubernetes objects may be created twice without
 * harm (server-side apply); a PostgreSQL role or database may not, so pulumi looks it up by its name.
 */
async function settlePendingOperations(environment: StackEnvironment): Promise<void> {
    const state = JSON.parse(await runPulumi(["stack", "export"], environment)) as {
        deployment: { pending_operations?: readonly PendingOperation[] };
    };
    const pending = state.deployment.pending_operations ?? [];
    if (pending.length === 0) return;
    console.error(`Pulumi was killed during ${pending.length} operations; it now looks at what became of them.`);
    const lookUps = pending
        .filter(({ type, resource }) => type === "creating" && resource.type.startsWith("postgresql:"))
        .flatMap(({ resource }) => (resource.inputs?.name ? [resource.urn, resource.inputs.name] : []));
    // The flag takes one value each time; URNs and names come in turns.
    const imports = lookUps.flatMap((value) => ["--import-pending-creates", value]);
    await showPulumi(["refresh", "--yes", "--skip-preview", ...imports, "--clear-pending-creates"], environment);
}
