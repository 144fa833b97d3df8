/** Gets the programs of a Go module into the cache: downloaded where possible, else built. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../paths.ts";
import type { Report } from "../progress.ts";
import { download } from "./download.ts";
import { buildFlags, goBuild, sourceOf } from "./goBuild.ts";
import type { GoModule } from "./goModules.ts";
import { withLock } from "./lock.ts";

/** A module's programs in the cache. */
export interface ModulePrograms {
    /** Holds a file per program, and the module's assets if it was built. */
    readonly directory: string;
    readonly origin: "downloaded" | "built";
}

/** Names everything that the programs depend on, except the version of Go: a newer one need not build all anew. */
async function cacheKey(module: GoModule): Promise<string> {
    const hash = createHash("sha256");
    for (const file of ["go.mod", "go.sum", "main.go"]) {
        const path = join(sourceOf(module), file);
        if (existsSync(path)) hash.update(await readFile(path));
    }
    hash.update(JSON.stringify([module, buildFlags, process.arch]));
    return hash.digest("hex").slice(0, 12);
}

async function make(module: GoModule, directory: string, report: Report): Promise<ModulePrograms["origin"]> {
    if (module.release && (await download(module.release, directory, report))) return "downloaded";
    await rm(directory, { recursive: true });
    await mkdir(directory);
    await goBuild(module, directory, report);
    return "built";
}

/**
 * The module's programs, made if they aren't in the cache. What is half made has another name until it is whole, so
 * stopping at any point does no harm. Throws a UserError when it can be neither downloaded nor built.
 */
export async function ensureModule(module: GoModule, report: Report): Promise<ModulePrograms> {
    const directory = join(cacheDir, "programs", `${module.directory}-${module.version}-${await cacheKey(module)}`);
    const originFile = join(directory, "origin");
    if (!existsSync(directory)) {
        await withLock(`${directory}.lock`, report, async () => {
            if (existsSync(directory)) return;
            const unfinished = `${directory}.part`;
            await rm(unfinished, { recursive: true, force: true });
            await mkdir(unfinished);
            const origin = await make(module, unfinished, report);
            await writeFile(join(unfinished, "origin"), origin);
            await rename(unfinished, directory);
        });
    }
    return { directory, origin: (await readFile(originFile, "utf8")) as ModulePrograms["origin"] };
}
