/** What a deployment still has to do. */
import type { Connection } from "@temporalio/client";

import { listNamespaces } from "./namespaces.ts";

/** A paused workflow is open as well. */
const isOpen = "ExecutionStatus = 'Running' OR ExecutionStatus = 'Paused'";

/**
 * Open workflows of each Temporal namespace but the server's own, by its name. Counted by visibility, which knows of a
 * workflow a moment after it has started or closed.
 */
export function openWorkflows(connection: Connection): Promise<Readonly<Record<string, number>>> {
    return ofEachNamespace(connection, async (namespace) => {
        const { count } = await connection.workflowService.countWorkflowExecutions({ namespace, query: isOpen });
        return count.toNumber();
    });
}

/** Schedules of each Temporal namespace but the server's own, by its name: each starts workflows as long as it exists. */
export function scheduleCounts(connection: Connection): Promise<Readonly<Record<string, number>>> {
    return ofEachNamespace(connection, async (namespace) => {
        let count = 0;
        let nextPageToken: Uint8Array | undefined;
        do {
            const page = await connection.workflowService.listSchedules({
                namespace,
                maximumPageSize: 1000,
                nextPageToken,
            });
            count += page.schedules.length;
            nextPageToken = page.nextPageToken;
        } while (nextPageToken.length > 0);
        return count;
    });
}

async function ofEachNamespace(
    connection: Connection,
    count: (namespace: string) => Promise<number>,
): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {};
    for (const namespace of await listNamespaces(connection)) counts[namespace] = await count(namespace);
    return counts;
}
