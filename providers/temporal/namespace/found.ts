/** A namespace as the server describes it, in the properties of the resource. */
import type { Connection } from "@temporalio/client";

import type { Found } from "../../protocol/plugin.ts";
import type { Values } from "../../protocol/values.ts";
import { isNotFound } from "../connection/failures.ts";
import type { Operation } from "../connection/operation.ts";
import { formatDuration } from "../shapes/durations.ts";
import { ownerKey } from "./owner.ts";

/** The server's description. */
export type Description = Awaited<ReturnType<Connection["workflowService"]["describeNamespace"]>>;

/** Numbers of the API's ArchivalState (temporal/api/enums/v1/namespace.proto). */
export const archivalStates = { off: 1, on: 2 } as const;

/** Number of NamespaceState's DELETED: still there by its id, but on its way out. */
const deleted = 3;

/** The server's description; undefined if it has no such namespace. */
export async function describe(operation: Operation, namespace: string): Promise<Description | undefined> {
    return operation.ask(async ({ workflowService }) => {
        try {
            const description = await workflowService.describeNamespace({ namespace });
            return Number(description.namespaceInfo?.state) === deleted ? undefined : description;
        } catch (error) {
            if (isNotFound(error)) return undefined;
            throw error;
        }
    });
}

/** The note of whose it is; empty if there is none. */
export function notedOwner({ namespaceInfo }: Description): string {
    return namespaceInfo?.data?.[ownerKey] ?? "";
}

/** Its data but the note, and without what was removed: see the property `data`. */
export function dataOf({ namespaceInfo }: Description): Record<string, string> {
    return Object.fromEntries(
        Object.entries(namespaceInfo?.data ?? {}).filter(([key, value]) => key !== ownerKey && value !== ""),
    );
}

/** @param forceDelete is known to the state alone */
export function foundNamespace(description: Description, forceDelete: boolean): Found {
    const { namespaceInfo, config, replicationConfig, isGlobalNamespace } = description;
    const inputs: Values = {
        name: namespaceInfo?.name ?? "",
        description: namespaceInfo?.description || undefined,
        ownerEmail: namespaceInfo?.ownerEmail || undefined,
        retention: formatDuration(config?.workflowExecutionRetentionTtl?.seconds?.toNumber() ?? 0),
        data: dataOf(description),
        historyArchival: archivalOf(config?.historyArchivalState, config?.historyArchivalUri),
        visibilityArchival: archivalOf(config?.visibilityArchivalState, config?.visibilityArchivalUri),
        global: isGlobalNamespace ?? false,
        clusters: (replicationConfig?.clusters ?? []).map(({ clusterName }) => clusterName ?? ""),
        activeCluster: replicationConfig?.activeClusterName ?? "",
        forceDelete,
    };
    const outputs = { namespaceId: namespaceInfo?.id ?? "", owner: notedOwner(description) };
    return { id: namespaceInfo?.name ?? "", inputs, state: { ...inputs, ...outputs } };
}

function archivalOf(state: number | null | undefined, uri: string | null | undefined): Values {
    return { enabled: state === archivalStates.on, ...(uri ? { uri } : {}) };
}
