import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { makeStack, type TestStack } from "../helpers/engine.ts";
import { makeNamespace, type TestNamespace } from "../helpers/kubernetes.ts";

function program(namespace: string, body: string): string {
    return `import * as k8s from "@pulumi/kubernetes";
        const provider = new k8s.Provider("local", { namespace: "${namespace}" });
        ${body}`;
}

function configMap(args: string): string {
    return `new k8s.core.v1.ConfigMap("config", ${args}, { provider });`;
}

describe("kubernetes plugin, failures", function () {
    this.timeout(300_000);
    let namespace: TestNamespace;
    let stack: TestStack;

    before(async () => {
        namespace = await makeNamespace();
        stack = await makeStack("", { KUBECONFIG: namespace.kubeconfig });
    });

    after(async () => {
        await namespace?.remove();
        await stack?.remove();
    });

    it("doesn't take over an object that is already there, and tells no lie at preview", async () => {
        await namespace.create({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "taken" },
            data: { owner: "other" },
        });
        await stack.setProgram(
            program(namespace.name, configMap('{ metadata: { name: "taken" }, data: { owner: "me" } }')),
        );
        assert.equal((await stack.preview()).code, 0);
        const run = await stack.up();
        assert.notEqual(run.code, 0);
        assert.match(run.output, /configmaps "taken" already exists/);
        assert.match(run.output, /Import it into this stack/);
        assert.equal((await namespace.get("v1", "ConfigMap", "taken")).data.owner, "other");
        assert.throws(() => stack.resource("config"));
    });

    it("finds what the API server refuses at preview", async () => {
        await stack.setProgram(program(namespace.name, configMap('{ metadata: { name: "Not_a_name" } }')));
        const run = await stack.preview();
        assert.notEqual(run.code, 0);
        assert.match(
            run.output,
            /was not successfully created by the Kubernetes API server: ConfigMap "Not_a_name" is invalid/,
        );
    });

    it("shows the reason of a refused update, and goes on from there", async () => {
        const ports = (port: number) =>
            program(
                namespace.name,
                `new k8s.core.v1.Service("service", { metadata: { name: "service" }, spec: { clusterIP: "None", ports: [{ port: ${port} }] } }, { provider });`,
            );
        await stack.setProgram(ports(80));
        assert.equal((await stack.up()).code, 0);
        await stack.setProgram(ports(80_000));
        const refused = await stack.up();
        assert.notEqual(refused.code, 0);
        assert.match(refused.output, /spec\.ports\[0\]\.port: Invalid value: 80000/);
        await stack.setProgram(ports(81));
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
        assert.equal((await namespace.get("v1", "Service", "service")).spec.ports[0].port, 81);
    });

    it("says that a custom resource lacks its definition", async () => {
        const custom = `new k8s.apiextensions.CustomResource("custom", { apiVersion: "example.com/v1", kind: "Thing", spec: {} }, { provider });`;
        await stack.setProgram(program(namespace.name, custom));
        assert.equal((await stack.preview()).code, 0);
        const run = await stack.up();
        assert.notEqual(run.code, 0);
        assert.match(run.output, /Verify that any required CRDs have been created/);
    });

    it("refuses what it doesn't know", async () => {
        const patch = `new k8s.core.v1.ConfigMapPatch("patch", { metadata: { name: "taken" }, data: {} }, { provider });`;
        await stack.setProgram(program(namespace.name, patch));
        const run = await stack.preview();
        assert.notEqual(run.code, 0);
        assert.match(run.output, /local kubernetes plugin doesn't know Patch resources/);
    });

    it("works with no context but the local cluster's", async () => {
        const other = join(stack.directory, "kubeconfig");
        const text = await readFile(namespace.kubeconfig, "utf8");
        await writeFile(other, text.replaceAll("temporal-local", "production"));
        const elsewhere = await makeStack(program(namespace.name, configMap("{}")), { KUBECONFIG: other });
        try {
            const run = await elsewhere.preview();
            assert.notEqual(run.code, 0);
            assert.match(run.output, /The kube context is "production".*stand-in for machines without internet/);
        } finally {
            await elsewhere.remove();
        }
    });

    it("says so when nothing answers", async () => {
        const other = join(stack.directory, "kubeconfig");
        const text = await readFile(namespace.kubeconfig, "utf8");
        await writeFile(other, text.replace(/https:[^"\s]+/, "https://127.0.0.1:1"));
        const elsewhere = await makeStack(program(namespace.name, configMap("{}")), { KUBECONFIG: other });
        try {
            const run = await elsewhere.preview();
            assert.notEqual(run.code, 0);
            assert.match(
                run.output,
                /the Kubernetes API server at https:\/\/127\.0\.0\.1:1 can't be reached: .*ECONNREFUSED/,
            );
        } finally {
            await elsewhere.remove();
        }
    });
});
