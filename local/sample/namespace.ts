/** Makes the Temporal namespace that clients and workers need before they can do anything. */
import { setTimeout } from "node:timers/promises";

import { status } from "@grpc/grpc-js";
import { isGrpcServiceError } from "@temporalio/client";
import type { Connection } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time.js";

const pollMilliseconds = 200;

/**
 * Makes the namespace unless it exists, with one day of retention, and waits until the server takes requests for it
 * (each service reads its list of namespaces only every few seconds). The frontend must answer already.
 * @param deadline in milliseconds since the epoch; past it the server's last answer is thrown
 */
export async function ensureNamespace(connection: Connection, namespace: string, deadline: number): Promise<void> {
    const service = connection.workflowService;
    try {
        await service.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs("1 day") });
    } catch (error) {
        if (!(isGrpcServiceError(error) && error.code === status.ALREADY_EXISTS)) throw error;
    }
    for (;;) {
        try {
            await service.describeTaskQueue({ namespace, taskQueue: { name: "namespace-probe" } });
            return;
        } catch (error) {
            if (Date.now() > deadline) throw error;
            await setTimeout(pollMilliseconds);
        }
    }
}
