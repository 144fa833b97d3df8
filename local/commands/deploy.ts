/** Deploys a stack with `pulumi up`, also where an earlier run was killed. */
import { spawn } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { repoRoot } from "../paths.ts";
import { keepStackFile } from "../pulumi.ts";
import { phases } from "../progress.ts";
import { UserError } from "../userError.ts";
import { endCarefully } from "./interrupt.ts";
import { runPulumi, type StackEnvironment, stackOf } from "./stack.ts";

/**
 * Runs `pulumi up` with its own output on screen, after mending what a killed run has left.
 * @throws UserError when pulumi fails; it has said why on screen
 */
export async function deployStack(environment: StackEnvironment): Promise<void> {
    const start = Date.now();
    await removeLocks(environment);
    await settlePendingOperations(environment);
    await showPulumi(["up", "--yes", "--suppress-outputs"], environment);
    phases.push({ title: `pulumi up, ${stackOf(environment)}`, milliseconds: Date.now() - start });
}

async function showPulumi(args: readonly string[], environment: StackEnvironment): Promise<void> {
    const code = await keepStackFile(stackOf(environment), () =>
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
    const stackName = stackOf(environment);
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

/** A resource as `pulumi stack export` shows it. */
export interface ExportedResource {
    readonly urn: string;
    readonly type: string;
    readonly inputs?: {
        readonly name?: string;
        readonly metadata?: { readonly name?: string; readonly namespace?: string };
    };
}

/** What `pulumi stack export` answers, as far as it matters here. */
export interface ExportedState {
    readonly deployment: {
        readonly resources?: readonly ExportedResource[];
        readonly pending_operations?: readonly { readonly type: string; readonly resource: ExportedResource }[];
    };
}

/**
 * The state with every creation that may have been carried out written down as done, under the ID that its provider would
 * have given it; nothing is pending any more. A refresh then takes out again what isn't there. (Pulumi's own
 * `refresh --import-pending-creates` forgets the resource instead.)
 */
export function withPendingCreations<T extends ExportedState>(state: T): T {
    const { resources = [], pending_operations: pending = [] } = state.deployment;
    const made = pending.flatMap(({ type, resource }) => {
        const id = type === "creating" ? createdId(resource) : undefined;
        return id === undefined ? [] : [{ ...resource, id, outputs: resource.inputs }];
    });
    return {
        ...state,
        deployment: { ...state.deployment, resources: [...resources, ...made], pending_operations: [] },
    };
}

/** The ID that a resource gets; undefined where it is something that only the state knows, such as a random password. */
function createdId({ type, inputs }: ExportedResource): string | undefined {
    if (type.startsWith("postgresql:")) return inputs?.name;
    if (!type.startsWith("kubernetes:")) return undefined;
    const { name, namespace } = inputs?.metadata ?? {};
    return name !== undefined && namespace !== undefined ? `${namespace}/${name}` : name;
}

/**
 * Finds out what became of the operations during which pulumi was killed. What was made but not written down would be made
 * once more, which PostgreSQL and Kubernetes refuse.
 */
async function settlePendingOperations(environment: StackEnvironment): Promise<void> {
    const state = JSON.parse(await runPulumi(["stack", "export"], environment)) as ExportedState;
    const pending = state.deployment.pending_operations ?? [];
    if (pending.length === 0) return;
    console.error(`Pulumi was killed during ${pending.length} operations; it now looks at what became of them.`);
    await runPulumi(["stack", "import"], environment, JSON.stringify(withPendingCreations(state)));
    await showPulumi(["refresh", "--yes", "--skip-preview"], environment);
}
