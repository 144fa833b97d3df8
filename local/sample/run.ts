/** Runs the sample workflow once against a frontend, with the TypeScript SDK's own worker and client. */
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";

import { Client, Connection } from "@temporalio/client";

import type { Report } from "../progress.ts";
import { UserError } from "../userError.ts";
import { ensureNamespace } from "./namespace.ts";
import { startWorker } from "./worker.ts";
import { order, paid } from "./workflows.ts";

/** The Temporal namespace that the sample uses; every SDK's default. */
export const sampleNamespace = "default";

/** How long the sample may take in all, in milliseconds. */
const limit = 60_000;

/** The sample's outcome. */
export interface SampleResult {
    readonly workflowId: string;
    readonly result: string;
}

/** Connects to a frontend, trying again until it answers or the deadline (milliseconds since the epoch) has passed. */
async function connect(address: string, deadline: number): Promise<Connection> {
    for (;;) {
        try {
            return await Connection.connect({ address, connectTimeout: "2 seconds" });
        } catch (error) {
            if (Date.now() > deadline) throw error;
            await setTimeout(200);
        }
    }
}

/**
 * Runs the sample workflow (two activities, a signal, a timer) to its end, within a minute.
 * @param address host:port of the frontend
 * @throws UserError that names the part that got stuck
 */
export async function runSample(address: string, report: Report): Promise<SampleResult> {
    const deadline = Date.now() + limit;
    let part = "waiting for the frontend";
    const begin = (next: string) => {
        part = next;
        report(next);
    };
    const overdue = new AbortController();
    const timeout = setTimeout(limit, undefined, { signal: overdue.signal }).then(() => {
        throw new Error(`no end within ${limit / 1000} seconds`);
    });
    timeout.catch(() => undefined);
    try {
        return await Promise.race([timeout, complete(address, deadline, begin)]);
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new UserError(
            `The sample workflow did not complete: ${reason}, while ${part} (frontend ${address}).\n` +
                "See how the server is with `npm run status`, and what it says with `npm run kubectl -- logs -n NAMESPACE deploy/NAME`.",
        );
    } finally {
        overdue.abort();
    }
}

async function complete(address: string, deadline: number, begin: (part: string) => void): Promise<SampleResult> {
    begin("waiting for the frontend");
    const connection = await connect(address, deadline);
    try {
        begin(`making the Temporal namespace ${sampleNamespace}`);
        await ensureNamespace(connection, sampleNamespace, deadline);
        begin("starting a worker");
        const taskQueue = "sample";
        const worker = await startWorker(address, sampleNamespace, taskQueue);
        try {
            begin("running the workflow");
            const client = new Client({ connection, namespace: sampleNamespace });
            const handle = await client.workflow.start(order, {
                workflowId: `sample-order-${randomUUID().slice(0, 8)}`,
                taskQueue,
                workflowExecutionTimeout: limit,
                args: [{ item: "a box of tea", coolingOffMilliseconds: 1000 }],
            });
            await handle.signal(paid, "Ada");
            return { workflowId: handle.workflowId, result: await handle.result() };
        } finally {
            await worker.stop();
        }
    } finally {
        await connection.close();
    }
}
