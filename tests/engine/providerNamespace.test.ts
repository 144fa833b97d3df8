import assert from "node:assert/strict";

import type { TestStack } from "../helpers/engine.ts";
import { at, changes, differences, failed, makeProviderStack, ok } from "../helpers/temporalProvider.ts";
import { startTemporal, type TemporalServer } from "../helpers/temporalServer.ts";
import { eventually } from "../helpers/wait.ts";

describe("the provider's Namespace", function () {
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

    const namespace = (args: string, opts = "", resource = "payments") =>
        `new temporal.Namespace(${JSON.stringify(resource)}, { ${args} }, { provider, ${opts} });`;
    const setProgram = (text: string) => stack.setProgram(at(server.address) + text);
    const describe_ = (name: string) => server.client.workflowService.describeNamespace({ namespace: name });
    const retention = async (name: string) =>
        (await describe_(name)).config?.workflowExecutionRetentionTtl?.seconds?.toNumber();
    const exists = async (name: string) => {
        const { namespaces } = await server.client.workflowService.listNamespaces({ pageSize: 100 });
        return namespaces.some(({ namespaceInfo }) => namespaceInfo?.name === name);
    };

    const first = 'name: "payments", retention: "2d", description: "Payments", data: { team: "a", cost: "1" }';
    const second = 'name: "payments", retention: "72h", description: "All payments", data: { team: "b" }';

    it("previews without a server, and makes nothing", async () => {
        await setProgram(namespace(first));
        await server.stop();
        assert.deepEqual(changes(ok(await stack.preview())), ["create payments"]);
        await server.start();
        assert.equal(await exists("payments"), false);
    });

    it("is made as told, and marked as its stack's", async () => {
        assert.deepEqual(changes(ok(await stack.up())), ["create payments"]);
        const { namespaceInfo } = await describe_("payments");
        assert.equal(namespaceInfo?.description, "Payments");
        assert.deepEqual(namespaceInfo?.data, { team: "a", cost: "1", "pulumi-owner": "engine/test payments" });
        assert.equal(await retention("payments"), 48 * 3600);
        const { id, outputs } = stack.resource("payments");
        assert.equal(id, "payments");
        assert.equal(outputs?.namespaceId, namespaceInfo?.id);
        assert.deepEqual(outputs?.data, { team: "a", cost: "1" });
    });

    it("changes nothing the second time, on refresh, and after it", async () => {
        assert.deepEqual(changes(ok(await stack.up())), []);
        const refreshed = ok(await stack.refresh());
        assert.deepEqual(
            refreshed.steps.flatMap(({ diffs }) => diffs),
            [],
        );
        assert.deepEqual(changes(ok(await stack.preview())), []);
    });

    it("is changed in place, and the preview tells what", async () => {
        const { namespaceInfo } = await describe_("payments");
        await setProgram(namespace(second));
        const expected = { "data.cost": "delete", "data.team": "update", description: "update", retention: "update" };
        assert.deepEqual(differences(ok(await stack.preview()), "payments"), expected);
        assert.equal(await retention("payments"), 48 * 3600);
        assert.deepEqual(changes(ok(await stack.up())), ["update payments"]);
        const after = await describe_("payments");
        assert.equal(after.namespaceInfo?.id, namespaceInfo?.id);
        assert.equal(after.namespaceInfo?.description, "All payments");
        // Temporal never removes a key.
        assert.deepEqual(after.namespaceInfo?.data, { team: "b", cost: "", "pulumi-owner": "engine/test payments" });
        assert.equal(await retention("payments"), 72 * 3600);
        assert.deepEqual(changes(ok(await stack.preview("--refresh"))), []);
    });

    it("shows on refresh what was changed by hand, and mends it", async () => {
        const drift = ["--retention", "5d", "--description", "by hand", "--data", "team=x"];
        await server.cli("operator", "namespace", "update", "-n", "payments", ...drift);
        const refreshed = ok(await stack.refresh());
        assert.match(refreshed.output, /~ .*Namespace payments updated.*\[diff: ~data,description,retention\]/);
        assert.equal(stack.resource("payments").outputs?.retention, "120h");
        const run = ok(await stack.up());
        assert.deepEqual(differences(run, "payments"), {
            "data.team": "update",
            description: "update",
            retention: "update",
        });
        assert.equal(await retention("payments"), 72 * 3600);
        assert.equal((await describe_("payments")).namespaceInfo?.description, "All payments");
    });

    it("leaves to the server what the program no longer says", async () => {
        await setProgram(namespace('name: "payments", data: { team: "b" }'));
        assert.deepEqual(changes(ok(await stack.up())), []);
        await server.cli("operator", "namespace", "update", "-n", "payments", "--description", "of others");
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
        assert.equal((await describe_("payments")).namespaceInfo?.description, "of others");
        await setProgram(namespace(second));
        assert.deepEqual(differences(ok(await stack.up()), "payments"), { description: "add" });
    });

    it("is made again where it was deleted by hand", async () => {
        await server.cli("operator", "namespace", "delete", "-n", "payments", "--yes");
        ok(await stack.refresh());
        assert.throws(() => stack.resource("payments"), /no resource/);
        assert.deepEqual(changes(ok(await stack.up())), ["create payments"]);
        assert.equal(await exists("payments"), true);
    });

    it("is another one by another name, which is made before the old one goes", async () => {
        await setProgram(namespace(second.replace('"payments"', '"billing"')));
        const run = ok(await stack.up());
        assert.deepEqual(changes(run), ["create-replacement payments", "replace payments", "delete-replaced payments"]);
        assert.deepEqual(run.steps.find(({ op }) => op === "replace")?.detailedDiff, { name: "update-replace" });
        assert.deepEqual([await exists("billing"), await exists("payments")], [true, false]);
    });

    it("isn't deleted with open workflows, and says how many; forced, it is", async () => {
        const workflow = (id: string) => ["-n", "billing", "--type", "t", "--task-queue", "q", "--workflow-id", id];
        await server.cli("workflow", "start", ...workflow("one"));
        await server.cli("workflow", "start", ...workflow("two"));
        await eventually("both to be counted", 20, async () => {
            const { count } = await server.client.workflowService.countWorkflowExecutions({ namespace: "billing" });
            return count.toNumber() === 2;
        });
        const output = failed(await stack.destroy());
        assert.match(output, /Can't delete the namespace "billing": it has 2 open workflows\..*forceDelete/);
        assert.equal(await exists("billing"), true);
        assert.equal(stack.resource("payments").id, "billing");

        await setProgram(namespace(`${second.replace('"payments"', '"billing"')}, forceDelete: true`));
        assert.deepEqual(differences(ok(await stack.up()), "payments"), { forceDelete: "update" });
        ok(await stack.destroy());
        assert.equal(await exists("billing"), false);
    });

    it("is imported by its name, with nothing to change after", async () => {
        const settings = ["--retention", "6d", "--description", "By hand", "--email", "a@b.c", "--data", "k=v"];
        await server.cli("operator", "namespace", "create", "-n", "adopted", ...settings);
        const args = 'name: "adopted", retention: "6d", description: "By hand", ownerEmail: "a@b.c", data: { k: "v" }';
        await setProgram(namespace(args, 'import: "adopted"'));
        const run = ok(await stack.up());
        assert.deepEqual(changes(run), ["import payments"]);
        assert.deepEqual(differences(run, "payments"), {});
        await setProgram(namespace(args));
        assert.deepEqual(changes(ok(await stack.preview("--refresh"))), []);
        // With the next change it is marked.
        await setProgram(namespace(args.replace("6d", "7d")));
        ok(await stack.up());
        assert.equal((await describe_("adopted")).namespaceInfo?.data?.["pulumi-owner"], "engine/test payments");
    });

    it("is imported by the command, too", async () => {
        await server.cli("operator", "namespace", "create", "-n", "by-command", "--retention", "4d");
        const args = 'name: "adopted", retention: "7d", description: "By hand", ownerEmail: "a@b.c", data: { k: "v" }';
        const provider = stack.resources().find(({ type }) => type === "pulumi:providers:temporal-objects")?.urn ?? "";
        const type = "temporal-objects:index:Namespace";
        ok(await stack.import(type, "command", "by-command", "--provider", `server=${provider}`));
        assert.equal(stack.resource("command").inputs?.retention, "96h");
        await setProgram(namespace(args) + namespace('name: "by-command", retention: "4d"', "", "command"));
        assert.deepEqual(changes(ok(await stack.up())), []);
        await setProgram(namespace(args));
        assert.deepEqual(changes(ok(await stack.up())), ["delete command"]);
    });

    it("can't be imported where there is none", async () => {
        await setProgram(namespace('name: "nowhere"', 'import: "nowhere"', "other"));
        assert.match(failed(await stack.preview()), /nowhere.* does not exist/);
    });

    it("goes when the stack is destroyed", async () => {
        ok(await stack.destroy());
        assert.deepEqual(stack.resources(), []);
        assert.equal(await exists("adopted"), false);
    });
});
