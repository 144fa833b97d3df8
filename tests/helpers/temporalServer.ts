/** A real Temporal server in one process: the development server of the temporal CLI, with its database in a file. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client, Connection } from "@temporalio/client";
import { execa, type ResultPromise } from "execa";

import { ensureTools } from "../../local/toolchain/tools.ts";
import { eventually } from "./wait.ts";

/** The server. */
export interface TemporalServer {
    readonly address: string;
    /** Connected to it; goes on after a restart. */
    readonly client: Client;
    /** Runs the temporal CLI against it and answers what it prints. Throws when it fails. */
    cli(...args: string[]): Promise<string>;
    /** Starts it without waiting until it answers. */
    launch(): void;
    /** Starts it; ready when this resolves. */
    start(): Promise<void>;
    /** Ends it as a crash would. Its data stays. */
    stop(): Promise<void>;
    /** Ends it and removes its data. */
    remove(): Promise<void>;
}

async function freePort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    return port;
}

/**
 * Makes an empty server and starts it.
 * @param settings dynamic config, for example `frontend.rps=10`
 */
export async function startTemporal(...settings: string[]): Promise<TemporalServer> {
    const { temporal } = await ensureTools(["temporal"], () => undefined);
    const directory = await mkdtemp(join(tmpdir(), "temporal-"));
    const [port, httpPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
    const address = `127.0.0.1:${port}`;
    const env = { ...temporal.env, TEMPORAL_VERSION_CHECK_DISABLED: "1" };
    const ports = ["--port", String(port), "--http-port", String(httpPort), "--metrics-port", String(metricsPort)];
    const flags = ["--headless", "--ip", "127.0.0.1", "--log-level", "error", "--db-filename", join(directory, "db")];
    const dynamicConfig = settings.flatMap((setting) => ["--dynamic-config-value", setting]);
    const client = new Client({ connection: Connection.lazy({ address }) });
    let running: ResultPromise<{ reject: false; stdio: "ignore" }> | undefined;

    const server: TemporalServer = {
        address,
        client,
        async cli(...args) {
            const { stdout } = await execa(temporal.path, [...args, "--address", address], { env });
            return stdout;
        },
        launch() {
            const args = ["server", "start-dev", ...ports, ...flags, ...dynamicConfig];
            running = execa(temporal.path, args, { env, reject: false, stdio: "ignore" });
        },
        async start() {
            server.launch();
            await eventually("the Temporal server", 60, async () => {
                await client.workflowService.countWorkflowExecutions({ namespace: "default" });
                // Deletions are carried out by the server's own worker, which is ready last.
                await client.workflowService.describeNamespace({ namespace: "temporal-system" });
                return true;
            });
        },
        async stop() {
            running?.kill("SIGKILL");
            await running;
            running = undefined;
        },
        async remove() {
            await server.stop();
            await client.connection.close();
            await rm(directory, { recursive: true, force: true });
        },
    };
    await server.start();
    return server;
}
