/** Starts workflows against a frontend, a fixed number in flight, with client and worker of the TypeScript SDK in one process. */
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

import { Client, Connection } from "@temporalio/client";
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";

import { ensureNamespace } from "../local/sample/namespace.ts";
import { oneActivity } from "./workflows.ts";

/** What one run of a load showed. */
export interface LoadResult {
    readonly inFlight: number;
    readonly workflows: number;
    readonly seconds: number;
    readonly perSecond: number;
    /** Median and 95th percentile from start to result, in milliseconds. */
    readonly p50: number;
    readonly p95: number;
}

/** A worker with a client beside it. */
export interface LoadGenerator {
    /** Runs `workflows` workflows, `inFlight` at a time. Throws if one fails. */
    run(inFlight: number, workflows: number): Promise<LoadResult>;
    /** Completes one workflow. */
    runOne(): Promise<void>;
    close(): Promise<void>;
}

const namespace = "default";
const taskQueue = "bench";

Runtime.install({ logger: new DefaultLogger("WARN"), shutdownSignals: [] });
const bundle = bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL("workflows.ts", import.meta.url)),
    logger: new DefaultLogger("WARN"),
});

/**
 * Waits until a frontend answers, makes the Temporal namespace, starts a worker.
 * @param deadline in milliseconds since the epoch
 */
export async function startLoadGenerator(address: () => Promise<string>, deadline: number): Promise<LoadGenerator> {
    const workflowBundle = await bundle;
    const { connection, host } = await connect(address, deadline);
    await ensureNamespace(connection, namespace, deadline);
    const native = await NativeConnection.connect({ address: host });
    const worker = await Worker.create({
        connection: native,
        namespace,
        taskQueue,
        workflowBundle,
        activities: { nothing: () => Promise.resolve() },
    });
    const ended = worker.run();
    const client = new Client({ connection, namespace });
    const one = async () => {
        const start = performance.now();
        await client.workflow.execute(oneActivity, { taskQueue, workflowId: `bench-${randomUUID()}` });
        return performance.now() - start;
    };
    return {
        async run(inFlight, workflows) {
            let left = workflows;
            const latencies: number[] = [];
            const start = performance.now();
            const lane = async () => {
                while (left-- > 0) latencies.push(await one());
            };
            await Promise.all(Array.from({ length: inFlight }, lane));
            const seconds = (performance.now() - start) / 1000;
            latencies.sort((a, b) => a - b);
            const quantile = (q: number) => latencies[Math.floor(q * (latencies.length - 1))] ?? Number.NaN;
            return {
                inFlight,
                workflows,
                seconds,
                perSecond: workflows / seconds,
                p50: quantile(0.5),
                p95: quantile(0.95),
            };
        },
        async runOne() {
            await one();
        },
        async close() {
            worker.shutdown();
            await ended;
            await native.close();
            await connection.close();
        },
    };
}

async function connect(
    address: () => Promise<string>,
    deadline: number,
): Promise<{ connection: Connection; host: string }> {
    for (;;) {
        try {
            const host = await address();
            return { connection: await Connection.connect({ address: host, connectTimeout: "1 second" }), host };
        } catch (error) {
            if (Date.now() > deadline) throw error;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }
}
