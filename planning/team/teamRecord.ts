/** The small objects in the platform's namespace by which stacks tell each other of teams. */
import type { NamespaceLimits } from "./teamPlan.ts";
import type { SearchAttributeType } from "./searchAttributes.ts";

/** A ConfigMap of fixed name: Kubernetes' "already exists" stops whoever comes second. */
export interface TeamRecordPlan {
    readonly name: string;
    /** Value of the label {@link import("../records.ts").recordLabel}. */
    readonly kind: "team" | "team-claim";
    readonly data: Readonly<Record<string, string>>;
}

/** What a team's record says of one of its Temporal namespaces. */
export interface RecordedNamespace {
    readonly name: string;
    readonly searchAttributes: Readonly<Record<string, SearchAttributeType>>;
    readonly limits: NamespaceLimits;
    /** Whether it may be deleted with open workflows. */
    readonly forceDelete: boolean;
}

/** Who is told of a team's alerts. */
export interface RecordedAlerts {
    /** Name of a receiver of the platform's monitoring. */
    readonly receiver: string;
    readonly severities: readonly string[];
}

/** A team as its record says. */
export interface TeamRecord {
    readonly team: string;
    /** Name of its deployment. */
    readonly deployment: string;
    /** Full name of the stack that has it. */
    readonly stack: string;
    /** Kubernetes namespace of its workers. */
    readonly workersNamespace: string;
    readonly namespaces: readonly RecordedNamespace[];
    /** undefined: nobody in particular is told. */
    readonly alerts: RecordedAlerts | undefined;
}

/** Name of a team's record; dots, which no name has, keep `a-b` on `c` apart from `a` on `b-c`. */
export function recordName(deployment: string, team: string): string {
    return `temporal-team.${deployment}.${team}`;
}

/** The record as a ConfigMap. */
export function planTeamRecord(record: TeamRecord): TeamRecordPlan {
    const { team, deployment, stack, workersNamespace, namespaces, alerts } = record;
    return {
        name: recordName(deployment, team),
        kind: "team",
        data: {
            ...{ team, deployment, stack, workersNamespace },
            namespaces: JSON.stringify(namespaces),
            ...(alerts ? { alerts: JSON.stringify(alerts) } : {}),
        },
    };
}

/** Claims on what only one team can have: its Temporal namespaces on the deployment, and its Kubernetes namespace. */
export function planTeamClaims(record: TeamRecord): readonly TeamRecordPlan[] {
    const { team, deployment, stack, workersNamespace, namespaces } = record;
    const claim = (name: string, kind: string, value: string): TeamRecordPlan => ({
        name,
        kind: "team-claim",
        data: { kind, value, team, deployment, stack },
    });
    return [
        // The name that a deployment's claim on the same namespace would have.
        claim(`temporal-namespace-${workersNamespace}`, "namespace", workersNamespace),
        ...namespaces.map(({ name }) =>
            claim(`temporal-team-namespace.${deployment}.${name}`, "temporal-namespace", name),
        ),
    ];
}

/** A record as it was written. */
export function parseTeamRecord(data: Readonly<Record<string, string>>): TeamRecord {
    const { team = "", deployment = "", stack = "", workersNamespace = "", namespaces = "[]", alerts } = data;
    return {
        ...{ team, deployment, stack, workersNamespace },
        namespaces: JSON.parse(namespaces) as readonly RecordedNamespace[],
        alerts: alerts === undefined ? undefined : (JSON.parse(alerts) as RecordedAlerts),
    };
}
