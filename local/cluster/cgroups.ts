/** The node's own branch of the machine's cgroups: all pods are below it, and it goes with the node. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../userError.ts";
import { nodeName } from "./layout.ts";
import { instead } from "./machine.ts";

/** How long the kernel may take to empty the cgroups of processes that were killed, in milliseconds. */
const patience = 5000;

/** What kubelet wants for its pods in a unified hierarchy. */
const controllers = ["cpuset", "cpu", "io", "memory", "pids"];

interface Hierarchy {
    readonly root: string;
    readonly unified: boolean;
}

/** One on machines with cgroup v2; one for each controller with v1. */
async function hierarchies(): Promise<readonly Hierarchy[]> {
    const mounts = (await readFile("/proc/mounts", "utf8")).split("\n").map((line) => line.split(" "));
    const roots = new Map(mounts.map(([, root = "", type]) => [root, type]));
    return [...roots]
        .filter(([, type]) => type === "cgroup" || type === "cgroup2")
        .map(([root, type]) => ({ root, unified: type === "cgroup2" }));
}

/** Makes the branch in every hierarchy. Throws a UserError where they are read-only, as in most containers. */
export async function ensureCgroups(): Promise<void> {
    for (const { root, unified } of await hierarchies()) {
        if (unified) {
            for (const controller of controllers) {
                // Not every kernel and not every hybrid setup has each; kubelet says what it misses.
                await writeFile(join(root, "cgroup.subtree_control"), `+${controller}`).catch(() => undefined);
            }
        }
        await mkdir(join(root, nodeName), { recursive: true }).catch((error: Error) => {
            throw new UserError(
                `The local Kubernetes node needs cgroups, which this machine refuses (${error.message}). ${instead}`,
            );
        });
    }
}

async function removeTree(directory: string, deadline: number): Promise<void> {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
        if (entry.isDirectory()) await removeTree(join(directory, entry.name), deadline);
    }
    for (;;) {
        try {
            return await rmdir(directory);
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "EBUSY" || Date.now() > deadline) throw error;
            await sleep(50);
        }
    }
}

/** Removes the branch everywhere. Throws where a process is still in it. */
export async function removeCgroups(): Promise<void> {
    for (const { root } of await hierarchies()) {
        const branch = join(root, nodeName);
        if (existsSync(branch)) await removeTree(branch, Date.now() + patience);
    }
}
