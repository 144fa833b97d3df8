/** What the machine must allow before the node can run in namespaces of its own. */
import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { UserError } from "../userError.ts";

/** Ends each message about what the machine can't do. */
export const instead = 'Deploy to a cluster of your own instead: see the README, "On your own cluster".';

/** Kernel modules that are loaded by nobody else; most kernels have them built in or load them by themselves. */
const modules = ["overlay", "nf_conntrack"];

/** Throws a UserError, one sentence with what to do instead, if the node can't run here. */
export async function checkMachine(): Promise<void> {
    if (process.platform !== "linux" || process.getuid?.() !== 0) {
        throw new UserError(`The local Kubernetes node needs Linux, and root for namespaces and mounts. ${instead}`);
    }
    await execa("modprobe", ["--all", ...modules], { reject: false });
    if (!/\boverlay$/m.test(await readFile("/proc/filesystems", "utf8"))) {
        throw new UserError(
            `The local Kubernetes node needs overlay mounts, which this kernel doesn't have. ${instead}`,
        );
    }
    const { failed, stderr } = await execa(
        "unshare",
        ["--net", "--mount", "--pid", "--fork", "--mount-proc", "mount", "-t", "tmpfs", "node", "/run"],
        { reject: false },
    );
    if (failed) {
        throw new UserError(
            `The local Kubernetes node needs namespaces and mounts of its own, which this machine refuses (${stderr || "no unshare program: install util-linux"}). ${instead}`,
        );
    }
}
