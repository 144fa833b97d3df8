import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import type { TestStack } from "../helpers/engine.ts";
import { at, changes, differences, failed, makeProviderStack, ok } from "../helpers/temporalProvider.ts";
import { startTemporal, type TemporalServer } from "../helpers/temporalServer.ts";
import { eventually } from "../helpers/wait.ts";

describe("the provider's Namespace", function () {
    this.timeout(180_000);
    let server: TemporalServer;
    let stack: TestStack;

    before(async () => {
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

    it("isn't taken over where it exists, and the preview says so already", async () => {
        await server.cli("operator", "namespace", "create", "-n", "taken", "--retention", "4d");
        await setProgram(namespace('name: "taken", retention: "2d"', "", "other"));
        const reason = /Can't create the namespace "taken": it exists already\. To go on with it, import it/;
        assert.match(failed(await stack.preview()), reason);
        assert.match(failed(await stack.up("--target", "**other")), reason);
        assert.equal(await retention("taken"), 4 * 24 * 3600);
        assert.throws(() => stack.resource("other"));
    });

    it("of another stack is neither made, imported, changed nor deleted", async () => {
        const note = "pulumi-owner=shop/production orders";
        const reason = /it belongs to the stack shop\/production \(resource orders\)/;
        await server.cli("operator", "namespace", "update", "-n", "taken", "--data", note);
        assert.match(failed(await stack.preview()), reason);
        await setProgram(namespace('name: "taken", retention: "2d"', 'import: "taken"', "other"));
        assert.match(failed(await stack.preview()), reason);

        await setProgram(namespace('name: "adopted", retention: "9d", data: { k: "v" }'));
        await server.cli("operator", "namespace", "update", "-n", "adopted", "--data", note);
        assert.match(failed(await stack.up()), reason);
        assert.match(failed(await stack.destroy()), reason);
        assert.match(failed(await stack.refresh()), reason);
        assert.equal(await retention("adopted"), 7 * 24 * 3600);
        await server.cli("operator", "namespace", "update", "-n", "adopted", "--data", "pulumi-owner=");
        assert.deepEqual(changes(ok(await stack.up())), ["update payments"]);
    });

    it("goes on with what a killed run has made but not saved", async () => {
        await setProgram(namespace('name: "half", retention: "2d"', "", "half"));
        ok(await stack.up());
        const urn = stack.resource("half").urn;
        ok(await stack.run("state", "delete", urn, "--yes"));
        await setProgram(namespace('name: "half", retention: "3d"', "", "half"));
        assert.deepEqual(changes(ok(await stack.up())), ["create half"]);
        assert.equal(await retention("half"), 3 * 24 * 3600);
    });

    it("stays one's own when the stack is renamed", async () => {
        ok(await stack.run("stack", "rename", "renamed"));
        const run = await stack.run("up", "--yes", "--skip-preview", "--stack", "renamed", "--refresh");
        ok(await stack.run("stack", "rename", "test", "--stack", "renamed"));
        assert.match(ok(run).output, /3 unchanged/);
    });

    it("tells what the server refuses, and makes nothing", async () => {
        await setProgram(namespace('name: "short", retention: "30m"', "", "half"));
        const output = failed(await stack.up());
        assert.match(output, /Can't create the namespace "short": .* says: A valid retention period is not set/);
        assert.match(output, /at least 1h/);
        assert.equal(await exists("short"), false);
        await setProgram(namespace('name: "half", retention: "3d"', "", "half"));
        assert.deepEqual(changes(ok(await stack.up())), []);
    });

    it("says that archival isn't configured, and is there all the same", async () => {
        const archived = (enabled: boolean) => `name: "archived", historyArchival: { enabled: ${enabled} }`;
        await setProgram(namespace(archived(true), "", "archived"));
        assert.match(failed(await stack.up()), /historyArchival stays off: archival isn't configured on this server/);
        assert.equal(stack.resource("archived").initErrors?.length, 1);
        await setProgram(namespace(archived(false), "", "archived"));
        assert.deepEqual(changes(ok(await stack.up())), ["update archived", "delete half"]);
        assert.equal(stack.resource("archived").initErrors, undefined);
    });

    it("keeps secrets secret", async () => {
        const data = 'data: { token: pulumi.secret("very secret") }, description: pulumi.secret("hush")';
        await setProgram(namespace(`name: "secrets", ${data}`, "", "secrets"));
        ok(await stack.up());
        ok(await stack.refresh());
        for (const text of ["very secret", "hush"]) assert.ok(!stack.stateText().includes(text), text);
        assert.equal((await describe_("secrets")).namespaceInfo?.data?.token, "very secret");
        assert.deepEqual(changes(ok(await stack.preview())), []);
    });

    it("gives up after the time that the resource options give it, and says why", async () => {
        await setProgram(namespace('name: "late"', 'customTimeouts: { create: "3s" }', "late"));
        await server.stop();
        const started = Date.now();
        const output = failed(await stack.up("--target", "**late"));
        assert.ok(Date.now() - started < 20_000);
        assert.match(
            output,
            /Can't create the namespace "late": Temporal at .* gave no answer within 3 s .*ECONNREFUSED/,
        );
        assert.throws(() => stack.resource("late"));
        await server.start();
    });

    it("waits for a server that is started anew in the middle", async () => {
        const many = Array.from({ length: 20 }, (_, n) => namespace(`name: "many-${n}"`, "", `many-${n}`)).join("\n");
        await setProgram(many);
        const up = stack.up("--parallel", "2");
        await eventually("the first to be made", 30, async () =>
            (await server.cli("operator", "namespace", "list")).includes("many-"),
        );
        await server.stop();
        await sleep(3000);
        await server.start();
        assert.equal(changes(ok(await up)).filter((change) => change.startsWith("create many-")).length, 20);
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
    });

    it("goes when the stack is destroyed", async () => {
        ok(await stack.destroy());
        assert.deepEqual(stack.resources(), []);
        assert.equal(await exists("many-0"), false);
    });
});
