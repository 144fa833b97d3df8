/** What lives inside a self-hosted Temporal server, as Pulumi resources. */
export * from "./functions.ts";
export * from "./namespace.ts";
export * from "./nexusEndpoint.ts";
export * from "./provider.ts";
export * from "./schedule.ts";
export * from "./searchAttribute.ts";
