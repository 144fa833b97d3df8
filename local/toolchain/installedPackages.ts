/** Which of the checkout's npm packages a program needs, by the lock file. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repoRoot } from "../paths.ts";

interface LockedPackage {
    readonly version: string;
    readonly dependencies?: Readonly<Record<string, string>>;
}

/** A package in node_modules. */
export interface InstalledPackage {
    /** Folder below the checkout, for example `node_modules/webpack`. */
    readonly folder: string;
    readonly version: string;
}

/**
 * The packages with all that they depend on, each once; those in `without` and what only they need are left out.
 * @throws Error when the lock file has no such package
 */
export async function installedPackages(
    names: readonly string[],
    without: readonly string[],
): Promise<readonly InstalledPackage[]> {
    const lock = JSON.parse(await readFile(join(repoRoot, "package-lock.json"), "utf8")) as {
        readonly packages: Readonly<Record<string, LockedPackage>>;
    };
    const found = new Map<string, InstalledPackage>();
    const add = (name: string, from: string) => {
        if (without.includes(name)) return;
        const folder = resolve(name, from, lock.packages);
        const { version, dependencies = {} } = lock.packages[folder] as LockedPackage;
        if (found.has(folder)) return;
        found.set(folder, { folder, version });
        for (const dependency of Object.keys(dependencies)) add(dependency, folder);
    };
    for (const name of names) add(name, "");
    return [...found.values()].sort((a, b) => a.folder.localeCompare(b.folder));
}

/** Where Node finds the package `name` from the folder `from`: beside it or beside one of the packages that hold it. */
function resolve(name: string, from: string, packages: Readonly<Record<string, LockedPackage>>): string {
    for (let parent = from; ; parent = parent.slice(0, Math.max(0, parent.lastIndexOf("node_modules/") - 1))) {
        const folder = `${parent ? `${parent}/` : ""}node_modules/${name}`;
        if (packages[folder]) return folder;
        if (!parent) throw new Error(`package-lock.json has no ${name}`);
    }
}
