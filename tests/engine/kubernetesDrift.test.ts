import assert from "node:assert/strict";

import { makeStack, type Run, type TestStack } from "../helpers/engine.ts";
import { makeNamespace, type TestNamespace } from "../helpers/kubernetes.ts";

function program(namespace: string, replicas: number, options = "{}"): string {
    return `import * as k8s from "@pulumi/kubernetes";
        const provider = new k8s.Provider("local", { namespace: "${namespace}", enableConfigMapMutable: true });
        new k8s.core.v1.ConfigMap("config", { metadata: { name: "config" }, data: { a: "1", b: "2" } }, { provider });
        new k8s.apps.v1.Deployment("app", {
            metadata: { name: "app", annotations: { "pulumi.com/skipAwait": "true" } },
            spec: { replicas: ${replicas}, selector: { matchLabels: { a: "b" } }, template: {
                metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "none:1" }] } } },
        }, { provider, ...${options} });`;
}

/** What differs in the resource `name`. */
function differences(run: Run, name: string): Record<string, string> {
    assert.equal(run.code, 0, run.output);
    return Object.assign(
        {},
        ...run.steps.filter((step) => step.name === name).map(({ detailedDiff }) => detailedDiff),
    ) as Record<string, string>;
}

describe("kubernetes plugin, changes by others", function () {
    this.timeout(300_000);
    let namespace: TestNamespace;
    let stack: TestStack;

    before(async () => {
        namespace = await makeNamespace();
        stack = await makeStack(program(namespace.name, 0), { KUBECONFIG: namespace.kubeconfig });
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
    });

    after(async () => {
        await namespace?.remove();
        await stack?.remove();
    });

    it("ignores what the program doesn't speak of", async () => {
        await namespace.patch({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "config", labels: { x: "y" } },
            data: { c: "3" },
        });
        const run = await stack.refresh();
        assert.doesNotMatch(run.output, /\[diff/);
        assert.deepEqual(differences(await stack.preview(), "config"), {});
    });

    it("shows changed values on refresh, and says who holds them instead of taking them", async () => {
        await namespace.patch({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "config" },
            data: { a: "changed" },
        });
        const refresh = await stack.refresh();
        assert.equal(refresh.code, 0, refresh.output);
        assert.match(refresh.output, /config updated .*\[diff: ~data\]/);
        for (const run of [await stack.preview(), await stack.up()]) {
            assert.notEqual(run.code, 0);
            assert.match(run.output, /field conflict/);
            assert.match(run.output, /"someone-else" using v1: \.data\.a/);
        }
        assert.equal((await namespace.get("v1", "ConfigMap", "config")).data.a, "changed");
    });

    it("takes a field over where the program asks for it", async () => {
        const forced = program(namespace.name, 0).replace(
            '{ name: "config" }',
            '{ name: "config", annotations: { "pulumi.com/patchForce": "true" } }',
        );
        await stack.setProgram(forced);
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
        const { data } = await namespace.get("v1", "ConfigMap", "config");
        assert.deepEqual(data, { a: "1", b: "2", c: "3" });
    });

    it("removes what the program no longer says", async () => {
        await stack.setProgram(program(namespace.name, 0).replace(', b: "2"', ""));
        assert.deepEqual(differences(await stack.up(), "config"), {
            "data.b": "delete",
            "metadata.annotations": "delete",
        });
        const { data } = await namespace.get("v1", "ConfigMap", "config");
        assert.deepEqual(data, { a: "1", c: "3" });
    });

    it("leaves ignored places as they are, whoever holds them", async () => {
        const ignoring = program(namespace.name, 0, '{ ignoreChanges: ["spec.replicas"] }');
        await namespace.patch({
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: "app" },
            spec: { paused: true, replicas: 2 },
        });
        await stack.setProgram(ignoring.replace('image: "none:1"', 'image: "none:2"'));
        assert.deepEqual(differences(await stack.up(), "app"), { "spec.template.spec.containers[0].image": "update" });
        const { spec } = await namespace.get("apps/v1", "Deployment", "app");
        assert.deepEqual([spec.replicas, spec.template.spec.containers[0].image], [2, "none:2"]);
    });

    it("forgets what was deleted, and makes it again", async () => {
        await namespace.delete("v1", "ConfigMap", "config");
        const run = await stack.refresh();
        assert.equal(run.code, 0, run.output);
        assert.throws(() => stack.resource("config"));
        assert.equal((await stack.up()).code, 0);
        assert.ok(await namespace.find("v1", "ConfigMap", "config"));
    });
});
