import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { makeStack, type TestStack } from "../helpers/engine.ts";

/** A component, a resource of the engine's own, a hook that also runs at preview, and ways to fail. */
const program = `
    import * as pulumi from "@pulumi/pulumi";

    interface GroupArgs {
        readonly size: number;
    }

    class Group extends pulumi.ComponentResource {
        constructor(name: string, args: GroupArgs, opts?: pulumi.ComponentResourceOptions) {
            super("test:index:Group", name, { size: args.size }, opts);
            this.registerOutputs({});
        }
    }

    const config = new pulumi.Config();
    const size = config.requireNumber("size");
    if (size < 0) throw new pulumi.RunError("engine:size: " + size + " is negative");
    if (size === 0) throw new Error("unforeseen");
    console.log("dry run: " + pulumi.runtime.isDryRun());
    const guard = new pulumi.ResourceHook(
        "guard",
        ({ oldInputs, newInputs }) => {
            if (oldInputs.size !== newInputs.size) throw new Error("size stays " + oldInputs.size);
        },
        { onDryRun: true },
    );
    new Group("group", { size }, { hooks: { beforeUpdate: [guard] } });
    const key = config.requireSecret("key");
    new pulumi.Stash("stash", { input: key }, {
        transforms: [({ props, opts }) => ({ props: { input: pulumi.secret("transformed") }, opts })],
    });
    export const organization = pulumi.getOrganization();
    export const names = [pulumi.getProject(), pulumi.getStack()];
    export const hidden = key;
`;

describe("the language host", () => {
    let stack: TestStack;

    before(async () => {
        stack = await makeStack(program);
        assert.equal((await stack.run("config", "set", "size", "2")).code, 0);
        assert.equal((await stack.run("config", "set", "--secret", "key", "plain text of the key")).code, 0);
    });

    after(() => stack.remove());

    it("previews without making anything", async () => {
        const { code, output, steps } = await stack.preview();
        assert.equal(code, 0, output);
        assert.match(output, /dry run: true/);
        assert.deepEqual(steps.map(({ op, name }) => [op, name]).sort(), [
            ["create", "group"],
            ["create", "stash"],
        ]);
        assert.deepEqual(stack.resources(), []);
    });

    it("runs a program with config, secrets, transforms and outputs", async () => {
        const { code, output } = await stack.up();
        assert.equal(code, 0, output);
        assert.match(output, /dry run: false/);
        assert.deepEqual(await stack.outputs(), {
            organization: "organization",
            names: ["engine", "test"],
            hidden: "plain text of the key",
        });
        assert.ok(!stack.stateText().includes("plain text of the key"));
        assert.deepEqual(stack.resource("group").inputs, { size: 2 });
    });

    it("does nothing the second time", async () => {
        const { code, output, steps } = await stack.up();
        assert.equal(code, 0, output);
        assert.deepEqual(
            steps.map(({ op }) => op),
            ["same", "same"],
        );
    });

    it("lets a hook stop a preview", async () => {
        await stack.run("config", "set", "size", "3");
        const { code, output } = await stack.preview();
        assert.notEqual(code, 0);
        assert.match(output, /size stays 2/);
        assert.deepEqual(stack.resource("group").inputs, { size: 2 });
    });

    it("shows a RunError as it is and nothing else", async () => {
        await stack.run("config", "set", "size", "--", "-1");
        const { code, output } = await stack.preview();
        assert.notEqual(code, 0);
        assert.match(output, /error: engine:size: -1 is negative$/m);
        assert.doesNotMatch(output, /exit code|^\s+at /m);
    });

    it("shows any other error with its place in the program", async () => {
        await stack.run("config", "set", "size", "0");
        const { code, output } = await stack.preview();
        assert.notEqual(code, 0);
        assert.match(output, /Error: unforeseen/);
        assert.match(output, /index\.ts:\d+/);
    });

    it("tells a missing SDK in one sentence", async () => {
        const empty = await makeStack("");
        try {
            await rm(join(empty.directory, "program", "node_modules"));
            const { code, output } = await empty.preview();
            assert.notEqual(code, 0);
            assert.match(output, /@pulumi\/pulumi is not installed in .*: run `npm ci` there first\./);
        } finally {
            await empty.remove();
        }
    });

    it("knows the plugins that the packages ask for", async () => {
        const { output } = await stack.run("about", "--json");
        const { plugins } = JSON.parse(output.slice(output.indexOf("{"))) as {
            plugins: readonly { readonly name: string; readonly version: string }[];
        };
        const found = Object.fromEntries(plugins.map(({ name, version }) => [name, version]));
        assert.equal(found.kubernetes, "4.34.2");
        assert.equal(found.postgresql, "3.18.1");
        assert.equal(found.random, "4.21.2");
    });

    it("refreshes and destroys", async () => {
        await stack.run("config", "set", "size", "2");
        const refreshed = await stack.refresh();
        assert.equal(refreshed.code, 0, refreshed.output);
        const destroyed = await stack.destroy();
        assert.equal(destroyed.code, 0, destroyed.output);
        assert.deepEqual(stack.resources(), []);
    });
});
