import assert from "node:assert/strict";

import { makeStack, type TestStack } from "../helpers/engine.ts";
import { makeNamespace, type TestNamespace } from "../helpers/kubernetes.ts";

/** Each value appears in one place only, so that a leak shows where it comes from. */
const hidden = ["from-string-data", "from-data", "from-config-map", "from-environment", "from-annotation"];

function program(namespace: string, suffix = ""): string {
    return `import * as k8s from "@pulumi/kubernetes";
        import * as pulumi from "@pulumi/pulumi";
        const provider = new k8s.Provider("local", { namespace: "${namespace}", enableSecretMutable: true });
        const secret = (text: string) => pulumi.secret(text + "${suffix}");
        // Not marked as a secret: what a Secret holds is one anyway.
        const plain = new k8s.core.v1.Secret("plain", { stringData: { key: "from-string-data${suffix}" } }, { provider });
        new k8s.core.v1.Secret("encoded", { data: { key: secret("from-data").apply(btoa) } }, { provider });
        new k8s.core.v1.ConfigMap("config", { metadata: { annotations: { note: secret("from-annotation") } },
            data: { open: "visible", key: secret("from-config-map") } }, { provider });
        new k8s.apps.v1.Deployment("app", { spec: { replicas: 0, selector: { matchLabels: { a: "b" } }, template: {
            metadata: { labels: { a: "b" } },
            spec: { containers: [{ name: "c", image: "none:1", env: [{ name: "KEY", value: secret("from-environment") }] }] } } } }, { provider });
        export const key = plain.data.apply((data) => data["key"]);`;
}

describe("kubernetes plugin, secrets", function () {
    this.timeout(300_000);
    let namespace: TestNamespace;
    let stack: TestStack;

    function assertHidden(output: string): void {
        const texts = { state: stack.stateText(), output };
        for (const value of hidden) {
            const forms = [value, Buffer.from(value).toString("base64").replace(/=*$/, "").slice(0, -1)];
            for (const [where, text] of Object.entries(texts)) {
                for (const form of forms) assert.ok(!text.includes(form), `${value} can be read in the ${where}`);
            }
        }
        assert.match(texts.state, /visible/);
    }

    before(async () => {
        namespace = await makeNamespace();
        stack = await makeStack(program(namespace.name), { KUBECONFIG: namespace.kubeconfig });
    });

    after(async () => {
        await namespace?.remove();
        await stack?.remove();
    });

    it("are created, but not shown or saved as text", async () => {
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
        assertHidden(run.output);
        const name = stack.resource("plain").id?.split("/")[1] ?? "";
        const { data } = await namespace.get("v1", "Secret", name);
        assert.deepEqual(data, { key: btoa("from-string-data") });
        assert.deepEqual(await stack.outputs(), { key: btoa("from-string-data") });
    });

    it("are no difference as long as they stay", async () => {
        const run = await stack.preview("--diff");
        assert.equal(run.code, 0, run.output);
        assert.deepEqual(new Set(run.steps.map(({ op }) => op)), new Set(["same"]));
    });

    it("stay hidden on refresh", async () => {
        const run = await stack.refresh();
        assert.equal(run.code, 0, run.output);
        assertHidden(run.output);
    });

    it("stay hidden when they change", async () => {
        await stack.setProgram(program(namespace.name, "-2"));
        const preview = await stack.preview("--diff");
        assert.equal(preview.code, 0, preview.output);
        assertHidden(preview.output);
        const run = await stack.up("--diff");
        assert.equal(run.code, 0, run.output);
        assertHidden(run.output);
        assert.deepEqual(await stack.outputs(), { key: btoa("from-string-data-2") });
        assert.equal((await stack.destroy()).code, 0);
    });
});
