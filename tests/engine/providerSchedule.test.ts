import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import type { TestStack } from "../helpers/engine.ts";
import { at, changes, differences, failed, makeProviderStack, ok } from "../helpers/temporalProvider.ts";
import { startTemporal, type TemporalServer } from "../helpers/temporalServer.ts";
import { eventually } from "../helpers/wait.ts";

describe("the provider's Schedule", function () {
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

    const action = (more = "") => `action: { workflowType: "Report", taskQueue: "reports", ${more} }`;
    const schedule = (args: string, opts = "", resource = "nightly") =>
        `new temporal.Schedule(${JSON.stringify(resource)}, { namespace: "default", ${args} }, { provider, ${opts} });`;
    const setProgram = (text: string) => stack.setProgram(at(server.address) + text);
    const describe_ = async (scheduleId: string) =>
        (await server.client.workflowService.describeSchedule({ namespace: "default", scheduleId })).schedule;
    const schedules = (...args: string[]) => server.cli("schedule", ...args, "--namespace", "default");

    const cron =
        'scheduleId: "nightly", spec: { cronExpressions: ["30 2 * * MON-FRI # at night"], timeZone: "Europe/Berlin" }';
    const first = `${cron}, ${action('args: [{ days: 1 }, "x", null], memo: { team: "a" }')}, note: "as told"`;
    const second = `${cron}, ${action('args: [{ days: 2 }], executionTimeout: "1h"')}, overlapPolicy: "BufferOne", note: "as told"`;

    it("is previewed without being made", async () => {
        await setProgram(schedule(first));
        assert.deepEqual(changes(ok(await stack.preview())), ["create nightly"]);
        await assert.rejects(describe_("nightly"));
    });

    it("is made as told", async () => {
        ok(await stack.up());
        assert.equal(stack.resource("nightly").id, "default/nightly");
        const { spec, action, state } = (await describe_("nightly")) ?? {};
        assert.equal(spec?.timezoneName, "Europe/Berlin");
        const [calendar] = spec?.structuredCalendar ?? [];
        assert.deepEqual(
            [calendar?.hour?.[0]?.start, calendar?.minute?.[0]?.start, calendar?.comment],
            [2, 30, "at night"],
        );
        assert.equal(action?.startWorkflow?.workflowId, "nightly-workflow");
        const args = action?.startWorkflow?.input?.payloads?.map(({ data }) => Buffer.from(data ?? []).toString());
        assert.deepEqual(args, ['{"days":1}', '"x"', "null"]);
        assert.equal(state?.notes, "as told");
    });

    it("changes nothing the second time, on refresh, and after it", async () => {
        assert.deepEqual(changes(ok(await stack.up())), []);
        const refreshed = ok(await stack.refresh());
        assert.deepEqual(
            refreshed.steps.flatMap(({ diffs }) => diffs),
            [],
        );
        assert.match(refreshed.output, /3 unchanged/);
        assert.deepEqual(changes(ok(await stack.preview())), []);
    });

    it("needs no change for the same times in other words", async () => {
        const calendars =
            '{ calendars: [{ hour: "2", minute: "30", dayOfWeek: "1-5", comment: "at night" }], timeZone: "Europe/Berlin" }';
        await setProgram(schedule(first.replace(/\{ cronExpressions.*?\}/, calendars)));
        assert.deepEqual(changes(ok(await stack.preview())), []);
    });

    it("is changed in place, and what the program can't say stays", async () => {
        await setProgram(schedule(second));
        assert.deepEqual(differences(ok(await stack.preview()), "nightly"), {
            "action.args[0].days": "update",
            "action.args[1]": "delete",
            "action.args[2]": "delete",
            "action.executionTimeout": "add",
            "action.memo": "delete",
            overlapPolicy: "update",
        });
        assert.deepEqual(changes(ok(await stack.up())), ["update nightly"]);
        const { policies, action } = (await describe_("nightly")) ?? {};
        assert.equal(Number(policies?.overlapPolicy), 2);
        assert.equal(action?.startWorkflow?.workflowExecutionTimeout?.seconds?.toNumber(), 3600);
        assert.deepEqual(changes(ok(await stack.preview("--refresh"))), []);
    });

    it("may be paused by hand, unless the program says whether it is", async () => {
        await schedules("toggle", "--schedule-id", "nightly", "--pause", "--reason", "as told");
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
        assert.equal((await describe_("nightly"))?.state?.paused, true);
        await setProgram(schedule(`${second}, paused: false`));
        assert.deepEqual(differences(ok(await stack.up()), "nightly"), { paused: "add" });
        assert.equal((await describe_("nightly"))?.state?.paused, false);
    });

    it("shows on refresh what was changed by hand, and mends it", async () => {
        const times = ["--schedule-id", "nightly", "--interval", "6h", "--workflow-id", "w", "--type", "Other"];
        await schedules("update", ...times, "--task-queue", "reports");
        await eventually("the change", 10, async () => (await describe_("nightly"))?.spec?.interval?.length === 1);
        const refreshed = ok(await stack.refresh());
        assert.match(refreshed.output, /~ .*Schedule nightly updated.*\[diff: .*spec/);
        assert.deepEqual(stack.resource("nightly").outputs?.spec, { intervals: [{ every: "6h", offset: "0s" }] });
        assert.deepEqual(changes(ok(await stack.up())), ["update nightly"]);
        assert.equal((await describe_("nightly"))?.action?.startWorkflow?.workflowType?.name, "Report");
        assert.deepEqual(changes(ok(await stack.preview("--refresh"))), []);
    });

    it("is made again where it was deleted by hand", async () => {
        await schedules("delete", "--schedule-id", "nightly");
        ok(await stack.refresh());
        assert.throws(() => stack.resource("nightly"), /no resource/);
        assert.deepEqual(changes(ok(await stack.up())), ["create nightly"]);
    });

    it("is another one by another id", async () => {
        await setProgram(schedule(second.replace('"nightly"', '"daily"')));
        const run = ok(await stack.up());
        assert.deepEqual(run.steps.find(({ op }) => op === "replace")?.detailedDiff, { scheduleId: "update-replace" });
        await assert.rejects(describe_("nightly"));
        assert.equal((await describe_("daily"))?.action?.startWorkflow?.workflowId, "daily-workflow");
    });

    it("is imported by its id, with nothing to change after", async () => {
        const settings = ["--workflow-id", "w", "--type", "Report", "--task-queue", "reports", "--input", '{"a":1}'];
        await schedules(
            "create",
            "--schedule-id",
            "by-hand",
            "--cron",
            "*/15 8-18 * * *",
            "--jitter",
            "30s",
            ...settings,
        );
        const spec = 'spec: { cronExpressions: ["*/15 8-18 * * *"], jitter: "30s" }';
        const args = `scheduleId: "by-hand", ${spec}, ${action('workflowId: "w", args: [{ a: 1 }]')}`;
        await setProgram(schedule(args, 'import: "default/by-hand"', "adopted"));
        const run = ok(await stack.up());
        assert.deepEqual(changes(run), ["import adopted", "delete nightly"]);
        await setProgram(schedule(args, "", "adopted"));
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
        await assert.rejects(describe_("daily"));
    });

    it("can't be imported where there is none, or by half an id", async () => {
        await setProgram(schedule(second, 'import: "default/nowhere"', "other"));
        assert.match(failed(await stack.preview()), /nowhere.* does not exist/);
        await setProgram(schedule(second, 'import: "nowhere"', "other"));
        assert.match(failed(await stack.preview()), /its id must be <namespace>\/<schedule id>, not "nowhere"/);
    });

    it("isn't made where it exists, nor in a namespace that doesn't", async () => {
        const args = `scheduleId: "by-hand", spec: { intervals: [{ every: "1h" }] }, ${action()}`;
        await setProgram(schedule(args, "", "other"));
        const reason =
            /Can't create the schedule "default\/by-hand": it exists already\. .*import it by "default\/by-hand"/;
        assert.match(failed(await stack.preview()), reason);
        assert.match(failed(await stack.up("--target", "**other")), reason);
        await setProgram(schedule(`${args}, namespace: "nowhere"`, "", "other"));
        assert.match(failed(await stack.up("--target", "**other")), /has no namespace "nowhere"/);
        assert.throws(() => stack.resource("other"));
    });

    it("is made in a namespace of the same run, with a search attribute of the same run", async () => {
        await setProgram(`
            const namespace = new temporal.Namespace("fresh", { name: "fresh" }, { provider });
            const attribute = new temporal.SearchAttribute("customer",
                { namespace: namespace.name, name: "Customer", type: "Keyword" }, { provider });
            new temporal.Schedule("hourly", {
                namespace: namespace.name, scheduleId: "hourly", spec: { intervals: [{ every: "1h", offset: "5m" }] },
                action: { workflowType: "t", taskQueue: "q", searchAttributes: attribute.name.apply((name) => ({ [name]: "x" })) },
            }, { provider });
        `);
        ok(await stack.up());
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
        await assert.rejects(describe_("by-hand"));
    });

    it("keeps secret arguments secret", async () => {
        const args = 'args: [pulumi.secret("very secret"), { key: pulumi.secret("hush") }]';
        await setProgram(schedule(`scheduleId: "secret", spec: { intervals: [{ every: "1h" }] }, ${action(args)}`));
        ok(await stack.up());
        ok(await stack.refresh());
        for (const text of ["very secret", "hush"]) assert.ok(!stack.stateText().includes(text), text);
        assert.deepEqual(changes(ok(await stack.preview())), []);
    });

    it("goes on with a server that is started anew in the middle, and gives up in time without one", async () => {
        const many = (every: string) =>
            Array.from({ length: 12 }, (_, n) => {
                const args = `scheduleId: "many-${n}", spec: { intervals: [{ every: "${every}" }] }, ${action()}`;
                return schedule(args, 'customTimeouts: { update: "4s" }', `many-${n}`);
            }).join("\n");
        await setProgram(many("1h"));
        const up = stack.up("--parallel", "1");
        await eventually("the first to be made", 30, async () => (await schedules("list")).includes("many-"));
        await server.stop();
        await sleep(3000);
        await server.start();
        assert.equal(changes(ok(await up)).filter((change) => change.startsWith("create many-")).length, 12);
        await setProgram(many("2h"));
        await server.stop();
        assert.match(
            failed(await stack.up()),
            /Can't change the schedule "default\/many-\d+": .* gave no answer within 4 s/,
        );
        await server.start();
        ok(await stack.up("--refresh"));
        assert.deepEqual(changes(ok(await stack.preview("--refresh"))), []);
        ok(await stack.destroy());
        await assert.rejects(describe_("many-0"));
    });
});
