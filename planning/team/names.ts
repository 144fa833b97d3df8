/** Names of a team's things, by the convention `<team>-<environment>`. */
import { maxLabelLength } from "../names.ts";

/** What team, environment and suffix look like, and so do the names made of them: RFC 1123 labels that begin with a letter. */
export const teamNamePattern = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;

/** Longest name of a team, and of a suffix: two of them and an environment such as `production` fit {@link maxNamespaceNameLength}. */
export const maxTeamNameLength = 24;

/**
 * Longest name of a team's Temporal namespace. Temporal takes 255 bytes; but names of Kubernetes objects are made of it, and it is
 * a value of labels.
 */
export const maxNamespaceNameLength = maxLabelLength;

/** Temporal namespaces that no team can have, and why. */
export const reservedNamespaceNames: Readonly<Record<string, string>> = {
    "temporal-system": "the server's own",
    default: "where every SDK and CLI goes that is told of no other",
};

/** Team names that would say something else in the names made of them. */
export const reservedTeamNames: readonly string[] = ["default", "kube", "platform", "temporal"];

/** Names of a team's things on one deployment. */
export interface TeamNames {
    /** Names Pulumi resources and the output. */
    readonly id: string;
    /** Kubernetes namespace of the workers. */
    readonly workersNamespace: string;
}

/** Names of a team's things where its config says nothing else. */
export function teamNames(team: string, deployment: string, environment: string): TeamNames {
    return { id: `${team}-${deployment}`, workersNamespace: `${team}-${environment}-workers` };
}

/** Name of a Temporal namespace: `<team>-<environment>`, or `<team>-<suffix>-<environment>`. */
export function temporalNamespaceName(team: string, environment: string, suffix?: string): string {
    return [team, ...(suffix === undefined ? [] : [suffix]), environment].join("-");
}

/** Why a Kubernetes namespace can't be a team's, or undefined if it can. */
export function workersNamespaceProblem(name: string): string | undefined {
    if (name.length > maxLabelLength) return `has ${name.length} characters; must have at most ${maxLabelLength}`;
    if (name === "default" || name.startsWith("kube-")) return "is Kubernetes' own; must be another";
    return undefined;
}

/** Why a Temporal namespace can't be a team's, or undefined if it can. */
export function temporalNamespaceProblem(name: string): string | undefined {
    const reserved = reservedNamespaceNames[name];
    if (reserved !== undefined) return `is ${reserved}; must be another`;
    if (name.length <= maxNamespaceNameLength) return undefined;
    return `has ${name.length} characters; must have at most ${maxNamespaceNameLength}: choose a shorter team, suffix or environment, or a name`;
}
