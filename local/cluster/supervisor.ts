/**
 * Runs inside the node's namespaces: starts the node's programs in order, starts again what ends, and tells over a unix
 * socket how they are. `GET /` answers a NodeStatus; `POST /stop` ends everything, pods first.
 * usage: node supervisor.ts <file with a NodeSpec>
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync, renameSync, statSync, watch } from "node:fs";
import { chmod, stat } from "node:fs/promises";
import { createServer, get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Component, NodeSpec, NodeStatus } from "./supervision.ts";

/** Wait before a program that has ended is started again, in milliseconds: doubles up to the longest, starts over after a quiet minute. */
const shortestBackOff = 500;
const longestBackOff = 15_000;
const quiet = 60_000;

/** How long a probe may take, in milliseconds. */
const probeTimeout = 2000;

/** How often is looked whether what has to come first is there, in milliseconds. */
const pollInterval = 200;

/** How long pods and programs have to end by themselves, in milliseconds. */
const grace = 10_000;

/** A log larger than this is set aside, one generation, when its component starts. In bytes. */
const largestLog = 10 * 1024 * 1024;

const spec = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as NodeSpec;
const authority = readFileSync(spec.authority);
const startedAt = Date.now();
const processes = new Map<string, ChildProcess>();
const restarts = new Map<string, number>();
let stopping = false;

function probe(target: string): Promise<boolean> {
    return new Promise((resolve) => {
        if (target.startsWith("unix:")) {
            const socket = connect(target.slice("unix:".length));
            socket.on("error", () => resolve(false));
            socket.on("connect", () => {
                socket.destroy();
                resolve(true);
            });
            return;
        }
        const options = { ca: authority, timeout: probeTimeout, agent: false } as const;
        const request = target.startsWith("https:") ? httpsGet(target, options) : httpGet(target, options);
        request.on("response", (response) => {
            response.resume();
            resolve(response.statusCode === 200);
        });
        request.on("timeout", () => request.destroy(new Error("no answer in time")));
        request.on("error", () => resolve(false));
    });
}

function openLog(name: string): number {
    const path = join(spec.logs, `${name}.log`);
    try {
        if (statSync(path).size > largestLog) renameSync(path, `${path}.1`);
    } catch {
        // No log yet.
    }
    return openSync(path, "a", 0o600);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!stopping && !(await condition())) await sleep(pollInterval);
}

async function run({ name, command: [program, ...args], environment }: Component): Promise<void> {
    const log = openLog(name);
    const child = spawn(program, args, {
        cwd: spec.directory,
        env: { ...spec.environment, ...environment },
        stdio: ["ignore", log, log],
    });
    closeSync(log);
    processes.set(name, child);
    const ended = await Promise.race([
        once(child, "exit").then(([code, signal]) => `ended with ${String(signal ?? code)}`),
        once(child, "error").then(([error]) => `could not start: ${String(error)}`),
    ]);
    processes.delete(name);
    if (!stopping) console.log(new Date().toISOString(), name, ended);
}

async function keepRunning(component: Component): Promise<void> {
    for (const name of component.after) {
        const first = spec.components.find((other) => other.name === name);
        if (first) await until(() => probe(first.probe));
    }
    let backOff = shortestBackOff;
    while (!stopping) {
        const start = Date.now();
        await run(component);
        if (stopping) return;
        restarts.set(component.name, (restarts.get(component.name) ?? 0) + 1);
        backOff = Date.now() - start > quiet ? shortestBackOff : Math.min(backOff * 2, longestBackOff);
        await sleep(backOff);
    }
}

async function status(): Promise<NodeStatus> {
    const components = spec.components.map(async ({ name, probe: target }) => {
        const pid = processes.get(name)?.pid;
        const ready = pid !== undefined && (await probe(target));
        return { name, ready, restarts: restarts.get(name) ?? 0, ...(pid !== undefined && { pid }) };
    });
    const { revision, directory } = spec;
    return { revision, directory, startedAt, stopping, components: await Promise.all(components) };
}

function othersAlive(): boolean {
    return readdirSync("/proc").some((entry) => /^\d+$/.test(entry) && entry !== "1" && Number(entry) !== process.pid);
}

async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    const deadline = Date.now() + grace;
    // kubelet first: it would start the pods again.
    const kubelet = processes.get("kubelet");
    if (kubelet) {
        kubelet.kill("SIGTERM");
        while (processes.has("kubelet") && Date.now() < deadline) await sleep(pollInterval);
    }
    try {
        process.kill(-1, "SIGTERM"); // everything in this process namespace but init and this process: pods and programs
    } catch {
        // Nobody is there.
    }
    while (othersAlive() && Date.now() < deadline) await sleep(pollInterval);
    process.exit(0);
}

/** kube-controller-manager makes volumes for root alone; pods run as other users, and hostPath volumes know no fsGroup. */
function openVolumesToPods(): void {
    watch(spec.volumes, (_event, name) => {
        const path = join(spec.volumes, name ?? "");
        void stat(path)
            .then(async ({ mode }) => {
                if ((mode & 0o777) === 0o750) await chmod(path, 0o777);
            })
            .catch(() => undefined); // deleted
    });
}

const server = createServer((request, response) => {
    if (request.method === "POST" && request.url === "/stop") {
        response.writeHead(202).end();
        void stop();
        return;
    }
    void status().then((body) => response.setHeader("content-type", "application/json").end(JSON.stringify(body)));
});

process.on("SIGTERM", () => void stop());
server.listen(spec.socket);
openVolumesToPods();
await until(() =>
    Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === spec.address)),
);
await Promise.all(spec.components.map(keepRunning));
