/** Node as npm has it: the official build, which needs nothing but the C library, so it runs in an image too. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cacheDir } from "../paths.ts";
import type { Report } from "../progress.ts";
import { versions } from "./versions.ts";

/** Path of the node program in the cache, where bootstrap.mjs keeps it too; fetched with npm on first use. */
export async function nodeRuntime(report: Report): Promise<string> {
    const name = `node-linux-${process.arch}`;
    const directory = join(cacheDir, `node-${versions.node}`);
    const binary = join(directory, "node_modules", name, "bin", "node");
    if (existsSync(binary)) return binary;
    report(`fetching Node ${versions.node}`);
    await mkdir(cacheDir, { recursive: true });
    // Installed aside and then moved, so that an interrupted install is never taken for a whole one.
    const unfinished = await mkdtemp(`${directory}-`);
    try {
        const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts", "--loglevel=error"];
        await execa("npm", ["install", "--prefix", unfinished, `${name}@${versions.node}`, ...quiet]);
        if (!existsSync(binary)) await rename(unfinished, directory);
    } finally {
        await rm(unfinished, { recursive: true, force: true });
    }
    return binary;
}
