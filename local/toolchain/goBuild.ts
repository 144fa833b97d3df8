/** Builds the programs of one Go module, with go.sum deciding what may be used. */
import { cp, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { execa, ExecaError } from "execa";
import type { Report } from "../progress.ts";
import { UserError } from "../userError.ts";
import { findExecutable } from "./executables.ts";
import type { GoModule } from "./goModules.ts";

/** What every build is given: these, and not the user's own, so that the result is the same for everyone. */
export const buildFlags = ["-trimpath", "-ldflags=-s -w"] as const;
const environment = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly -buildvcs=false", GOWORK: "off" };

/** The folder that holds a module's go.mod. */
export function sourceOf(module: GoModule): string {
    return join(import.meta.dirname, "modules", module.directory);
}

async function goVersionWanted(module: GoModule): Promise<string> {
    return /^go (\S+)$/m.exec(await readFile(join(sourceOf(module), "go.mod"), "utf8"))?.[1] ?? "any version";
}

/** Runs Go in the module's folder; each line it writes to stderr goes to `onLine`. Throws a UserError with its last lines. */
async function runGo(module: GoModule, args: readonly string[], onLine: (line: string) => void): Promise<string> {
    const go = await findExecutable("go");
    const subject = `${Object.keys(module.programs).join(", ")} ${module.version}`;
    if (go === undefined) {
        const wanted = await goVersionWanted(module);
        throw new UserError(
            `${subject}: not on this machine in a fitting version, not to be downloaded from here, and building it needs ` +
                `Go ${wanted} or later, which is not in PATH: install it (https://go.dev/doc/install), or connect to the internet.`,
        );
    }
    const last: string[] = [];
    const run = execa(go, args, {
        cwd: sourceOf(module),
        env: environment,
        stdin: "ignore",
        buffer: { stderr: false },
    });
    const reading = (async () => {
        for await (const line of run.iterable({ from: "stderr" })) {
            onLine(line);
            last.push(line);
            if (last.length > 15) last.shift();
        }
    })();
    try {
        const [result] = await Promise.all([run, reading]);
        return result.stdout;
    } catch (error) {
        if (!(error instanceof ExecaError)) throw error;
        const told = last.join("\n") || error.shortMessage;
        const wanted = /requires go >= (\S+)/.exec(told)?.[1];
        if (wanted !== undefined)
            throw new UserError(`Building ${subject} needs Go ${wanted} or later; ${go} is older.`);
        throw new UserError(`Building ${subject} with ${go} failed: ${told}`);
    }
}

/**
 * Builds a module's programs and copies its assets into a directory.
 * Throws a UserError when Go is missing or too old, or the build fails.
 */
export async function goBuild(module: GoModule, directory: string, report: Report): Promise<void> {
    let downloaded = 0;
    const packages = await runGo(module, ["list", "-deps", "tool"], (line) => {
        if (line.startsWith("go: downloading")) report(`downloading Go modules: ${++downloaded}`);
    });
    const total = packages.split("\n").length;

    let compiled = 0;
    report(`compiling ${total} Go packages`);
    const flags = buildFlags.map((flag) => (flag.startsWith("-ldflags") ? `${flag} ${module.ldflags ?? ""}` : flag));
    // With -v Go names each package that it really compiles: what its cache holds isn't named.
    await runGo(module, ["build", "-v", ...flags, "-o", `${directory}/`, "tool"], (line) => {
        if (!line.includes(" ")) report(`compiled ${++compiled} of up to ${total} Go packages`);
    });
    for (const [program, built] of Object.entries(module.programs)) {
        if (built !== program) await rename(join(directory, built), join(directory, program));
    }
    for (const asset of module.assets ?? []) {
        const source = await runGo(module, ["list", "-m", "-f", "{{.Dir}}", asset.module], () => {});
        await cp(join(source, asset.path), join(directory, asset.as), { recursive: true });
    }
}
