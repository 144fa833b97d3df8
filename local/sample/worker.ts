/** A worker of the TypeScript SDK that runs the sample workflow and its activities. */
import { fileURLToPath } from "node:url";

import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";

import { workflowBundle } from "../worker/bundle.ts";
import * as activities from "./activities.ts";

/** A worker that polls until it is stopped. */
export interface RunningWorker {
    /** Lets running tasks end, then stops polling and closes the connection. Throws what stopped the worker before. */
    stop(): Promise<void>;
}

let runtimeInstalled = false;

/** Module of the sample workflow. */
export const workflowsPath = fileURLToPath(new URL("./workflows.ts", import.meta.url));

/** The SDK's settings for this process: only warnings are logged, and Ctrl-C stays with the command that runs. */
function installRuntime(): void {
    if (runtimeInstalled) return;
    Runtime.install({ logger: new DefaultLogger("WARN"), shutdownSignals: [] });
    runtimeInstalled = true;
}

/**
 * Starts a worker for the sample workflow.
 * @param address host:port of a frontend
 * @param namespace a Temporal namespace that exists
 */
export async function startWorker(address: string, namespace: string, taskQueue: string): Promise<RunningWorker> {
    installRuntime();
    const bundle = { codePath: await workflowBundle(workflowsPath) };
    const connection = await NativeConnection.connect({ address });
    const worker = await Worker.create({ connection, namespace, taskQueue, workflowBundle: bundle, activities });
    const ended = worker.run();
    // Seen by stop(): without this, a worker that fails early would end the process as an unhandled rejection.
    ended.catch(() => undefined);
    return {
        async stop() {
            if (worker.getState() === "RUNNING") worker.shutdown();
            await ended.finally(() => connection.close());
        },
    };
}
