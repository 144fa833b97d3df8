/** Runs small programs with the real pulumi CLI, each stack in a folder of its own with its own state and plugins. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { execa } from "execa";

import { repoRoot } from "../../local/paths.ts";
import { installStandIn, languagePlugin, providerPlugins } from "../../local/plugins/install.ts";
import { ensureTools } from "../../local/toolchain/tools.ts";

/** How long one run of the CLI may take, in milliseconds. */
const runTimeout = 180_000;

/** One resource in the state. Secrets are encrypted: objects with a `ciphertext`. */
export interface StateResource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly initErrors?: readonly string[];
}

/** What the engine did to one resource. */
export interface Step {
    /** "same", "create", "update", "replace", "create-replacement", "delete-replaced", "delete", "refresh", "import" … */
    readonly op: string;
    readonly type: string;
    readonly name: string;
    /** Top-level properties that differ. */
    readonly diffs: readonly string[];
    /** Each property that differs by its path, with "add", "update", "delete" or one of these with "-replace". */
    readonly detailedDiff: Readonly<Record<string, string>>;
}

/** One run of the CLI. */
export interface Run {
    readonly code: number;
    /** Standard output and error as people see them. */
    readonly output: string;
    /** What happened to each resource but the stack and providers, in order. */
    readonly steps: readonly Step[];
}

/** A stack in a temporary folder. `up` and the like don't ask and don't preview first. */
export interface TestStack {
    readonly directory: string;
    /** Replaces the program, a TypeScript module. */
    setProgram(program: string): Promise<void>;
    up(...args: string[]): Promise<Run>;
    preview(...args: string[]): Promise<Run>;
    refresh(...args: string[]): Promise<Run>;
    destroy(...args: string[]): Promise<Run>;
    /** `pulumi import`, without code generation and without protection. */
    import(type: string, name: string, id: string, ...args: string[]): Promise<Run>;
    /** Any other command. */
    run(...args: string[]): Promise<Run>;
    /** The resources in the state, the stack and providers included. */
    resources(): readonly StateResource[];
    /** The resource of this name; throws if there is none. */
    resource(name: string): StateResource;
    /** The state file as it is on disk, to look for what must not be in it. */
    stateText(): string;
    /** The stack's outputs, secrets revealed. */
    outputs(): Promise<Readonly<Record<string, unknown>>>;
    /** Removes the folder, but not what the program made: call destroy first. */
    remove(): Promise<void>;
}

interface EngineEvent {
    readonly resourcePreEvent?: { readonly metadata: EventMetadata };
}

interface EventMetadata {
    readonly op: string;
    readonly urn: string;
    readonly type: string;
    readonly diffs?: readonly string[] | null;
    readonly detailedDiff?: Readonly<Record<string, { readonly diffKind: string }>> | null;
}

function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

