/** The Temporal namespaces of a deployment. */
import type { Connection } from "@temporalio/client";

/** Where the server keeps its own workflows. */
const systemNamespace = "temporal-system";

/** Names of all but the server's own namespace, sorted. The server leaves out those that are deleted. */
export async function listNamespaces({ workflowService }: Connection): Promise<readonly string[]> {
    const names: string[] = [];
    let nextPageToken: Uint8Array | undefined;
    do {
        const page = await workflowService.listNamespaces({ pageSize: 100, nextPageToken });
        names.push(...page.namespaces.map(({ namespaceInfo }) => namespaceInfo?.name ?? ""));
        nextPageToken = page.nextPageToken;
    } while (nextPageToken.length > 0);
    return names.filter((name) => name !== systemNamespace).sort();
}
