/** Finds programs of this machine and asks them for their version. */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";

/** Where administrators' programs and Go are installed: `sudo` and service managers often leave these out of PATH. */
const usualDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/local/go/bin"];

/** How long a program may take to tell its version, in milliseconds. */
const versionTimeout = 10_000;

/** The path of a program in PATH or one of the usual directories, or undefined. */
export async function findExecutable(name: string): Promise<string | undefined> {
    for (const directory of [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), ...usualDirectories]) {
        const path = join(directory, name);
        const executable = await access(path, constants.X_OK).then(
            () => true,
            () => false,
        );
        if (executable) return path;
    }
    return undefined;
}

/** How a program tells its version, and which versions fit: at least the one, below the other. */
export interface VersionRule {
    readonly arguments: readonly string[];
    readonly atLeast: string;
    readonly below: string;
}

/** The first `1.2` or `1.2.3` in a text, without what may follow it, or undefined. */
export function parseVersion(text: string): string | undefined {
    return /\d+\.\d+(\.\d+)?/.exec(text)?.[0];
}

/** Negative, zero or positive as the first version is lower than, equal to or higher than the second. */
export function compareVersions(left: string, right: string): number {
    const a = left.split(".").map(Number);
    const b = right.split(".").map(Number);
    for (let part = 0; part < 3; part++) {
        const difference = (a[part] ?? 0) - (b[part] ?? 0);
        if (difference !== 0) return difference;
    }
    return 0;
}

/** True when the version is in the rule's range. */
export function fits(version: string, rule: VersionRule): boolean {
    return compareVersions(version, rule.atLeast) >= 0 && compareVersions(version, rule.below) < 0;
}

/** The program of this name on this machine if it tells a fitting version, or undefined. */
export async function findFitting(
    name: string,
    rule: VersionRule,
): Promise<{ readonly path: string; readonly version: string } | undefined> {
    const path = await findExecutable(name);
    if (path === undefined) return undefined;
    const told = await execa(path, rule.arguments, {
        timeout: versionTimeout,
        reject: false,
        all: true,
        stdin: "ignore",
        env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    const version = told.failed ? undefined : parseVersion(told.all);
    return version !== undefined && fits(version, rule) ? { path, version } : undefined;
}
