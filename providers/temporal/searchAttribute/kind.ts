/** Search attributes of a namespace. */
import type { Created, Found } from "../../protocol/plugin.ts";
import { PartialFailure } from "../../protocol/plugin.ts";
import type { Values } from "../../protocol/values.ts";
import { saidBy } from "../connection/failures.ts";
import type { Operation } from "../connection/operation.ts";
import { splitId } from "../ids.ts";
import type { Kind } from "../kind.ts";
import { describe, type Description } from "../namespace/found.ts";
import { inTurn } from "./inTurn.ts";
import { attributeInputs, attributeOutputs, attributeTypes, checkAttribute, typeName } from "./properties.ts";

/** The kind. Its id is `<namespace>/<name>`. */
export const searchAttributeKind: Kind = {
    noun: "search attribute",
    description:
        "A custom search attribute of a namespace. Imported by `<namespace>/<name>`. SQL stores have a fixed number of columns for " +
        "each type and namespace, by default ten of `Keyword` and three of each other type. A column keeps its values when its " +
        "attribute is removed, and shows them under the name that gets it next. With Elasticsearch all namespaces share the attributes.",
    inputs: attributeInputs,
    outputs: attributeOutputs,
    label: ({ namespace, name }) => `"${namespace as string}/${name as string}"`,
    labelOfId: (id) => JSON.stringify(id),
    check: checkAttribute,
    foresee: async (operation, inputs) => {
        const description = await describe(operation, inputs.namespace as string);
        if (description) await refuseExisting(operation, description, inputs);
    },
    create,
    read,
    // Every other property either makes another attribute or never changes.
    update: (_operation, _id, state, { adoptExisting }) => Promise.resolve({ ...state, adoptExisting }),
    delete: remove,
};

type Attributes = Readonly<Record<string, number>>;

async function attributesOf(operation: Operation, namespace: string): Promise<Attributes> {
    return operation.ask(
        async ({ operatorService }) => (await operatorService.listSearchAttributes({ namespace })).customAttributes,
    );
}

async function create(operation: Operation, inputs: Values): Promise<Created> {
    const { namespace, name, type } = inputs as Readonly<Record<string, string>>;
    const wanted = { namespace: namespace ?? "", name: name ?? "", type: type ?? "" };
    const description = await describe(operation, wanted.namespace);
    if (!description) throw operation.refusal(`${operation.server} has no namespace "${wanted.namespace}".`);
    const exists = await refuseExisting(operation, description, inputs);
    const searchAttributes = { [wanted.name]: attributeTypes[wanted.type] ?? 0 };
    // The server picks a free column, and then finds that a simultaneous request has taken it.
    const add = () =>
        operation.ask(async ({ operatorService }) => {
            try {
                await operatorService.addSearchAttributes({ namespace: wanted.namespace, searchAttributes });
            } catch (error) {
                if (!saidBy(error).includes("cannot have more than")) throw error;
                throw await noColumnLeft(operation, wanted);
            }
        });
    if (!exists) await inTurn(wanted.namespace, add);
    const found = await operation.until("adding it", () => find(operation, inputs));
    try {
        await untilUsable(operation, wanted.namespace, wanted.name);
    } catch (error) {
        const reason = (error as Error).message;
        throw new PartialFailure(reason, found, [reason]);
    }
    return found;
}

/** Refuses an attribute that is there already, unless it may be taken over as it is; answers whether it is there. */
async function refuseExisting(
    operation: Operation,
    { namespaceInfo }: Description,
    { name, type: wanted, adoptExisting }: Values,
): Promise<boolean> {
    const namespace = namespaceInfo?.name ?? "";
    const type = (await attributesOf(operation, namespace))[name as string];
    if (type === undefined) return false;
    if (adoptExisting === true && typeName(type) === wanted) return true;
    const goOn =
        adoptExisting === true
            ? "An attribute's type never changes: use that one, or another name."
            : `To go on with it, import it by "${namespace}/${name as string}".`;
    throw operation.refusal(`it exists already, of type ${typeName(type)}. ${goOn}`);
}

async function noColumnLeft(
    operation: Operation,
    { namespace, type }: { namespace: string; type: string },
): Promise<Error> {
    const attributes = await attributesOf(operation, namespace);
    const names = Object.keys(attributes).filter((name) => typeName(attributes[name]) === type);
    return operation.refusal(
        `namespace "${namespace}" has no column of type ${type} left; all ${names.length} are taken by ${names.sort().join(", ")}. ` +
            "Remove one, use another type, or have more columns made: visibility.persistenceCustomSearchAttributes in the configuration of servers since 1.30.",
    );
}

/** Frontends learn of a new attribute a few seconds after it is added. */
async function untilUsable(operation: Operation, namespace: string, name: string): Promise<void> {
    const query = `\`${name}\` IS NULL`;
    await operation.ask(
        ({ workflowService }) => workflowService.countWorkflowExecutions({ namespace, query }),
        (error) => saidBy(error).includes("invalid query"),
    );
}

/** @param adoptExisting is known to the state alone */
async function find(operation: Operation, { namespace, name, adoptExisting }: Values): Promise<Found | undefined> {
    const description = await describe(operation, namespace as string);
    const type = description && (await attributesOf(operation, namespace as string))[name as string];
    if (type === undefined) return undefined;
    const known = { namespace, name, type: typeName(type) };
    const inputs = adoptExisting === undefined ? known : { ...known, adoptExisting };
    const columns = Object.entries(description?.config?.customSearchAttributeAliases ?? {});
    const column = columns.find(([, alias]) => alias === name)?.[0] ?? "";
    return { id: `${namespace as string}/${name as string}`, inputs, state: { ...inputs, column } };
}

async function read(operation: Operation, id: string, { adoptExisting }: Values): Promise<Found | undefined> {
    const [namespace, name] = splitId(operation, id, "<namespace>/<name>");
    return find(operation, { namespace, name, adoptExisting });
}

async function remove(operation: Operation, id: string): Promise<void> {
    const [namespace, name] = splitId(operation, id, "<namespace>/<name>");
    if (!(await find(operation, { namespace, name }))) return;
    await inTurn(namespace, () =>
        operation.ask(({ operatorService }) =>
            operatorService.removeSearchAttributes({ namespace, searchAttributes: [name] }),
        ),
    );
}
