/** Names that follow from a deployment's name, and how long it may be. */

/** PostgreSQL cuts identifiers silently after this many bytes (NAMEDATALEN - 1). */
export const maxIdentifierBytes = 63;

/** Longest name that Kubernetes takes for a namespace or a Service (RFC 1123 label). */
export const maxLabelLength = 63;

/** What a deployment's name may look like: an RFC 1123 label, since namespace and objects are named after it. */
export const deploymentNamePattern = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;

/** Names in PostgreSQL of one deployment. */
export interface DatabaseNames {
    /** Login role that owns both databases. */
    readonly role: string;
    /** Database of the default store: workflows, tasks, shards. */
    readonly default: string;
    /** Database of the visibility store: what workflow lists are made from. */
    readonly visibility: string;
}

/** Role and databases of a deployment: `temporal_<name>` and `temporal_<name>_visibility`, dashes as underscores. */
export function databaseNames(deployment: string): DatabaseNames {
    const stem = `temporal_${deployment.replaceAll("-", "_")}`;
    return { role: stem, default: stem, visibility: `${stem}_visibility` };
}

/** Longest deployment name whose visibility database still fits {@link maxIdentifierBytes}: 43 characters. */
export const maxDeploymentNameLength = maxIdentifierBytes - databaseNames("").visibility.length;

/** Kubernetes namespace of a deployment that names none. */
export function defaultNamespace(deployment: string): string {
    return `temporal-${deployment}`;
}
