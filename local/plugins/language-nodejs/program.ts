/** Runs a program by the SDK's own runner, in a process of its own that talks to the engine directly. */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

import messages from "@pulumi/pulumi/proto/language_pb.js";

/** By this exit code the SDK says that the user has been shown the error already. */
const exitCodeOfShownError = 32;

const running = new Set<ChildProcess>();

/** The `runtime.options` of Pulumi.yaml that concern running a program. */
interface RuntimeOptions {
    /** Default: true, that is the SDK compiles the program by itself. */
    readonly typescript?: boolean;
    /** Further arguments of Node, separated by blanks. */
    readonly nodeargs?: string;
}

/** The command line of the SDK's runner. */
function runnerArguments(request: messages.RunRequest, engine: string | undefined): string[] {
    const info = request.getInfo();
    const flags = {
        monitor: request.getMonitorAddress(),
        engine,
        organization: request.getOrganization(),
        project: request.getProject(),
        "root-directory": info?.getRootDirectory(),
        stack: request.getStack(),
        pwd: request.getPwd(),
        parallel: String(request.getParallel()),
    };
    return [
        ...Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
        ...(request.getDryrun() ? ["--dry-run"] : []),
        info?.getEntryPoint() || ".",
        ...request.getArgsList(),
    ];
}

function findRunner(directory: string): string | undefined {
    try {
        return createRequire(join(directory, "package.json")).resolve("@pulumi/pulumi/cmd/run");
    } catch {
        return undefined;
    }
}

/** Runs the program to its end. What it prints goes to this process's own output, where the engine reads it. */
export async function runProgram(
    request: messages.RunRequest,
    engine: string | undefined,
): Promise<messages.RunResponse> {
    const response = new messages.RunResponse();
    const directory = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
    const runner = findRunner(directory);
    if (!runner)
        return response.setError(`@pulumi/pulumi is not installed in ${directory}: run \`npm ci\` there first.`);

    const options = (request.getInfo()?.getOptions()?.toJavaScript() ?? {}) as RuntimeOptions;
    const nodeArguments = options.nodeargs?.split(/\s+/).filter(Boolean) ?? [];
    const child = spawn(process.execPath, [...nodeArguments, runner, ...runnerArguments(request, engine)], {
        cwd: directory,
        stdio: ["ignore", "inherit", "inherit"],
        env: {
            ...process.env,
            PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
            PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
            PULUMI_NODEJS_TYPESCRIPT: String(options.typescript ?? true),
        },
    });
    running.add(child);
    return new Promise((resolve) => {
        child.on("error", (error) => resolve(response.setError(`Node could not be started: ${error.message}`)));
        child.on("close", (code, signal) => {
            running.delete(child);
            if (code === exitCodeOfShownError) response.setBail(true);
            else if (signal) response.setError(`The program was ended by ${signal}.`);
            else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
            resolve(response);
        });
    });
}

/** Ends what still runs; nothing outlives the engine. */
export function stopPrograms(): void {
    for (const child of running) child.kill();
}

process.on("exit", stopPrograms);
