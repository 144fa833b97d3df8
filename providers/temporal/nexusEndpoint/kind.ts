/** Nexus endpoints of a Temporal server. */
import { isDeepStrictEqual } from "node:util";

import type { Connection } from "@temporalio/client";
import { defaultPayloadConverter } from "@temporalio/common";

import type { Created, Found } from "../../protocol/plugin.ts";
import type { Values } from "../../protocol/values.ts";
import { isAlreadyThere, isNotFound, saidBy } from "../connection/failures.ts";
import type { Operation } from "../connection/operation.ts";
import type { Kind } from "../kind.ts";
import { describe } from "../namespace/found.ts";
import { checkEndpoint, endpointInputs, endpointOutputs } from "./properties.ts";

/** The kind. Its id is the server's. */
export const nexusEndpointKind: Kind = {
    noun: "Nexus endpoint",
    description: "A Nexus endpoint of a Temporal server. Imported by its name, or by the server's id.",
    inputs: endpointInputs,
    outputs: endpointOutputs,
    label: ({ name }) => JSON.stringify(name),
    labelOfId: (id) => JSON.stringify(id),
    check: checkEndpoint,
    foresee: async (operation, { name }) => {
        if (await find(operation, name as string)) throw existing(operation, name as string);
    },
    create,
    async read(operation, id) {
        const endpoint = await find(operation, id);
        return endpoint && foundEndpoint(endpoint);
    },
    update,
    delete: remove,
};

type Endpoint = NonNullable<Awaited<ReturnType<Connection["operatorService"]["getNexusEndpoint"]>>["endpoint"]>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @param id the server's id, or the name */
async function find(operation: Operation, id: string): Promise<Endpoint | undefined> {
    return operation.ask(async ({ operatorService }) => {
        if (!uuid.test(id)) return (await operatorService.listNexusEndpoints({ name: id })).endpoints[0] ?? undefined;
        try {
            return (await operatorService.getNexusEndpoint({ id })).endpoint ?? undefined;
        } catch (error) {
            if (isNotFound(error)) return undefined;
            throw error;
        }
    });
}

function existing(operation: Operation, name: string): Error {
    return operation.refusal(`it exists already. To go on with it, import it by its name, "${name}".`);
}

async function create(operation: Operation, inputs: Values): Promise<Created> {
    await refuseMissingNamespace(operation, inputs);
    const endpoint = await operation.ask(async ({ operatorService }, before) => {
        try {
            return (await operatorService.createNexusEndpoint({ spec: specOf(inputs) })).endpoint;
        } catch (error) {
            if (!isAlreadyThere(error)) throw error;
            const name = inputs.name as string;
            const found = (await operatorService.listNexusEndpoints({ name })).endpoints[0];
            // The answer to an earlier try was lost.
            if (before > 0 && found && isDeepStrictEqual(foundEndpoint(found).inputs, inputs)) return found;
            throw existing(operation, name);
        }
    }, isUnverifiedNamespace);
    if (!endpoint) throw operation.refusal(`${operation.server} made none.`);
    return foundEndpoint(endpoint);
}

async function refuseMissingNamespace(operation: Operation, { target }: Values): Promise<void> {
    const namespace = ((target as Values).worker as Values | undefined)?.namespace;
    if (namespace === undefined || (await describe(operation, namespace as string))) return;
    throw operation.refusal(`${operation.server} has no namespace "${namespace as string}".`);
}

/** A frontend learns of a new namespace a few seconds after it is made. */
function isUnverifiedNamespace(error: unknown): boolean {
    return saidBy(error).includes("could not verify namespace");
}

async function update(operation: Operation, id: string, _state: Values, inputs: Values): Promise<Values> {
    await refuseMissingNamespace(operation, inputs);
    const endpoint = await operation.ask(async ({ operatorService }) => {
        // Its version belongs into each try.
        const { endpoint } = await operatorService.getNexusEndpoint({ id });
        const request = { id, version: endpoint?.version, spec: specOf(inputs) };
        return (await operatorService.updateNexusEndpoint(request)).endpoint;
    }, isUnverifiedNamespace);
    if (!endpoint) throw operation.refusal("there is no such endpoint any more: run pulumi refresh, then up again.");
    return foundEndpoint(endpoint).state;
}

async function remove(operation: Operation, id: string): Promise<void> {
    await operation.ask(async ({ operatorService }) => {
        try {
            const { endpoint } = await operatorService.getNexusEndpoint({ id });
            await operatorService.deleteNexusEndpoint({ id, version: endpoint?.version });
        } catch (error) {
            if (!isNotFound(error)) throw error;
        }
    });
}

function specOf({ name, description, target }: Values) {
    const { worker, url } = target as Values;
    return {
        name: name as string,
        description: description === "" ? undefined : defaultPayloadConverter.toPayload(description as string),
        target: worker
            ? { worker: worker as { namespace: string; taskQueue: string } }
            : { external: { url: url as string } },
    };
}

function foundEndpoint({ id, spec }: Endpoint): Found {
    const { worker, external } = spec?.target ?? {};
    const description = spec?.description ? String(defaultPayloadConverter.fromPayload(spec.description)) : "";
    const target = worker
        ? { worker: { namespace: worker.namespace ?? "", taskQueue: worker.taskQueue ?? "" } }
        : { url: external?.url ?? "" };
    const inputs = { name: spec?.name ?? "", description, target };
    return { id: id ?? "", inputs, state: { ...inputs, endpointId: id ?? "" } };
}
