/** Empty folders on the host where the node, in its mount namespace, has its own: made if they are missing, and removed again. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { clusterDir, mountPoints } from "./layout.ts";

/** Remembers which of them were made here. */
const record = join(clusterDir, "made-folders.json");

async function readRecord(): Promise<readonly string[]> {
    if (!existsSync(record)) return [];
    return JSON.parse(await readFile(record, "utf8")) as string[];
}

/** Makes mount points and what is to be mounted there. */
export async function ensureMountPoints(): Promise<void> {
    const made = new Set(await readRecord());
    for (const { path } of mountPoints) {
        for (let folder = path; !existsSync(folder); folder = dirname(folder)) made.add(folder);
    }
    await writeFile(record, JSON.stringify([...made]));
    for (const { path, source } of mountPoints) {
        await mkdir(path, { recursive: true });
        if (source !== undefined) await mkdir(source, { recursive: true });
    }
}

/** Removes those that were made here, unless somebody else has put something in. */
export async function removeMountPoints(): Promise<void> {
    const deepestFirst = [...(await readRecord())].sort((left, right) => right.length - left.length);
    for (const folder of deepestFirst) {
        await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
            if (error.code !== "ENOENT" && error.code !== "ENOTEMPTY") throw error;
        });
    }
}
