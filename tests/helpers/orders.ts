/** Orders of the sample workflow, started and awaited by a client that tries as a user's own would. */
import { randomUUID } from "node:crypto";

import { Client, Connection, type WorkflowHandle } from "@temporalio/client";

import { ensureNamespace } from "../../local/sample/namespace.ts";
import { startWorker } from "../../local/sample/worker.ts";
import { type OrderInput, order, paid } from "../../local/sample/workflows.ts";
import { eventually } from "./wait.ts";

const namespace = "default";
const taskQueue = "orders";

/** A client and a worker on one frontend. */
export interface Orders {
    readonly client: Client;
    /** Starts one order, paid at once, that waits for `coolingOffMilliseconds`; answers its result when it is complete. */
    place(coolingOffMilliseconds: number): Promise<() => Promise<string>>;
    /** Starts one order that nobody has paid yet. */
    begin(coolingOffMilliseconds: number): Promise<WorkflowHandle<typeof order>>;
    close(): Promise<void>;
}

/** Connects to a frontend, waits for the Temporal namespace, starts the worker. */
export async function takeOrders(address: string): Promise<Orders> {
    const connection = await eventually("the frontend to answer", 60, () =>
        Connection.connect({ address, connectTimeout: "2s" }),
    );
    await ensureNamespace(connection, namespace, Date.now() + 60_000);
    const worker = await startWorker(address, namespace, taskQueue);
    const client = new Client({ connection, namespace });
    const unpaid = (coolingOffMilliseconds: number) => ({
        workflowId: `order-${randomUUID()}`,
        taskQueue,
        args: [{ item: "tea", coolingOffMilliseconds }] as [OrderInput],
    });
    return {
        client,
        begin: (coolingOffMilliseconds) => client.workflow.start(order, unpaid(coolingOffMilliseconds)),
        async place(coolingOffMilliseconds) {
            const handle = await client.workflow.signalWithStart(order, {
                ...unpaid(coolingOffMilliseconds),
                signal: paid,
                signalArgs: ["Ada"],
            });
            return () => handle.result();
        },
        async close() {
            await worker.stop();
            await connection.close();
        },
    };
}
