/** The programs that scale.ts previews: ours with several deployments, and one without resources; each in a folder of its own. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { execa } from "execa";
import { stringify } from "yaml";

import { repoRoot, stateDir } from "../local/paths.ts";
import { pulumiEnvironment } from "../local/pulumi.ts";
import { peakMemory } from "./processes.ts";
import type { ProgramUsage } from "./programUsage.ts";
import { scaleConfig } from "./scaleConfig.ts";

/** What one preview has taken. */
export interface Preview {
    /** All of `pulumi preview`, in seconds. */
    readonly seconds: number;
    /** Most resident memory of the CLI with all plugins, in MiB. */
    readonly memory: number;
    /** Resources that it would create; 0 for the empty program. */
    readonly resources: number;
    /** The process that runs the program. */
    readonly program: ProgramUsage;
}

/** A program to preview. */
export interface ScaleStack {
    preview(): Promise<Preview>;
    /** Forgets the stack; there is nothing in the cluster. */
    remove(): void;
}

/**
 * Makes the program's folder, with this project's settings and a stack in a state of its own.
 * @param deployments how many our program has; 0 means the empty program
 */
export async function scaleStack(deployments: number): Promise<ScaleStack> {
    const directory = join(stateDir, "bench", `scale-${deployments}`);
    const usageFile = join(directory, "usage.json");
    const remove = () => rmSync(directory, { recursive: true, force: true });
    remove();
    mkdirSync(join(directory, "state"), { recursive: true });
    copyFileSync(join(repoRoot, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
    // The project names a folder in it, which must be there even where nothing uses it.
    symlinkSync(join(repoRoot, "providers"), join(directory, "providers"));
    writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
    writeFileSync(join(directory, "index.ts"), deployments > 0 ? ourProgram : "");
    const env = {
        ...(await pulumiEnvironment(() => undefined)),
        PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
        PULUMI_STACK: "scale",
        NODE_OPTIONS: `--import ${join(repoRoot, "bench", "programUsage.ts")}`,
        BENCH_PROGRAM_USAGE: usageFile,
    };
    const pulumi = (...args: string[]) =>
        execa("pulumi", [...args, "--non-interactive"], { cwd: directory, env, stdin: "ignore" });
    await pulumi("stack", "init", "scale");
    const settings = readFileSync(join(directory, "Pulumi.scale.yaml"), "utf8");
    if (deployments > 0) {
        writeFileSync(join(directory, "Pulumi.scale.yaml"), settings + stringify({ config: configOf(deployments) }));
    }
    return {
        async preview() {
            rmSync(usageFile, { force: true });
            const start = performance.now();
            const run = pulumi("preview");
            const memory = peakMemory(run.pid ?? 0, run);
            const { stdout } = await run;
            const seconds = (performance.now() - start) / 1000;
            if (!existsSync(usageFile)) throw new Error("the program's process has not said what it has used");
            const program = JSON.parse(readFileSync(usageFile, "utf8")) as ProgramUsage;
            const resources = Number(/\+ (\d+) to create/.exec(stdout)?.[1] ?? 0);
            return { seconds, memory: await memory, resources, program };
        },
        remove,
    };
}

const ourProgram = `export * from ${JSON.stringify(join(repoRoot, "index.ts"))};\n`;

function configOf(count: number): object {
    const temporal = Object.entries(scaleConfig(count)).map(([key, value]) => [`temporal:${key}`, value] as const);
    return {
        "kubernetes:context": "temporal-local",
        "temporal:postgresqlAdminPassword": "never used",
        ...Object.fromEntries(temporal),
    };
}
