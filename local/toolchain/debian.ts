/**
 * Unpacks Debian packages into the cache, without installing them: an installation would start services and change the
 * machine. Works on Debian and whatever descends from it; elsewhere the programs must be on the machine.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { glob, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa, type ExecaError } from "execa";
import { cacheDir } from "../paths.ts";
import type { Report } from "../progress.ts";
import { UserError } from "../userError.ts";
import { findExecutable } from "./executables.ts";
import { withLock } from "./lock.ts";

/** Libraries that every machine has in the version that its other programs need. */
const everywhere = new Set(["libc6", "libgcc-s1", "libcrypt1"]);

/** A set of packages, unpacked together. */
export interface PackageSet {
    /** Names the folder in the cache. */
    readonly name: string;
    readonly packages: readonly string[];
    /** True for the root of an image, which needs the C library too. */
    readonly withSystemLibraries: boolean;
    /** Packages that something names as needed and that aren't. Default: none. */
    readonly without?: readonly string[];
}

/** A set in the cache. */
export interface UnpackedPackages {
    /** The packages' files as below `/`. */
    readonly root: string;
    /** Version of each package, libraries included. */
    readonly versions: Readonly<Record<string, string>>;
}

/** Packages that apt names as needed by these. Only libraries count: the rest serves the installation. */
async function librariesOf(packages: readonly string[]): Promise<string[]> {
    const only = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"].map(
        (kind) => `--no-${kind}`,
    );
    const { stdout } = await execa("apt-cache", ["depends", ...only, ...packages], { env: { LC_ALL: "C" } });
    const named = [...stdout.matchAll(/^ [ |](?:Pre)?Depends: (\S+)$/gm)].map((match) => match[1] ?? "");
    return named.filter((name) => /^(lib|zlib)/.test(name));
}

async function withLibraries(set: PackageSet): Promise<string[]> {
    const all = new Set(set.packages);
    for (let added = [...set.packages]; added.length > 0;) {
        added = (await librariesOf(added)).filter(
            (name) =>
                !all.has(name) && !set.without?.includes(name) && (set.withSystemLibraries || !everywhere.has(name)),
        );
        added = [...new Set(added)];
        for (const name of added) all.add(name);
    }
    return [...all].sort();
}

async function fetchAndUnpack(set: PackageSet, directory: string, report: Report): Promise<void> {
    report("looking up Debian packages");
    const packages = await withLibraries(set);
    report(`downloading ${packages.length} Debian packages`);
    await execa("apt-get", ["download", "-q", ...packages], { cwd: directory });

    const versions: Record<string, string> = {};
    const root = join(directory, "root");
    for await (const file of glob("*.deb", { cwd: directory })) {
        const path = join(directory, file);
        const { stdout } = await execa("dpkg-deb", ["-W", "--showformat=${Package} ${Version}", path]);
        const [name = "", version = ""] = stdout.split(" ");
        versions[name] = version;
        report(`unpacking ${Object.keys(versions).length} of ${packages.length} Debian packages`);
        await execa("dpkg-deb", ["-x", path, root]);
        await rm(path);
    }
    await writeFile(join(directory, "versions.json"), JSON.stringify(versions, null, 4));
}

async function makeSet(set: PackageSet, directory: string, report: Report): Promise<void> {
    if ((await findExecutable("apt-get")) === undefined || (await findExecutable("dpkg-deb")) === undefined) {
        throw new UserError(
            `${set.packages.join(", ")}: not on this machine, and only machines with apt (Debian, Ubuntu) can fetch them by ` +
                `themselves: install them with this system's own package manager.`,
        );
    }
    const attempt = async () => {
        await rm(directory, { recursive: true, force: true });
        await mkdir(directory, { recursive: true });
        await fetchAndUnpack(set, directory, report);
    };
    try {
        await attempt();
    } catch {
        // The package lists are missing, or older than the archive.
        report("refreshing the lists of Debian packages");
        try {
            await execa("apt-get", ["update", "-q"]);
            await attempt();
        } catch (error) {
            const told = (error as ExecaError<object>).stderr ?? (error as Error).message;
            throw new UserError(
                `The Debian packages ${set.packages.join(", ")} can't be had with apt: ${String(told).trim()}`,
            );
        }
    }
}

async function release(): Promise<string> {
    const text = await readFile("/etc/os-release", "utf8").catch(() => "");
    return /^ID=.*$/m.exec(text)?.[0] + "/" + /^VERSION_ID=.*$/m.exec(text)?.[0];
}

/**
 * The packages of a set with the libraries they need, unpacked in the cache. The versions are those that the machine's
 * package lists offered when the set was first unpacked. Throws a UserError without apt or when a package is not to be had.
 */
export async function unpackPackages(set: PackageSet, report: Report): Promise<UnpackedPackages> {
    const key = createHash("sha256")
        .update(JSON.stringify([set, await release(), process.arch]))
        .digest("hex");
    const directory = join(cacheDir, "debian", `${set.name}-${key.slice(0, 12)}`);
    if (!existsSync(directory)) {
        await withLock(`${directory}.lock`, report, async () => {
            if (existsSync(directory)) return;
            await makeSet(set, `${directory}.part`, report);
            await rename(`${directory}.part`, directory);
        });
    }
    const versions = JSON.parse(await readFile(join(directory, "versions.json"), "utf8")) as Record<string, string>;
    return { root: join(directory, "root"), versions };
}
