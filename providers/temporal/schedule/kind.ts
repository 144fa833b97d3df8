/** Schedules of a namespace. */
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import type { Connection } from "@temporalio/client";

import type { Created, Found } from "../../protocol/plugin.ts";
import type { Values } from "../../protocol/values.ts";
import { isAlreadyThere, isNotFound, isNotYetKnown } from "../connection/failures.ts";
import type { Operation } from "../connection/operation.ts";
import { splitId } from "../ids.ts";
import type { Kind } from "../kind.ts";
import { describe } from "../namespace/found.ts";
import { foundInputs } from "./found.ts";
import { meaningOf, sameParts } from "./meaning.ts";
import { checkSchedule, scheduleInputs } from "./properties.ts";
import { scheduleOf } from "./request.ts";

/** The kind. Its id is `<namespace>/<schedule id>`. */
export const scheduleKind: Kind = {
    noun: "schedule",
    description: "A schedule that starts workflows in a namespace. Imported by `<namespace>/<schedule id>`.",
    inputs: scheduleInputs,
    outputs: {},
    label: ({ namespace, scheduleId }) => `"${namespace as string}/${scheduleId as string}"`,
    labelOfId: (id) => JSON.stringify(id),
    check: checkSchedule,
    respelled: (before, wanted) => ({ ...before, ...sameParts(before, wanted) }),
    foresee: async (operation, { namespace, scheduleId }) => {
        if (await find(operation, namespace as string, scheduleId as string))
            throw existing(operation, namespace, scheduleId);
    },
    create,
    async read(operation, id, state) {
        const [namespace, scheduleId] = splitId(operation, id, "<namespace>/<schedule id>");
        const live = await find(operation, namespace, scheduleId);
        return live && foundSchedule(namespace, scheduleId, live, state);
    },
    update,
    delete: remove,
};

type Live = Awaited<ReturnType<Connection["workflowService"]["describeSchedule"]>>;

/** What `before` means, without what `wanted` leaves to the server. */
function managedOf(before: Values, wanted: Values): Values {
    const isManaged = (name: string) => !scheduleInputs[name]?.kept || wanted[name] !== undefined;
    return meaningOf(Object.fromEntries(Object.entries(before).filter(([name]) => isManaged(name))));
}

async function find(operation: Operation, namespace: string, scheduleId: string): Promise<Live | undefined> {
    return operation.ask(async ({ workflowService }) => {
        try {
            return await workflowService.describeSchedule({ namespace, scheduleId });
        } catch (error) {
            if (isNotFound(error)) return undefined;
            throw error;
        }
    });
}

function existing(operation: Operation, namespace: unknown, scheduleId: unknown): Error {
    const id = `${namespace as string}/${scheduleId as string}`;
    return operation.refusal(`it exists already. To go on with it, import it by "${id}".`);
}

function foundSchedule(namespace: string, scheduleId: string, { schedule }: Live, before: Values): Found {
    const inputs = foundInputs(namespace, scheduleId, schedule ?? {}, before);
    return { id: `${namespace}/${scheduleId}`, inputs, state: inputs };
}

async function create(operation: Operation, inputs: Values): Promise<Created> {
    const [namespace, scheduleId] = [inputs.namespace as string, inputs.scheduleId as string];
    if (!(await describe(operation, namespace))) {
        throw operation.refusal(`${operation.server} has no namespace "${namespace}".`);
    }
    // By the same id a repeated request is answered like the first.
    const requestId = randomUUID();
    const request = { namespace, scheduleId, requestId, schedule: scheduleOf(inputs) };
    await operation.ask(async ({ workflowService }) => {
        try {
            await workflowService.createSchedule(request);
        } catch (error) {
            if (isAlreadyThere(error)) throw existing(operation, namespace, scheduleId);
            throw error;
        }
    }, isNotYetKnown);
    return settled(operation, inputs);
}

/** The server answers before a schedule has taken over what it was sent. */
async function settled(operation: Operation, inputs: Values): Promise<Found> {
    const [namespace, scheduleId] = [inputs.namespace as string, inputs.scheduleId as string];
    return operation.until("taking it over", async () => {
        const live = await find(operation, namespace, scheduleId);
        const found = live && foundSchedule(namespace, scheduleId, live, inputs);
        return found && isDeepStrictEqual(managedOf(found.inputs, inputs), meaningOf(inputs)) ? found : undefined;
    });
}

async function update(operation: Operation, id: string, _state: Values, inputs: Values): Promise<Values> {
    const [namespace, scheduleId] = splitId(operation, id, "<namespace>/<schedule id>");
    await operation.ask(async ({ workflowService }) => {
        // The token belongs into each try.
        const live = await workflowService.describeSchedule({ namespace, scheduleId });
        await workflowService.updateSchedule({
            namespace,
            scheduleId,
            schedule: scheduleOf(inputs, live.schedule ?? {}),
            conflictToken: live.conflictToken,
            requestId: randomUUID(),
        });
    });
    return (await settled(operation, inputs)).state;
}

async function remove(operation: Operation, id: string): Promise<void> {
    const [namespace, scheduleId] = splitId(operation, id, "<namespace>/<schedule id>");
    await operation.ask(async ({ workflowService }) => {
        try {
            await workflowService.deleteSchedule({ namespace, scheduleId });
        } catch (error) {
            if (!isNotFound(error)) throw error;
        }
    });
}
