/** Puts plugins where the pulumi CLI looks for them: the official ones where they can be had, else those of this folder. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { execa } from "execa";

import { repoRoot } from "../paths.ts";
import type { Report } from "../progress.ts";
import { packageVersion, requiredPlugins } from "./language-nodejs/packages.ts";

/** How long one plugin may take to download before it counts as not to be had, in milliseconds. */
const downloadTimeout = 300_000;

/** A plugin as the CLI knows it. */
export interface Plugin {
    readonly kind: "resource" | "language";
    readonly name: string;
    readonly version: string;
}

/** The providers that the packages in node_modules ask for, and for which this folder has stand-ins. */
export function providerPlugins(): Plugin[] {
    return requiredPlugins(repoRoot).map(({ name, version }) => ({
        kind: "resource",
        name,
        version: version.replace(/^v/, ""),
    }));
}

/** The language host of Node.js programs. */
export function languagePlugin(): Plugin {
    return { kind: "language", name: "nodejs", version: packageVersion(repoRoot, "@pulumi/pulumi") ?? "" };
}

function executable(home: string, { kind, name, version }: Plugin): string {
    return join(home, "plugins", `${kind}-${name}-v${version}`, `pulumi-${kind}-${name}`);
}

/** The plugin's code in this folder. */
function standIn({ kind, name }: Plugin): string {
    const folder = kind === "language" ? `language-${name}` : name;
    return join(dirname(fileURLToPath(import.meta.url)), folder, "main.ts");
}

function quoted(text: string): string {
    return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Makes the CLI whose home is `home` use this folder's plugin under the name and version of the official one. */
export async function installStandIn(home: string, plugin: Plugin): Promise<void> {
    const path = executable(home, plugin);
    const command = [process.execPath, "--disable-warning=ExperimentalWarning", standIn(plugin)].map(quoted).join(" ");
    const script = `#!/bin/sh\nexec ${command} "$@"\n`;
    if (existsSync(path) && (await readFile(path, "utf8")) === script) return;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, script, { mode: 0o755 });
}

/** Whether the official plugin is there, after a try to download it. */
async function installOfficial(pulumi: string, home: string, plugin: Plugin): Promise<boolean> {
    const download = execa(pulumi, ["plugin", "install", plugin.kind, plugin.name, plugin.version], {
        env: { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
        timeout: downloadTimeout,
        reject: false,
    });
    // The CLI tries five times; the first failure tells enough, and stand-ins serve as well.
    download.stderr.on("data", (data: Buffer) => {
        if (data.includes("Error downloading plugin")) download.kill();
    });
    return !(await download).failed;
}

async function isStandIn(path: string): Promise<boolean> {
    return (await readFile(path)).subarray(0, 2).toString() === "#!";
}

/**
 * Sees to it that the CLI `pulumi` with home `home` has all providers of the program. Says so on standard error when it
 * falls back to stand-ins, and then doesn't try to download again. Answers whether all are the official ones.
 */
export async function ensureProviders(pulumi: string, home: string, report: Report): Promise<boolean> {
    let official = true;
    for (const plugin of providerPlugins()) {
        const path = executable(home, plugin);
        if (existsSync(path) && !(await isStandIn(path))) continue;
        if (official && !existsSync(path)) {
            report(`downloading the plugin ${plugin.name} ${plugin.version}`);
            if (await installOfficial(pulumi, home, plugin)) continue;
            console.error(
                "Pulumi's own plugins can't be downloaded here: the local cluster is deployed with stand-ins.",
            );
        }
        official = false;
        await installStandIn(home, plugin);
    }
    return official;
}
