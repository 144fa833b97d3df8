/** The teams of a platform, whichever stack has them, as their records say. */
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";

import { recordLabel } from "../../planning/records.ts";
import { parseTeamRecord, type TeamRecord } from "../../planning/team/teamRecord.ts";
import { kubeconfigPath } from "../cluster/layout.ts";

/** Records of the teams on the platform in this Kubernetes namespace. */
export async function teamRecords(platformNamespace: string): Promise<readonly TeamRecord[]> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const { items } = await config.makeApiClient(CoreV1Api).listNamespacedConfigMap({
        namespace: platformNamespace,
        labelSelector: `${recordLabel}=team`,
    });
    return items.map(({ data = {} }) => parseTeamRecord(data));
}

/** Rows of the table of teams: name, deployment, Temporal namespaces, Kubernetes namespace, stack; by deployment and name. */
export function teamRows(records: readonly TeamRecord[]): readonly (readonly string[])[] {
    return records
        .map(({ team, deployment, namespaces, workersNamespace, stack }) => [
            team,
            deployment,
            namespaces.map(({ name }) => name).join("\n"),
            workersNamespace,
            stack,
        ])
        .sort((a, b) => `${a[1]} ${a[0]}`.localeCompare(`${b[1]} ${b[0]}`));
}
