import assert from "node:assert/strict";

import { makeStack, type Run, type TestStack } from "../helpers/engine.ts";
import { makeNamespace, type TestNamespace } from "../helpers/kubernetes.ts";
import { kinds } from "./kubernetesKindTable.ts";

/** Kinds that live in no namespace. */
const ofCluster = new Set(["namespace", "cluster-role", "cluster-binding"]);

function program(which: "before" | "after", namespace: string): string {
    const resources = kinds.map(
        ({ name, token, ...args }) => `new k8s.${token}("${name}", { ${args[which]} }, { provider });`,
    );
    return `import * as k8s from "@pulumi/kubernetes";
        const provider = new k8s.Provider("local", { namespace: "${namespace}" });
        ${resources.join("\n")}`;
}

function opOf(run: Run, name: string): string | undefined {
    const ops = run.steps.filter((step) => step.name === name).map(({ op }) => op);
    return ops.includes("replace") ? "replace" : ops[0];
}

describe("kubernetes plugin, all kinds", function () {
    this.timeout(300_000);
    let namespace: TestNamespace;
    let stack: TestStack;

    /** Versions of all objects of the stack, which change with every write. */
    async function versions(): Promise<readonly unknown[]> {
        const objects = stack.resources().filter(({ type }) => type.startsWith("kubernetes:"));
        return Promise.all(
            objects.map(async ({ inputs, id = "" }) => {
                const { apiVersion, kind } = inputs as { apiVersion: string; kind: string };
                const { metadata } = await namespace.get(apiVersion, kind, id.split("/").at(-1) ?? "");
                return [id, metadata?.resourceVersion];
            }),
        );
    }

    function assertUnchanged(run: Run): void {
        assert.equal(run.code, 0, run.output);
        const changed = run.steps.filter(
            ({ op, detailedDiff }) => !["same", "refresh"].includes(op) || Object.keys(detailedDiff).length > 0,
        );
        assert.deepEqual(changed, []);
        assert.equal(new Set(run.steps.map(({ name }) => name)).size, kinds.length);
    }

    before(async () => {
        namespace = await makeNamespace();
        stack = await makeStack(program("before", namespace.name), { KUBECONFIG: namespace.kubeconfig });
    });

    after(async () => {
        await namespace?.remove();
        await stack?.remove();
    });

    it("previews creation without creating anything", async () => {
        const run = await stack.preview();
        assert.equal(run.code, 0, run.output);
        assert.deepEqual(new Set(run.steps.map(({ op }) => op)), new Set(["create"]));
        assert.equal(await namespace.find("v1", "ServiceAccount", "account"), undefined);
        assert.deepEqual(stack.resources(), []);
    });

    it("creates, with made-up names", async () => {
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
        for (const { name } of kinds) {
            const { id = "", inputs } = stack.resource(name);
            const prefix = ofCluster.has(name) ? "" : `${namespace.name}/`;
            assert.match(id, new RegExp(`^${prefix}${name}-[0-9a-f]{8}$`));
            const { metadata } = inputs as { metadata: { annotations: object } };
            assert.equal((metadata.annotations as Record<string, string>)["pulumi.com/autonamed"], "true");
        }
        const live = await namespace.get("apps/v1", "Deployment", stack.resource("deployment").id?.split("/")[1] ?? "");
        assert.equal(live.spec.template.spec.containers[0].resources.requests.cpu, "1");
    });

    it("sees no difference where there is none", async () => assertUnchanged(await stack.preview()));

    it("refreshes without finding drift", async () => {
        assertUnchanged(await stack.refresh());
        assertUnchanged(await stack.preview());
    });

    it("previews changes without making them", async () => {
        const old = await versions();
        await stack.setProgram(program("after", namespace.name));
        const run = await stack.preview();
        assert.equal(run.code, 0, run.output);
        for (const { name, op, path } of kinds) {
            assert.equal(opOf(run, name), op, name);
            const details = Object.assign(
                {},
                ...run.steps.filter((step) => step.name === name).map(({ detailedDiff }) => detailedDiff),
            ) as object;
            const expected = Object.entries(details).find(([place]) => place.startsWith(path));
            assert.ok(expected, `${name}: ${path} is not among ${Object.keys(details).join()}`);
            assert.equal(String(expected[1]).endsWith("-replace"), op === "replace", name);
        }
        assert.deepEqual(await versions(), old);
    });

    it("updates and replaces", async () => {
        const old = new Map(kinds.map(({ name }) => [name, stack.resource(name).id]));
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
        for (const { name, op } of kinds) {
            // A replacement gets a new name, so that it is there before the old object goes.
            assert.equal(stack.resource(name).id === old.get(name), op === "update", name);
        }
        assertUnchanged(await stack.preview());
    });

    it("deletes everything", async () => {
        const objects = kinds.map(({ name }) => stack.resource(name));
        const run = await stack.destroy();
        assert.equal(run.code, 0, run.output);
        for (const { id = "", inputs } of objects) {
            const { apiVersion, kind } = inputs as { apiVersion: string; kind: string };
            assert.equal(await namespace.find(apiVersion, kind, id.split("/").at(-1) ?? ""), undefined, id);
        }
    });
});
