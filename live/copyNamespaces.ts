/** Brings the Temporal namespaces of one deployment to another: what they are set to, none of their workflows. */
import type { Connection } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time.js";

import { LiveError } from "./errors.ts";
import { listNamespaces } from "./namespaces.ts";
import { type CopyPlan, type NamespaceSettings, planCopy } from "./namespaceSettings.ts";

/** What has been done for one namespace. */
export interface CopiedNamespace {
    readonly namespace: string;
    /** Whether the target did not have it before. */
    readonly registered: boolean;
    /** Names of the search attributes that the target did not have before. */
    readonly addedSearchAttributes: readonly string[];
}

/** The API's ArchivalState (temporal/api/enums/v1/namespace.proto). */
const archivalStates = { off: 1, on: 2 } as const;

/**
 * Registers each namespace of `from` in `to` with the same settings and search attributes. Does nothing for what is there
 * already, and changes nothing that is: so it can be run again at any time.
 * @throws LiveError when the target has a namespace that is set differently, before anything is changed; or when the target
 * did not take a setting over
 */
export async function copyNamespaces(from: Connection, to: Connection): Promise<readonly CopiedNamespace[]> {
    const source = await readSettings(from);
    const plan = planCopy(source, await readSettings(to));
    refuseDifferences(plan);
    for (const { settings, register: isMissing, searchAttributes } of plan.copies) {
        if (isMissing) await register(to, settings);
        if (Object.keys(searchAttributes).length > 0) {
            await to.operatorService.addSearchAttributes({ namespace: settings.name, searchAttributes });
        }
    }
    // A server without archival takes a namespace that asks for it, and leaves it off.
    refuseDifferences(planCopy(source, await readSettings(to)));
    return plan.copies.map(({ settings, register: registered, searchAttributes }) => ({
        namespace: settings.name,
        registered,
        addedSearchAttributes: Object.keys(searchAttributes),
    }));
}

function refuseDifferences({ differences }: CopyPlan): void {
    if (differences.length === 0) return;
    throw new LiveError(
        `${differences.join("\n")}\nNothing that the target has is ever changed: make both the same, then copy again.`,
    );
}

async function register({ workflowService }: Connection, settings: NamespaceSettings): Promise<void> {
    const { name, description, ownerEmail, data, retention, historyArchival, visibilityArchival } = settings;
    await workflowService.registerNamespace({
        namespace: name,
        description,
        ownerEmail,
        data,
        workflowExecutionRetentionPeriod: msToTs(retention * 1000),
        historyArchivalState: stateOf(historyArchival),
        historyArchivalUri: historyArchival ?? "",
        visibilityArchivalState: stateOf(visibilityArchival),
        visibilityArchivalUri: visibilityArchival ?? "",
    });
}

async function readSettings(connection: Connection): Promise<readonly NamespaceSettings[]> {
    const settings: NamespaceSettings[] = [];
    for (const name of await listNamespaces(connection)) settings.push(await readNamespace(connection, name));
    return settings;
}

async function readNamespace(
    { workflowService, operatorService }: Connection,
    namespace: string,
): Promise<NamespaceSettings> {
    const { namespaceInfo, config } = await workflowService.describeNamespace({ namespace });
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    return {
        name: namespace,
        description: namespaceInfo?.description ?? "",
        ownerEmail: namespaceInfo?.ownerEmail ?? "",
        data: namespaceInfo?.data ?? {},
        retention: config?.workflowExecutionRetentionTtl?.seconds?.toNumber() ?? 0,
        historyArchival: archivalOf(config?.historyArchivalState, config?.historyArchivalUri),
        visibilityArchival: archivalOf(config?.visibilityArchivalState, config?.visibilityArchivalUri),
        searchAttributes: customAttributes,
    };
}

function archivalOf(state: number | null | undefined, uri: string | null | undefined): string | null {
    return state === archivalStates.on ? (uri ?? "") : null;
}

function stateOf(uri: string | null): (typeof archivalStates)[keyof typeof archivalStates] {
    return uri === null ? archivalStates.off : archivalStates.on;
}
