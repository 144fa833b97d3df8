import assert from "node:assert/strict";

import { type ExportedResource, withPendingCreations } from "../../local/commands/deploy.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::temporal::${type}::${name}`;
const resource = (type: string, inputs: ExportedResource["inputs"]) => ({ urn: urn(type, "it"), type, inputs });

/** What becomes of one pending operation: the resources after it. */
function settled(operation: { type: string; resource: ExportedResource }) {
    const there = resource("kubernetes:core/v1:Namespace", { metadata: { name: "there" } });
    const state = { version: 3, deployment: { resources: [there], pending_operations: [operation] } };
    const { version, deployment } = withPendingCreations(state);
    assert.equal(version, 3);
    assert.deepEqual(deployment.pending_operations, []);
    assert.deepEqual(deployment.resources[0], there);
    return deployment.resources.slice(1);
}

describe("a creation during which pulumi was killed", () => {
    it("is written down under the object's namespace and name", () => {
        const job = resource("kubernetes:batch/v1:Job", { metadata: { name: "schema", namespace: "temporal-dev" } });
        const made = [{ ...job, id: "temporal-dev/schema", outputs: job.inputs }];
        assert.deepEqual(settled({ type: "creating", resource: job }), made);
    });

    it("is written down under the name alone where there is no namespace", () => {
        const namespace = resource("kubernetes:core/v1:Namespace", { metadata: { name: "temporal-dev" } });
        const made = [{ ...namespace, id: "temporal-dev", outputs: namespace.inputs }];
        assert.deepEqual(settled({ type: "creating", resource: namespace }), made);
    });

    it("is written down under the name of a role or database", () => {
        const role = resource("postgresql:index/role:Role", { name: "temporal_dev" });
        const made = [{ ...role, id: "temporal_dev", outputs: role.inputs }];
        assert.deepEqual(settled({ type: "creating", resource: role }), made);
    });

    it("is forgotten where it made nothing outside of the state", () => {
        const password = resource("random:index/randomPassword:RandomPassword", {});
        assert.deepEqual(settled({ type: "creating", resource: password }), []);
    });

    it("is not confused with an update or a deletion, which can be done again", () => {
        const namespace = resource("kubernetes:core/v1:Namespace", { metadata: { name: "temporal-dev" } });
        assert.deepEqual(settled({ type: "updating", resource: namespace }), []);
        assert.deepEqual(settled({ type: "deleting", resource: namespace }), []);
    });
});
