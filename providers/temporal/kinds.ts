/** The types of resources. */
import type { Kind } from "./kind.ts";
import { namespaceKind } from "./namespace/kind.ts";
import { nexusEndpointKind } from "./nexusEndpoint/kind.ts";
import { token } from "./package.ts";
import { scheduleKind } from "./schedule/kind.ts";
import { searchAttributeKind } from "./searchAttribute/kind.ts";

/** Each by its token. */
export const kinds: Readonly<Record<string, Kind>> = {
    [token("Namespace")]: namespaceKind,
    [token("SearchAttribute")]: searchAttributeKind,
    [token("Schedule")]: scheduleKind,
    [token("NexusEndpoint")]: nexusEndpointKind,
};
