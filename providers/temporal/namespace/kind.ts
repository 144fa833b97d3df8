/** Namespaces of a Temporal server. */
import { PartialFailure } from "../../protocol/plugin.ts";
import { isDeepStrictEqual } from "node:util";
import type { Created, Found } from "../../protocol/plugin.ts";
import { isObject, type Values } from "../../protocol/values.ts";
import { isAlreadyThere, isNotFound, isNotYetKnown, saidBy } from "../connection/failures.ts";
import type { Operation } from "../connection/operation.ts";
import type { Asker, Kind } from "../kind.ts";
import { describe, type Description, foundNamespace, notedOwner } from "./found.ts";
import { guardOwner, ownerOf } from "./owner.ts";
import { checkNamespace, namespaceInputs, namespaceOutputs } from "./properties.ts";
import { changes, registration } from "./requests.ts";

/** Holds for paused workflows, too, which servers before 1.30 don't know by that word. */
const isOpen = "CloseTime IS NULL";

/** The kind. Its id is the name. */
export const namespaceKind: Kind = {
    noun: "namespace",
    description:
        "A namespace of a Temporal server. Imported by its name. It is marked in its `data` as belonging to its stack, and other " +
        "stacks then neither change nor delete it. It isn't deleted while it has open workflows, unless `forceDelete` is set.",
    inputs: namespaceInputs,
    outputs: namespaceOutputs,
    label: ({ name }) => JSON.stringify(name),
    labelOfId: (id) => JSON.stringify(id),
    check: checkNamespace,
    foresee,
    create,
    read,
    update,
    delete: remove,
};

async function foresee(operation: Operation, inputs: Values, asker: Asker): Promise<void> {
    const description = await describe(operation, inputs.name as string);
    if (description) refuseExisting(operation, description, asker);
}

async function create(operation: Operation, inputs: Values, asker: Asker): Promise<Created> {
    const name = inputs.name as string;
    const isNew = await operation.ask(async ({ workflowService }) => {
        try {
            await workflowService.registerNamespace(registration(inputs, asker));
            return true;
        } catch (error) {
            if (isAlreadyThere(error)) return false;
            throw withAdvice(operation, error);
        }
    });
    if (!isNew) await adopt(operation, inputs, asker);
    const found = await settled(operation, inputs);
    try {
        await untilKnownEverywhere(operation, name);
    } catch (error) {
        const reason = (error as Error).message;
        throw new PartialFailure(reason, found, [reason]);
    }
    return found;
}

/**
 * What is there already goes on as this resource only if it is this resource's own: an earlier run made it and was ended
 * before it could save that, or the answer of the first try was lost.
 */
async function adopt(operation: Operation, inputs: Values, asker: Asker): Promise<void> {
    const name = inputs.name as string;
    const description = await describe(operation, name);
    if (!description) throw operation.refusal("it was being deleted at the same time; try again.");
    refuseExisting(operation, description, asker);
    await apply(operation, description, inputs, asker);
}

function refuseExisting(operation: Operation, description: Description, asker: Asker): void {
    const name = description.namespaceInfo?.name ?? "";
    const owner = notedOwner(description);
    if (owner === ownerOf(asker)) return;
    guardOwner(operation, name, owner, "", asker);
    throw operation.refusal(
        `it exists already. To go on with it, import it: pulumi import, or the resource option import: "${name}".`,
    );
}

async function apply(operation: Operation, description: Description, inputs: Values, asker: Asker): Promise<void> {
    for (const request of changes(description, inputs, asker)) {
        await operation.ask(async ({ workflowService }) => {
            try {
                await workflowService.updateNamespace(request);
            } catch (error) {
                throw withAdvice(operation, error);
            }
        });
    }
}

/** The server says of a short retention only that it isn't valid. */
function withAdvice(operation: Operation, error: unknown): unknown {
    const said = saidBy(error);
    if (!said.includes("valid retention period")) return error;
    return operation.refusal(
        `${operation.server} says: ${said}. It takes at least 1h, for global namespaces 24h, unless its dynamic config ` +
            "says otherwise (system.namespaceMinRetentionLocal, system.namespaceMinRetentionGlobal).",
    );
}

/** The namespace as it is now. A server without archival takes a namespace that asks for it, and leaves it off. */
async function settled(operation: Operation, inputs: Values): Promise<Found> {
    const description = await describe(operation, inputs.name as string);
    if (!description) throw operation.refusal("it was deleted at the same time.");
    const found = foundNamespace(description, inputs.forceDelete === true);
    for (const property of ["historyArchival", "visibilityArchival"]) {
        const wanted = inputs[property];
        if (!isObject(wanted) || isDeepStrictEqual(wanted.enabled, (found.inputs[property] as Values).enabled))
            continue;
        const reason = operation.refusal(`${property} stays off: archival isn't configured on this server.`).message;
        throw new PartialFailure(reason, found, [reason]);
    }
    return found;
}

/** A frontend learns of a new namespace a few seconds after it is made; until then it refuses what is to be put into it. */
async function untilKnownEverywhere(operation: Operation, namespace: string): Promise<void> {
    await operation.ask(({ workflowService }) => workflowService.countWorkflowExecutions({ namespace }), isNotYetKnown);
}

async function read(operation: Operation, id: string, state: Values, asker: Asker): Promise<Found | undefined> {
    const description = await describe(operation, id);
    if (!description) return undefined;
    guardOwner(operation, id, notedOwner(description), (state.owner as string | undefined) ?? "", asker);
    return foundNamespace(description, state.forceDelete === true);
}

async function update(operation: Operation, id: string, state: Values, inputs: Values, asker: Asker): Promise<Values> {
    const description = await describe(operation, id);
    if (!description)
        throw operation.refusal("there is no such namespace any more: run pulumi refresh, then up again.");
    guardOwner(operation, id, notedOwner(description), (state.owner as string | undefined) ?? "", asker);
    await apply(operation, description, inputs, asker);
    return (await settled(operation, inputs)).state;
}

async function remove(operation: Operation, id: string, state: Values, asker: Asker): Promise<void> {
    const description = await describe(operation, id);
    if (!description) return;
    // Another namespace of the same name isn't the one that is to go.
    if (description.namespaceInfo?.id !== state.namespaceId) {
        throw operation.refusal(
            "it was deleted and made anew by somebody else: run pulumi refresh, and look at it again.",
        );
    }
    guardOwner(operation, id, notedOwner(description), (state.owner as string | undefined) ?? "", asker);
    if (state.forceDelete !== true) await refuseOpenWorkflows(operation, id);
    await operation.ask(async ({ operatorService }, before) => {
        try {
            await operatorService.deleteNamespace({ namespace: id });
        } catch (error) {
            if (isNotFound(error) && before > 0) return;
            throw error;
        }
    });
    await operation.until("the deletion", async ({ workflowService }) => {
        try {
            const { namespaceInfo } = await workflowService.describeNamespace({ namespace: id });
            return namespaceInfo?.id === state.namespaceId ? undefined : true;
        } catch (error) {
            if (isNotFound(error)) return true;
            throw error;
        }
    });
}

async function refuseOpenWorkflows(operation: Operation, namespace: string): Promise<void> {
    const count = await operation.ask(async ({ workflowService }) =>
        (await workflowService.countWorkflowExecutions({ namespace, query: isOpen })).count.toNumber(),
    );
    if (count === 0) return;
    throw operation.refusal(
        `it has ${count} open workflow${count === 1 ? "" : "s"}. End ${count === 1 ? "it" : "them"} first, or set forceDelete and run pulumi up before.`,
    );
}