function readSteps(eventLog: string): Step[] {
    if (!existsSync(eventLog)) return [];
    const events = readFileSync(eventLog, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as EngineEvent);
    return events
        .flatMap(({ resourcePreEvent }) => (resourcePreEvent ? [resourcePreEvent.metadata] : []))
        .filter(({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"))
        .map(({ op, type, urn, diffs, detailedDiff }) => ({
            op,
            type,
            name: nameOf(urn),
            diffs: diffs ?? [],
            detailedDiff: Object.fromEntries(
                Object.entries(detailedDiff ?? {}).map(([path, { diffKind }]) => [path, diffKind]),
            ),
        }));
}

/** One home for all stacks of a test run: plugins are the same. */
let sharedHome: Promise<string> | undefined;

async function makeHome(): Promise<string> {
    const home = await mkdtemp(join(tmpdir(), "pulumi-home-"));
    process.on("exit", () => rmSync(home, { recursive: true, force: true }));
    for (const plugin of [languagePlugin(), ...providerPlugins()]) await installStandIn(home, plugin);
    return home;
}

async function environment(directory: string): Promise<Record<string, string>> {
    const { pulumi } = await ensureTools(["pulumi"], () => undefined);
    sharedHome ??= makeHome();
    return {
        ...pulumi.env,
        PATH: [dirname(pulumi.path), dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
        PULUMI_HOME: await sharedHome,
        NODE_COMPILE_CACHE: join(await sharedHome, "compile-cache"),
        PULUMI_BACKEND_URL: `file://${directory}`,
        PULUMI_CONFIG_PASSPHRASE: "of the tests",
        PULUMI_STACK: "test",
        PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DEBUG_COMMANDS: "true", // gives the commands the flag --event-log
        NO_COLOR: "1",
    };
}

/**
 * Makes a stack "test" of a project "engine" whose program may import the repo's dependencies by name and its files by
 * absolute path.
 * @param program see {@link TestStack.setProgram}
 * @param env added to the CLI's environment, for example KUBECONFIG
 * @param settings added to Pulumi.yaml
 */
export async function makeStack(
    program: string,
    env: Readonly<Record<string, string>> = {},
    settings = "",
): Promise<TestStack> {
    const directory = await mkdtemp(join(tmpdir(), "pulumi-stack-"));
    await mkdir(join(directory, "program"));
    const cwd = join(directory, "program");
    await symlink(join(repoRoot, "node_modules"), join(cwd, "node_modules"));
    await writeFile(join(cwd, "package.json"), '{ "type": "module" }');
    await writeFile(
        join(cwd, "Pulumi.yaml"),
        `name: engine\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.ts\n${settings}`,
    );
    const cliEnvironment = { ...(await environment(directory)), ...env };
    const stateFile = join(directory, ".pulumi", "stacks", "engine", "test.json");

    async function run(...args: string[]): Promise<Run> {
        const { exitCode, all, timedOut } = await execa("pulumi", ["--non-interactive", ...args], {
            cwd,
            env: cliEnvironment,
            stdin: "ignore",
            all: true,
            reject: false,
            timeout: runTimeout,
        });
        assert.ok(!timedOut, `pulumi ${args.join(" ")} took more than ${runTimeout / 1000} s:\n${all}`);
        return { code: exitCode ?? -1, output: all, steps: [] };
    }

    async function operate(...args: string[]): Promise<Run> {
        const eventLog = join(directory, "events.json");
        await rm(eventLog, { force: true });
        const result = await run(...args, "--event-log", eventLog, "--color", "never");
        return { ...result, steps: readSteps(eventLog) };
    }

    function resources(): readonly StateResource[] {
        const state = JSON.parse(stateText()) as {
            checkpoint: { latest?: { resources?: readonly StateResource[] } };
        };
        return state.checkpoint.latest?.resources ?? [];
    }

    function stateText(): string {
        return readFileSync(stateFile, "utf8");
    }

    const stack: TestStack = {
        directory,
        setProgram: (text) => writeFile(join(cwd, "index.ts"), text),
        up: (...args) => operate("up", "--yes", "--skip-preview", ...args),
        preview: (...args) => operate("preview", ...args),
        refresh: (...args) => operate("refresh", "--yes", "--skip-preview", ...args),
        destroy: (...args) => operate("destroy", "--yes", "--skip-preview", ...args),
        import: (type, name, id, ...args) =>
            run(
                "import",
                type,
                name,
                id,
                "--yes",
                "--skip-preview",
                "--generate-code=false",
                "--protect=false",
                ...args,
            ),
        run,
        resources,
        resource(name) {
            const found = resources().find(({ urn }) => nameOf(urn) === name);
            assert.ok(found, `no resource ${name} in the state`);
            return found;
        },
        stateText,
        outputs: async () => {
            const { output } = await run("stack", "output", "--json", "--show-secrets");
            return JSON.parse(output) as Record<string, unknown>;
        },
        remove: () => rm(directory, { recursive: true, force: true }),
    };
    await stack.setProgram(program);
    const made = await run("stack", "init", "test");
    assert.equal(made.code, 0, made.output);
    return stack;
}
