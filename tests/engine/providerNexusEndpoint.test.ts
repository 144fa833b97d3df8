import assert from "node:assert/strict";

import type { TestStack } from "../helpers/engine.ts";
import { at, changes, differences, failed, makeProviderStack, ok } from "../helpers/temporalProvider.ts";
import { startTemporal, type TemporalServer } from "../helpers/temporalServer.ts";

describe("the provider's NexusEndpoint", function () {
    this.timeout(180_000);
    let server: TemporalServer;
    let stack: TestStack;

    before(async function () {
        // Where the programs aren't there yet, they are built first.
        this.timeout(900_000);
        server = await startTemporal();
        stack = await makeProviderStack();
    });

    after(async () => {
        await stack?.remove();
        await server?.remove();
    });

    const worker = 'target: { worker: { namespace: "default", taskQueue: "payments" } }';
    const endpoint = (args: string, opts = "", resource = "payments") =>
        `new temporal.NexusEndpoint(${JSON.stringify(resource)}, { ${args} }, { provider, ${opts} });`;
    const setProgram = (text: string) => stack.setProgram(at(server.address) + text);
    const find = async (name: string) =>
        (await server.client.connection.operatorService.listNexusEndpoints({ name })).endpoints[0];
    const cli = (verb: string, ...args: string[]) => server.cli("operator", "nexus", "endpoint", verb, ...args);

    const first = `name: "payments", description: "Takes *money*.", ${worker}`;

    it("is previewed without being made", async () => {
        await setProgram(endpoint(first));
        assert.deepEqual(changes(ok(await stack.preview())), ["create payments"]);
        assert.equal(await find("payments"), undefined);
    });

    it("is made as told", async () => {
        ok(await stack.up());
        const { id, spec } = (await find("payments")) ?? {};
        assert.deepEqual({ ...spec?.target?.worker }, { namespace: "default", taskQueue: "payments" });
        assert.match(await cli("get", "--name", "payments"), /Takes \*money\*\./);
        assert.deepEqual([stack.resource("payments").id, stack.resource("payments").outputs?.endpointId], [id, id]);
    });

    it("changes nothing the second time, on refresh, and after it", async () => {
        assert.deepEqual(changes(ok(await stack.up())), []);
        assert.match(ok(await stack.refresh()).output, /3 unchanged/);
        assert.deepEqual(changes(ok(await stack.preview())), []);
    });

    it("is changed in place, its name too", async () => {
        const { id } = (await find("payments")) ?? {};
        await setProgram(endpoint('name: "billing", target: { url: "https://example.com/nexus" }'));
        assert.deepEqual(differences(ok(await stack.preview()), "payments"), {
            description: "update",
            name: "update",
            "target.url": "add",
            "target.worker": "delete",
        });
        assert.deepEqual(changes(ok(await stack.up())), ["update payments"]);
        const after = await find("billing");
        assert.equal(after?.id, id);
        assert.equal(after?.spec?.target?.external?.url, "https://example.com/nexus");
        assert.equal(await find("payments"), undefined);
        await setProgram(endpoint(first));
        ok(await stack.up());
    });

    it("shows on refresh what was changed by hand, and mends it", async () => {
        await cli("update", "--name", "payments", "--target-task-queue", "other", "--description", "by hand");
        assert.match(ok(await stack.refresh()).output, /~ .*payments updated.*\[diff: ~description,target\]/);
        assert.deepEqual(differences(ok(await stack.up()), "payments"), {
            description: "update",
            "target.worker.taskQueue": "update",
        });
        assert.equal((await find("payments"))?.spec?.target?.worker?.taskQueue, "payments");
    });

    it("is made again where it was deleted by hand", async () => {
        await cli("delete", "--name", "payments");
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), ["create payments"]);
    });

    it("is imported by its name, with nothing to change after", async () => {
        await cli("create", "--name", "by-hand", "--target-namespace", "default", "--target-task-queue", "q");
        const adopted = 'name: "by-hand", target: { worker: { namespace: "default", taskQueue: "q" } }';
        await setProgram(endpoint(first) + endpoint(adopted, 'import: "by-hand"', "adopted"));
        assert.deepEqual(changes(ok(await stack.up())), ["import adopted"]);
        assert.equal(stack.resource("adopted").id, (await find("by-hand"))?.id);
        await setProgram(endpoint(first) + endpoint(adopted, "", "adopted"));
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
        await setProgram(endpoint(first) + endpoint(adopted, 'import: "nowhere"', "other"));
        assert.match(failed(await stack.preview()), /nowhere.* does not exist/);
    });

    it("isn't made where it exists, and the preview says so already", async () => {
        await setProgram(endpoint(first) + endpoint('name: "by-hand", target: { url: "http://x" }', "", "other"));
        const reason =
            /Can't create the Nexus endpoint "by-hand": it exists already\..*import it by its name, "by-hand"/;
        assert.match(failed(await stack.preview()), reason);
        assert.match(failed(await stack.up("--target", "**other")), reason);
    });

    it("isn't made for a namespace that doesn't exist", async () => {
        const target = 'target: { worker: { namespace: "nowhere", taskQueue: "q" } }';
        await setProgram(endpoint(first) + endpoint(`name: "lost", ${target}`, "", "lost"));
        assert.match(failed(await stack.up("--target", "**lost")), /has no namespace "nowhere"/);
        assert.equal(await find("lost"), undefined);
    });

    it("is made with its namespace, and goes before it; while it is there, the namespace stays", async () => {
        const namespace = 'const team = new temporal.Namespace("team", { name: "team" }, { provider });';
        const target = 'target: { worker: { namespace: team.name, taskQueue: "q" } }';
        await setProgram(namespace + endpoint(`name: "team-endpoint", ${target}`, "", "endpoint"));
        ok(await stack.up());
        assert.match(failed(await stack.destroy("--target", "**team", "--target-dependents=false")), /.+/);
        assert.ok(await find("team-endpoint"));
        ok(await stack.destroy());
        assert.equal(await find("team-endpoint"), undefined);
    });

    it("keeps a namespace from being deleted that it leads to", async () => {
        await setProgram('new temporal.Namespace("target", { name: "target" }, { provider });');
        ok(await stack.up());
        await cli("create", "--name", "to-target", "--target-namespace", "target", "--target-task-queue", "q");
        assert.match(
            failed(await stack.destroy()),
            /cannot delete a namespace that is a target of a Nexus endpoint to-target/,
        );
        await cli("delete", "--name", "to-target");
        ok(await stack.destroy());
    });
});
