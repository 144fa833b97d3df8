/** What to ask the server for, so that a namespace becomes what the program wants. */
import { isDeepStrictEqual } from "node:util";

import { msToTs } from "@temporalio/common/lib/time.js";

import { isObject, type Value, type Values } from "../../protocol/values.ts";
import type { Asker } from "../kind.ts";
import { parseDuration } from "../shapes/durations.ts";
import { archivalStates, dataOf, type Description, foundNamespace, notedOwner } from "./found.ts";
import { ownerKey, ownerOf } from "./owner.ts";

/** The request that makes it. */
export function registration(inputs: Values, asker: Asker) {
    return {
        namespace: inputs.name as string,
        description: inputs.description as string | undefined,
        ownerEmail: inputs.ownerEmail as string | undefined,
        data: { ...(inputs.data as Record<string, string>), [ownerKey]: ownerOf(asker) },
        workflowExecutionRetentionPeriod: retentionOf(inputs),
        isGlobalNamespace: inputs.global === true,
        clusters: clustersOf(inputs),
        activeClusterName: inputs.activeCluster as string | undefined,
        ...archivalOf("history", inputs.historyArchival),
        ...archivalOf("visibility", inputs.visibilityArchival),
    };
}

/**
 * The requests that change it, one after the other; none if it is as wanted. The server refuses to make another cluster
 * the active one together with other changes.
 */
export function changes(description: Description, inputs: Values, asker: Asker) {
    const namespace = inputs.name as string;
    const { inputs: found } = foundNamespace(description, false);
    const differs = (name: string) => inputs[name] !== undefined && !isDeepStrictEqual(inputs[name], found[name]);
    const changed = <T>(name: string, value: T) => (differs(name) ? value : undefined);

    const data = changedData(description, inputs, asker);
    const updateInfo = {
        description: changed("description", inputs.description as string),
        ownerEmail: changed("ownerEmail", inputs.ownerEmail as string),
        data,
    };
    const config = {
        workflowExecutionRetentionTtl: changed("retention", retentionOf(inputs)),
        ...(differs("historyArchival") ? archivalOf("history", inputs.historyArchival) : {}),
        ...(differs("visibilityArchival") ? archivalOf("visibility", inputs.visibilityArchival) : {}),
    };
    const clusters = changed("clusters", clustersOf(inputs));
    const first = {
        namespace,
        ...(isEmpty(updateInfo) ? {} : { updateInfo }),
        ...(isEmpty(config) ? {} : { config }),
        ...(clusters ? { replicationConfig: { clusters } } : {}),
        ...(differs("global") ? { promoteNamespace: true } : {}),
    };
    const activeClusterName = changed("activeCluster", inputs.activeCluster as string);
    return [
        ...(Object.keys(first).length > 1 ? [first] : []),
        ...(activeClusterName === undefined ? [] : [{ namespace, replicationConfig: { activeClusterName } }]),
    ];
}

/** The server only ever merges data. */
function changedData(description: Description, inputs: Values, asker: Asker): Record<string, string> | undefined {
    const before = dataOf(description);
    const wanted = (inputs.data ?? {}) as Record<string, string>;
    const removed = Object.keys(before).filter((key) => !(key in wanted));
    const set = Object.entries(wanted).filter(([key, value]) => before[key] !== value);
    const data = Object.fromEntries([...removed.map((key) => [key, ""] as const), ...set]);
    if (notedOwner(description) !== ownerOf(asker)) data[ownerKey] = ownerOf(asker);
    return Object.keys(data).length > 0 ? data : undefined;
}

function isEmpty(values: object): boolean {
    return Object.values(values).every((value) => value === undefined);
}

function retentionOf({ retention }: Values) {
    return msToTs((parseDuration(retention as string) ?? 0) * 1000);
}

function clustersOf({ clusters }: Values) {
    return (clusters as readonly string[] | undefined)?.map((clusterName) => ({ clusterName }));
}

function archivalOf(what: "history" | "visibility", archival: Value) {
    if (!isObject(archival)) return {};
    return {
        [`${what}ArchivalState`]: archival.enabled ? archivalStates.on : archivalStates.off,
        [`${what}ArchivalUri`]: (archival.uri as string | undefined) ?? "",
    };
}
