/** The node as one process on the host: `unshare`, the parent of the first process in the node's namespaces. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync, readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { UserError } from "../userError.ts";
import { clusterDir, mountPoints, runtimeDir, supervisorSocket } from "./layout.ts";
import type { NodeSpec, NodeStatus } from "./supervision.ts";

/** Where the components' logs are. */
export const logsDir = join(clusterDir, "logs");

const pidFile = join(runtimeDir, "pid");
const initScript = fileURLToPath(new URL("./init.sh", import.meta.url));
const supervisorScript = fileURLToPath(new URL("./supervisor.ts", import.meta.url));

/** How long the supervisor may take to answer after it was started, in milliseconds. */
const startTimeout = 20_000;

/** How long the node may take to end by itself, in milliseconds: the supervisor's grace and some. */
const stopTimeout = 15_000;

const pollInterval = 50;

/** The host's process id of the node, or undefined if it doesn't run. */
export function nodePid(): number | undefined {
    try {
        const pid = Number(readFileSync(pidFile, "utf8"));
        // After a reboot the number may be another process's.
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`\0${runtimeDir}\0`) ? pid : undefined;
    } catch {
        return undefined;
    }
}

function ask(method: string, path: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
        const outgoing = request({ socketPath: supervisorSocket, method, path, agent: false, timeout: startTimeout });
        outgoing.on("timeout", () => outgoing.destroy(new Error("The node's supervisor doesn't answer.")));
        outgoing.on("error", reject);
        outgoing.on("response", (incoming) => {
            if (incoming.statusCode === 202) resolve(incoming.resume() && undefined);
            else json(incoming).then(resolve, reject);
        });
        outgoing.end();
    });
}

/** How the node is, or undefined if it doesn't run. */
export async function nodeStatus(): Promise<NodeStatus | undefined> {
    return (await ask("GET", "/").catch(() => undefined)) as NodeStatus | undefined;
}

/** The end of a log, for a message. */
export async function logTail(name: string): Promise<string> {
    const path = join(logsDir, `${name}.log`);
    const text = await readFile(path, "utf8").catch(() => "");
    return `${text.trimEnd().split("\n").slice(-5).join("\n")}\n(all of it: ${path})`;
}

/**
 * Starts the node's namespaces and the supervisor in them, apart from this process: Ctrl-C doesn't reach them. Resolves when
 * the supervisor answers; its components wait for the network. Throws a UserError when it doesn't get that far.
 */
export async function launchNode(spec: NodeSpec): Promise<void> {
    await rm(runtimeDir, { recursive: true, force: true });
    await mkdir(runtimeDir, { mode: 0o700 });
    await mkdir(logsDir, { recursive: true });
    const specFile = join(clusterDir, "node.json");
    await writeFile(specFile, JSON.stringify(spec, undefined, 2));
    const log = openSync(join(logsDir, "node.log"), "a", 0o600);
    const child = spawn(
        "/bin/sh",
        [
            ...["-c", 'echo $$ >"$0" && exec "$@"', pidFile],
            ...["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
            ...["/bin/sh", initScript, runtimeDir],
            ...mountPoints.map(({ path, source = "" }) => `${path}=${source}`),
            ...["--", process.execPath, "--disable-warning=ExperimentalWarning", supervisorScript, specFile],
        ],
        { detached: true, stdio: ["ignore", log, log], cwd: "/" },
    );
    closeSync(log);
    child.unref();
    let ended = false;
    void once(child, "exit").then(() => (ended = true));
    const deadline = Date.now() + startTimeout;
    while (!(await nodeStatus())) {
        if (ended || Date.now() > deadline) {
            throw new UserError(`The local Kubernetes node could not be started: ${await logTail("node")}`);
        }
        await sleep(pollInterval);
    }
}

/** Ends the node: pods first, by itself if it can in time, else by force. Does nothing if it doesn't run. */
export async function endNode(): Promise<void> {
    const pid = nodePid();
    if (pid === undefined) return;
    const patience = await ask("POST", "/stop").then(
        () => stopTimeout,
        () => 0,
    );
    const deadline = Date.now() + patience;
    while (nodePid() !== undefined) {
        // Takes the first process of the namespaces with it, and so all.
        if (Date.now() > deadline) process.kill(pid, "SIGKILL");
        await sleep(pollInterval);
    }
}
