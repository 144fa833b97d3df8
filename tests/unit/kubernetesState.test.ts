import assert from "node:assert/strict";

import type { Api } from "../../local/plugins/kubernetes/api.ts";
import { findChanges } from "../../local/plugins/kubernetes/changes.ts";
import { without } from "../../local/plugins/kubernetes/objects.ts";
import { buildState, parseState } from "../../local/plugins/kubernetes/state.ts";
import { isSecret, secret, type Values } from "../../providers/protocol/values.ts";

/** All the comparison asks of the API server. */
const api = {
    isNamespaced: (_version: string, kind: string) => Promise.resolve(kind !== "Namespace"),
} as unknown as Api;

function changes(state: Values, news: Values) {
    const request = { urn: "", type: "", name: "", id: "", state, oldInputs: {}, news, ignoreChanges: [] };
    return findChanges(request, api, { configMaps: false, secrets: false });
}

const metadata = { name: "credentials", namespace: "temporal", annotations: { "pulumi.com/autonamed": "true" } };
const liveMetadata = {
    ...metadata,
    uid: "6f1c",
    resourceVersion: "42",
    creationTimestamp: "2026-01-01T00:00:00Z",
    managedFields: [{ manager: "pulumi-kubernetes-1a2b3c4d", operation: "Apply" }],
};

describe("state of the kubernetes plugin", () => {
    const inputs = { apiVersion: "v1", kind: "Secret", metadata, data: secret({ password: "c2VjcmV0" }) };
    /** As the official plugin 4.x writes it. */
    const official: Values = {
        __fieldManager: "pulumi-kubernetes-1a2b3c4d",
        __initialApiVersion: "v1",
        __inputs: inputs,
        apiVersion: "v1",
        kind: "Secret",
        metadata: liveMetadata,
        data: secret({ password: "c2VjcmV0" }),
        type: "Opaque",
    };

    it("that the official plugin wrote is read, and written again as it was", () => {
        const saved = parseState(official, {});
        assert.equal(saved.fieldManager, "pulumi-kubernetes-1a2b3c4d");
        assert.deepEqual(buildState(saved, inputs), official);
    });

    it("that the official plugin wrote is no difference to the same program", async () => {
        assert.deepEqual((await changes(official, inputs)).detailed, {});
        const rest = without(inputs, "data");
        const asWritten = { ...rest, stringData: secret({ password: "secret" }) };
        assert.deepEqual((await changes(official, asWritten)).detailed, {});
    });

    it("with inputs in the program's own form is no difference either", async () => {
        const rest = without(inputs, "data");
        const older = { ...official, __inputs: { ...rest, stringData: secret({ password: "secret" }) } };
        assert.deepEqual((await changes(older, inputs)).detailed, {});
    });

    it("keeps the content of a Secret secret, even if the program doesn't", () => {
        const plain = { ...inputs, data: { password: "c2VjcmV0" } };
        const state = buildState(parseState(official, {}), plain);
        assert.ok(isSecret(state.data));
        assert.ok(isSecret((state.__inputs as Values).data));
    });

    it("replaces what has a made-up name by a new object first, and what has a fixed one after deletion", async () => {
        const changed = { ...inputs, data: secret({ password: "b3RoZXI=" }) };
        const madeUp = await changes(official, changed);
        assert.deepEqual(madeUp.detailed, { "data.password": "update-replace" });
        assert.equal(madeUp.deleteBeforeReplace, false);

        const fixed = { name: metadata.name, namespace: metadata.namespace };
        const state = {
            ...official,
            __inputs: { ...inputs, metadata: fixed },
            metadata: { ...liveMetadata, annotations: {} },
        };
        const named = await changes(state, { ...changed, metadata: fixed });
        assert.deepEqual(named.replaces, ["data.password"]);
        assert.equal(named.deleteBeforeReplace, true);
    });
});
