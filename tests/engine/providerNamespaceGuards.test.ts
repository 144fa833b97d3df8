import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import type { TestStack } from "../helpers/engine.ts";
import { at, changes, failed, makeProviderStack, ok } from "../helpers/temporalProvider.ts";
import { startTemporal, type TemporalServer } from "../helpers/temporalServer.ts";
import { eventually } from "../helpers/wait.ts";

describe("the provider's Namespace, when something is in its way", function () {
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

        await setProgram(namespace('name: "adopted", retention: "7d"'));
        ok(await stack.up());
        await setProgram(namespace('name: "adopted", retention: "9d"'));
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

    it("waits where the server limits how many may be made at a time", async () => {
        const slow = await startTemporal("frontend.rps.namespaceReplicationInducingAPIs=2");
        const other = await makeProviderStack();
        try {
            const many = Array.from({ length: 12 }, (_, n) => namespace(`name: "many-${n}"`, "", `many-${n}`));
            await other.setProgram(at(slow.address) + many.join("\n"));
            assert.equal(changes(ok(await other.up())).length, many.length);
        } finally {
            await other.remove();
            await slow.remove();
        }
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

    it("is the same by another name in the program only with an alias, and says so", async () => {
        await setProgram(namespace('name: "kept"', "", "before"));
        ok(await stack.up());
        await setProgram(namespace('name: "kept"', "", "after"));
        assert.match(
            failed(await stack.up()),
            /it is the resource before of this stack already\. .*aliases: \[\{ name: "before" \}\]/,
        );
        await setProgram(namespace('name: "kept"', 'aliases: [{ name: "before" }]', "after"));
        assert.deepEqual(changes(ok(await stack.up())), []);
        await setProgram(namespace('name: "kept", retention: "9d"', "", "after"));
        ok(await stack.up());
        assert.equal((await describe_("kept")).namespaceInfo?.data?.["pulumi-owner"], "engine/test after");
        ok(await stack.destroy());
    });

    it("doesn't mind others at the same time: stacks, namespaces and attributes", async () => {
        const others = await Promise.all([1, 2, 3].map(() => makeProviderStack()));
        try {
            await server.cli("operator", "namespace", "create", "-n", "shared");
            const attribute = (name: string, type: string) =>
                `new temporal.SearchAttribute("${name}", { namespace: "shared", name: "${name}", type: "${type}" }, { provider });`;
            const types = ["Keyword", "Keyword", "Int"];
            const runs = others.map(async (other, index) => {
                const own = [0, 1, 2].map((n) => namespace(`name: "team-${index}-${n}"`, "", `team-${index}-${n}`));
                const shared = types.map((type, n) => attribute(`A${index}${n}`, type));
                await other.setProgram([at(server.address), ...own, ...shared].join("\n"));
                return other.up();
            });
            for (const run of await Promise.all(runs)) ok(run);
            const { customAttributes } = await server.client.connection.operatorService.listSearchAttributes({
                namespace: "shared",
            });
            assert.equal(Object.keys(customAttributes).length, 9);
            for (const other of others) assert.deepEqual(changes(ok(await other.up("--refresh"))), []);
        } finally {
            for (const other of others) await other.remove();
        }
    });
});
