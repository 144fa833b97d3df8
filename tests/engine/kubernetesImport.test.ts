import assert from "node:assert/strict";

import { makeStack, type TestStack } from "../helpers/engine.ts";
import { makeNamespace, type TestNamespace } from "../helpers/kubernetes.ts";

function program(namespace: string, options: string): string {
    return `import * as k8s from "@pulumi/kubernetes";
        const provider = new k8s.Provider("local", { namespace: "${namespace}", enableConfigMapMutable: true });
        new k8s.core.v1.ConfigMap("config", { metadata: { name: "config", namespace: "${namespace}", labels: { a: "b" } },
            data: { key: "value" } }, { provider${options} });`;
}

describe("kubernetes plugin, import", function () {
    this.timeout(300_000);
    let namespace: TestNamespace;
    let stack: TestStack;

    beforeEach(async () => {
        namespace = await makeNamespace();
        stack = await makeStack("", { KUBECONFIG: namespace.kubeconfig });
        await namespace.create({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "config", labels: { a: "b" } },
            data: { key: "value" },
        });
    });

    afterEach(async () => {
        await namespace?.remove();
        await stack?.remove();
    });

    it("adopts an object by the import option, after which there is no difference", async () => {
        const id = `${namespace.name}/config`;
        await stack.setProgram(program(namespace.name, `, import: "${id}"`));
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
        assert.equal(stack.resource("config").id, id);
        await stack.setProgram(program(namespace.name, ""));
        const preview = await stack.preview();
        assert.deepEqual(
            preview.steps.map(({ op }) => op),
            ["same"],
            preview.output,
        );
    });

    it("shows at preview how the program differs from what it adopts, and changes it", async () => {
        const text = program(namespace.name, `, import: "${namespace.name}/config"`);
        await stack.setProgram(text.replace('key: "value"', 'key: "other"'));
        const preview = await stack.preview();
        assert.equal(preview.code, 0, preview.output);
        assert.deepEqual(
            preview.steps.map(({ op, detailedDiff }) => [op, detailedDiff]),
            [
                ["import", {}],
                ["update", { "data.key": "update" }],
            ],
        );
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
        assert.deepEqual((await namespace.get("v1", "ConfigMap", "config")).data, { key: "other" });
    });

    it("adopts by command, with inputs that describe the object", async () => {
        const run = await stack.import("kubernetes:core/v1:ConfigMap", "config", `${namespace.name}/config`);
        assert.equal(run.code, 0, run.output);
        const { inputs } = stack.resource("config");
        assert.deepEqual(inputs, {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "config", namespace: namespace.name, labels: { a: "b" } },
            data: { key: "value" },
        });
    });

    it("says so when there is nothing of that name", async () => {
        const run = await stack.import("kubernetes:core/v1:ConfigMap", "config", `${namespace.name}/missing`);
        assert.notEqual(run.code, 0);
        assert.match(run.output, /missing.* does not exist/);
    });
});
