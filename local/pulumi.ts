/** The pulumi CLI, set up for the local cluster: state, secrets and plugins stay in this checkout. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import { execa } from "execa";
import { parse } from "yaml";

import { repoRoot, stateDir } from "./paths.ts";
import { ensureProviders, installStandIn, languagePlugin } from "./plugins/install.ts";
import type { Report } from "./progress.ts";
import { ensureTools, languageHostBeside } from "./toolchain/tools.ts";
import { UserError } from "./userError.ts";

const backend = join(stateDir, "pulumi");
const home = join(stateDir, "pulumi-home");

/** What encrypts the secrets in the state; made once, readable by its owner only. */
async function passphraseFile(): Promise<string> {
    const path = join(stateDir, "passphrase");
    if (!existsSync(path)) await writeFile(path, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
    await chmod(path, 0o600);
    return path;
}

/**
 * What to add to the environment so that `pulumi` on PATH works on the stacks of the local cluster. Gets the CLI and its
 * plugins first where they are missing. Nothing of it calls home.
 */
export async function pulumiEnvironment(report: Report): Promise<Record<string, string>> {
    await mkdir(backend, { recursive: true });
    const { pulumi } = await ensureTools(["pulumi"], report);
    if (!languageHostBeside(pulumi)) await installStandIn(home, languagePlugin());
    await ensureProviders(pulumi.path, home, report);
    return {
        ...pulumi.env,
        PATH: [dirname(pulumi.path), dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
        PULUMI_HOME: home,
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE_FILE: await passphraseFile(),
        // With the salt in the state, too, it need not stay in the stack's file: see keepStackFile.
        PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
        // Whatever else lies on PATH may be of another version.
        PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // Most of what a short run of the CLI takes is Node loading the SDK and the plugins, a fifth to a quarter less with this.
        NODE_COMPILE_CACHE: join(home, "compile-cache"),
        KUBECONFIG: join(stateDir, "kubeconfig"),
    };
}

/**
 * The environment of {@link pulumiEnvironment} with the stack `name` chosen, which is made if there is none yet.
 * @throws UserError with the CLI's own words if it can't be made
 */
export async function ensureStack(name: string, report: Report): Promise<Record<string, string>> {
    const environment = { ...(await pulumiEnvironment(report)), PULUMI_STACK: name };
    const project = parse(await readFile(join(repoRoot, "Pulumi.yaml"), "utf8")) as { readonly name: string };
    if (existsSync(join(backend, ".pulumi", "stacks", project.name, `${name}.json`))) return environment;
    report(`making the stack ${name}`);
    const made = await keepStackFile(name, () =>
        execa("pulumi", ["stack", "init", name, "--non-interactive"], {
            cwd: repoRoot,
            env: environment,
            stdin: "ignore",
            reject: false,
        }),
    );
    if (made.failed) throw new UserError(`The Pulumi stack ${name} can't be made:\n${made.stderr}`);
    return environment;
}

/** A stack's settings with every scalar as text: the CLI writes `1` as `"1"`, which means the same to it. */
function meaning(settings: string): string {
    return JSON.stringify(parse(settings), (_key, value: unknown) =>
        typeof value === "number" || typeof value === "boolean" ? String(value) : value,
    );
}

/** The settings without the salt, unless they hold secrets, which it belongs to. */
function withoutSalt(settings: string): string {
    return /^\s+secure: /m.test(settings) ? settings : settings.replace(/^encryptionsalt: .*\n?/m, "");
}

/**
 * Runs `work`, which runs the CLI on the stack `name`, and then undoes what the CLI does to Pulumi.<name>.yaml on every
 * run: it adds the salt of this checkout's passphrase, which the state holds as well, and writes the rest its own way. So
 * the tracked file changes only where people change it, by hand or by `config set`.
 */
export async function keepStackFile<T>(name: string, work: () => Promise<T>): Promise<T> {
    const path = join(repoRoot, `Pulumi.${name}.yaml`);
    const read = async () => (existsSync(path) ? await readFile(path, "utf8") : "");
    const before = withoutSalt(await read());
    try {
        return await work();
    } finally {
        const written = await read();
        const after = withoutSalt(written);
        const wanted = meaning(after) === meaning(before) ? before : after;
        if (wanted !== written) await writeFile(path, wanted);
    }
}
