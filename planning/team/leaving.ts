/** Temporal namespaces that a stack's teams have and that its config no longer has. */
import type { StackConfig } from "../../config/schema.ts";
import { teamRecordOf } from "./planTeam.ts";
import type { TeamRecord } from "./teamRecord.ts";

/** A Temporal namespace on its way out. */
export interface LeavingNamespace {
    readonly team: string;
    readonly deployment: string;
    readonly name: string;
}

/**
 * Those that the next `pulumi up` would delete, but not those that may go with open workflows.
 * @param records what the teams of all stacks have
 */
export function leavingNamespaces(
    { teams }: Pick<StackConfig, "teams">,
    stack: string,
    records: readonly TeamRecord[],
): readonly LeavingNamespace[] {
    const id = (deployment: string, namespace: string) => `${deployment}/${namespace}`;
    const kept = new Set(
        teams
            .map((team) => teamRecordOf(team, stack))
            .flatMap(({ deployment, namespaces }) => namespaces.map(({ name }) => id(deployment, name))),
    );
    return records
        .filter((record) => record.stack === stack)
        .flatMap(({ team, deployment, namespaces }) =>
            namespaces
                .filter(({ name, forceDelete }) => !forceDelete && !kept.has(id(deployment, name)))
                .map(({ name }) => ({ team, deployment, name })),
        );
}
