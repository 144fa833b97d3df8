/** What a server says of itself. */
import type { ProviderFunction } from "./functions.ts";
import { text } from "./shapes/shape.ts";

/** The function. */
export const getClusterInfo: ProviderFunction = {
    description: "Tells what the server is: its version, its name, its stores.",
    inputs: {},
    outputs: {
        clusterName: { shape: text, description: "Name of the cluster among those it replicates with." },
        clusterId: { shape: text, description: "The cluster's id, a UUID." },
        serverVersion: { shape: text, description: "Version of the server, for example `1.31.2`." },
        historyShardCount: { shape: { kind: "integer" }, description: "Number of history shards, fixed for ever." },
        persistenceStore: { shape: text, description: "Kind of the main store, for example `postgres12`." },
        visibilityStore: { shape: text, description: "Kind of the visibility store, for example `postgres12`." },
    },
    action: () => "ask for the cluster's information",
    async call(operation) {
        const info = await operation.ask(({ workflowService }) => workflowService.getClusterInfo({}));
        const { clusterName, clusterId, serverVersion, historyShardCount, persistenceStore, visibilityStore } = info;
        return { clusterName, clusterId, serverVersion, historyShardCount, persistenceStore, visibilityStore };
    },
};
