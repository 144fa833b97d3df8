/** Requests and answers of the ResourceProvider service: from messages to plain values and back. */
import messages from "@pulumi/pulumi/proto/provider_pb.js";

import type {
    ChangeKind,
    Checked,
    CheckRequest,
    CreateRequest,
    DeleteRequest,
    Difference,
    DiffRequest,
    ReadRequest,
    Request,
    UpdateRequest,
} from "./plugin.ts";
import { fromStruct, toStruct } from "./values.ts";

const kinds: Readonly<Record<ChangeKind, messages.PropertyDiff.Kind>> = {
    add: messages.PropertyDiff.Kind.ADD,
    "add-replace": messages.PropertyDiff.Kind.ADD_REPLACE,
    delete: messages.PropertyDiff.Kind.DELETE,
    "delete-replace": messages.PropertyDiff.Kind.DELETE_REPLACE,
    update: messages.PropertyDiff.Kind.UPDATE,
    "update-replace": messages.PropertyDiff.Kind.UPDATE_REPLACE,
};

/** Type and name of a resource, from its URN: `urn:pulumi:<stack>::<project>::<parents$type>::<name>`. */
function subject(message: { getUrn(): string }): Request {
    const urn = message.getUrn();
    const [, , types = "", ...name] = urn.split("::");
    return { urn, type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

function check(message: messages.CheckRequest): CheckRequest {
    return {
        ...subject(message),
        olds: fromStruct(message.getOlds()),
        news: fromStruct(message.getNews()),
        randomSeed: message.getRandomseed_asU8(),
    };
}

function diff(message: messages.DiffRequest | messages.UpdateRequest): DiffRequest {
    return {
        ...subject(message),
        id: message.getId(),
        state: fromStruct(message.getOlds()),
        oldInputs: fromStruct(message.getOldInputs()),
        news: fromStruct(message.getNews()),
        ignoreChanges: message.getIgnorechangesList(),
    };
}

/** Reads requests. */
export const requests = {
    settings: (message: messages.ConfigureRequest): ReadonlyMap<string, string> =>
        // Keys are `<package>:config:<name>`.
        new Map(
            message
                .getVariablesMap()
                .getEntryList()
                .map(([key, value]) => [key.split(":").slice(2).join(":"), value]),
        ),
    check,
    diff,
    create: (message: messages.CreateRequest): CreateRequest => ({
        ...subject(message),
        inputs: fromStruct(message.getProperties()),
        preview: message.getPreview(),
        timeout: message.getTimeout(),
    }),
    update: (message: messages.UpdateRequest): UpdateRequest => ({
        ...diff(message),
        preview: message.getPreview(),
        timeout: message.getTimeout(),
    }),
    read: (message: messages.ReadRequest): ReadRequest => ({
        ...subject(message),
        id: message.getId(),
        state: fromStruct(message.getProperties()),
        oldInputs: fromStruct(message.getInputs()),
        timeout: message.getTimeout(),
    }),
    delete: (message: messages.DeleteRequest): DeleteRequest => ({
        ...subject(message),
        id: message.getId(),
        state: fromStruct(message.getProperties()),
        oldInputs: fromStruct(message.getOldInputs()),
        timeout: message.getTimeout(),
    }),
};

/** Writes the answer to Check and CheckConfig. */
export function checkResponse(checked: Checked): messages.CheckResponse {
    const failures = (checked.failures ?? []).map(({ property, reason }) =>
        new messages.CheckFailure().setProperty(property).setReason(reason),
    );
    return new messages.CheckResponse().setInputs(toStruct(checked.inputs)).setFailuresList(failures);
}

/** Writes the answer to Diff and DiffConfig. */
export function diffResponse(difference: Difference): messages.DiffResponse {
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const response = new messages.DiffResponse()
        .setChanges(difference.changed ? DIFF_SOME : DIFF_NONE)
        .setDiffsList([...(difference.diffs ?? [])])
        .setReplacesList([...(difference.replaces ?? [])])
        .setDeletebeforereplace(difference.deleteBeforeReplace ?? false)
        .setHasdetaileddiff(difference.detailed !== undefined);
    for (const [path, kind] of Object.entries(difference.detailed ?? {})) {
        // What is deleted is shown with its value from the old inputs, all else with that from the old state.
        const property = new messages.PropertyDiff().setKind(kinds[kind]).setInputdiff(kind.startsWith("delete"));
        response.getDetaileddiffMap().set(path, property);
    }
    return response;
}
