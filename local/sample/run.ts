/** Runs the sample workflow once against a frontend, with the TypeScript SDK's own worker and client. */
import { randomUUID } from "node:crypto";

import { Client } from "@temporalio/client";

import type { Report } from "../progress.ts";
import { ensureNamespace } from "./namespace.ts";
import { type Begin, connect, inStages, limit } from "./stages.ts";
import { startWorker } from "./worker.ts";
import { order, paid } from "./workflows.ts";

/** The Temporal namespace that the sample uses; every SDK's default. */
export const sampleNamespace = "default";

/** The sample's outcome. */
export interface SampleResult {
    readonly workflowId: string;
    readonly result: string;
}

/**
 * Runs the sample workflow (two activities, a signal, a timer) to its end, within a minute.
 * @param address host:port of the frontend
 * @throws UserError that names the part that got stuck
 */
export function runSample(address: string, report: Report): Promise<SampleResult> {
    return inStages("The sample workflow", `frontend ${address}`, report, (begin, deadline) =>
        complete(address, deadline, begin),
    );
}

async function complete(address: string, deadline: number, begin: Begin): Promise<SampleResult> {
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
