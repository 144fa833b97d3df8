/** How the package is called, and what is in it. */

/**
 * Not `temporal`: Pulumi hands a project's own settings, `temporal:…` in a project of that name, to a provider of the same
 * name, and the program's components have the type tokens `temporal:index:…`.
 */
export const packageName = "temporal-objects";

/** Counts up when resources change their properties. */
export const version = "0.1.0";

/** The token of a type or function. */
export function token(name: string): string {
    return `${packageName}:index:${name}`;
}
