/** The code of workflows in the form in which workers take it, made once for each state of its sources. */
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";

import { cacheDir } from "../paths.ts";

/**
 * File with the bundle of the workflows in the module at `path`, which may import from its own folder and from packages.
 * Bundling takes seconds, so it is kept in the cache under a name that changes with that folder and the SDK.
 */
export async function workflowBundle(path: string): Promise<string> {
    const { version } = createRequire(import.meta.url)("@temporalio/workflow/package.json") as { version: string };
    const hash = createHash("sha256").update(version);
    const folder = dirname(path);
    for (const file of (await readdir(folder)).filter((name) => name.endsWith(".ts")).sort()) {
        hash.update(file).update(await readFile(join(folder, file)));
    }
    const file = join(cacheDir, "bundles", `${basename(path, ".ts")}-${hash.digest("hex").slice(0, 12)}.js`);
    if (existsSync(file)) return file;
    const { code } = await bundleWorkflowCode({ workflowsPath: path, logger: new DefaultLogger("WARN") });
    await mkdir(dirname(file), { recursive: true });
    // Another process may be at it, too: the file appears only when it is complete.
    const unfinished = `${file}.${randomUUID()}`;
    await writeFile(unfinished, code);
    await rename(unfinished, file);
    return file;
}
