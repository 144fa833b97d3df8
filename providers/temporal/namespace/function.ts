/** Looks a namespace up that somebody else manages. */
import type { ProviderFunction } from "../functions.ts";
import type { Properties } from "../shapes/shape.ts";
import { describe, foundNamespace } from "./found.ts";
import { namespaceInputs, namespaceName, namespaceOutputs } from "./properties.ts";

/** All but what only the resource knows. */
const outputs: Properties = Object.fromEntries(
    Object.entries({ ...namespaceInputs, ...namespaceOutputs }).filter(([name]) => name !== "forceDelete"),
);

/** The function. */
export const getNamespace: ProviderFunction = {
    description: "Looks up a namespace by its name. Fails if there is none.",
    inputs: { name: { shape: namespaceName, required: true, description: "Name of the namespace." } },
    outputs,
    action: ({ name }) => `look up the namespace ${JSON.stringify(name)}`,
    async call(operation, { name }) {
        const description = await describe(operation, name as string);
        if (!description) throw operation.refusal(`${operation.server} has no such namespace.`);
        const { state } = foundNamespace(description, false);
        return Object.fromEntries(Object.entries(state).filter(([property]) => property in outputs));
    },
};
