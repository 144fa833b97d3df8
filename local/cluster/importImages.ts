/** Brings images into the node's containerd. */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { execa } from "execa";
import type { ImageArchive } from "../images/images.ts";
import type { Report } from "../progress.ts";
import { compareVersions } from "../toolchain/executables.ts";
import { ensureTools } from "../toolchain/tools.ts";
import type { Tool } from "../toolchain/tools.ts";
import { UserError } from "../userError.ts";
import { containerdSocket } from "./layout.ts";

/** Label of an image in containerd: the archive that it came from. */
const archiveLabel = "temporal-local/archive";

/** Where containerd keeps what Kubernetes sees. */
const namespace = "k8s.io";

function ctr(tool: Tool, args: readonly string[]) {
    return execa(tool.path, ["--address", containerdSocket, "--namespace", namespace, "images", ...args], {
        env: { ...tool.env },
    });
}

/** Name of each image that containerd has, with its line of `ctr images ls`, labels last. */
async function presentImages(tool: Tool): Promise<ReadonlyMap<string, string>> {
    const { stdout } = await ctr(tool, ["ls"]);
    return new Map(stdout.split("\n").map((line) => [line.split(" ")[0] ?? "", line]));
}

/** Tells apart two archives of one name; the archives are too large to read them each time. */
async function archiveMark(path: string): Promise<string> {
    const { size, mtimeMs } = await stat(path);
    return `${basename(path)}-${size}-${Math.trunc(mtimeMs)}`.replace(/[^\w.-]/g, "_");
}

/**
 * Brings images into the running node: those with an archive from it, the others from their registries. Leaves out what the
 * node has already.
 * @throws UserError that names the image when it can't be had
 */
export async function bringImages(
    references: readonly string[],
    archives: readonly ImageArchive[],
    report: Report,
): Promise<void> {
    const archived = new Set(archives.map(({ reference }) => reference));
    await importImages(archives, report);
    await pullImages(
        references.filter((reference) => !archived.has(reference)),
        report,
    );
}

/** Imports the archives into the running node, except those that it has already. */
async function importImages(images: readonly ImageArchive[], report: Report): Promise<void> {
    const { ctr: tool } = await ensureTools(["ctr"], report);
    const present = await presentImages(tool);
    for (const [index, { reference, path }] of images.entries()) {
        const label = `${archiveLabel}=${await archiveMark(path)}`;
        if (present.get(reference)?.includes(label)) continue;
        report(`${index + 1} of ${images.length}: ${reference}`);
        await ctr(tool, ["import", path]);
        await ctr(tool, ["label", reference, label]);
    }
}

/**
 * Pulls images into the running node from their registries, except those that it has already. The node itself has no way
 * out; this happens on the host. Throws a UserError that names the image when it can't be had.
 */
async function pullImages(references: readonly string[], report: Report): Promise<void> {
    const { ctr: tool } = await ensureTools(["ctr"], report);
    const present = await presentImages(tool);
    // From 1.7 on, containerd would pull by itself unless told otherwise.
    const onHost = compareVersions(tool.version, "1.7.0") >= 0 ? ["--local"] : [];
    for (const [index, reference] of references.entries()) {
        if (present.has(reference)) continue;
        report(`${index + 1} of ${references.length}: ${reference}`);
        await ctr(tool, ["pull", ...onHost, reference]).catch((error: Error) => {
            throw new UserError(`Can't pull the image ${reference}: ${error.message}`);
        });
    }
}
