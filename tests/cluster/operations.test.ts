/** The way to another number of history shards: namespaces copied to a second deployment, the first one drained. */
import assert from "node:assert/strict";
import { createConnection } from "node:net";
import { join } from "node:path";

import { Client, Connection } from "@temporalio/client";
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from "@temporalio/common";
import { msToTs } from "@temporalio/common/lib/time.js";
import { execa } from "execa";

import { withFrontend } from "../../live/frontend.ts";
import { kubeConfigOf } from "../../live/kubernetes.ts";
import { searchAttributeTypes } from "../../live/namespaceSettings.ts";
import { repoRoot, stateDir } from "../../local/paths.ts";
import { ensureNamespace } from "../../local/sample/namespace.ts";
import { type TemporalStack, temporalStack } from "../helpers/temporalStack.ts";
import { eventually } from "../helpers/wait.ts";

const stackName = "operations";
const [older, newer] = [
    { name: "ops-old", slot: 12, size: "dev" },
    { name: "ops-new", slot: 13, size: "dev", historyShards: 8 },
];
const namespaceOf = ({ name }: { name: string }) => `temporal-${name}`;
const [keyword, int] = [searchAttributeTypes.indexOf("Keyword"), searchAttributeTypes.indexOf("Int")];
const day = 24 * 60 * 60 * 1000;

describe("operations", function () {
    this.timeout(300_000);
    let stack: TemporalStack;
    let source: Connection;
    let target: Connection;

    /** A command in the folder of the stack's file, as people run it beside theirs. */
    const run = (script: string, ...args: string[]) =>
        execa(
            process.execPath,
            [
                "--disable-warning=ExperimentalWarning",
                join(repoRoot, "operations", script),
                "--stack",
                stackName,
                ...args,
            ],
            { cwd: stateDir, reject: false, stdin: "ignore" },
        );
    const drainStatus = async (...args: string[]) => {
        const { exitCode, stdout, stderr } = await run("drainStatus.ts", "--json", ...args);
        assert.equal(stderr, "");
        return { exitCode, statuses: JSON.parse(stdout) };
    };
    const copy = () => run("copyNamespaces.ts", older.name, newer.name);
    const connect = async (deployment: { name: string; slot: number }) => {
        const address = await stack.frontend(namespaceOf(deployment), 7233 + 1000 * deployment.slot);
        return eventually("the frontend to answer", 60, () => Connection.connect({ address, connectTimeout: "2s" }));
    };
    /** A workflow that stays open, since nobody polls its task queue. */
    const open = (connection: Connection, namespace: string, workflowId: string) =>
        new Client({ connection, namespace }).workflow.start("order", { taskQueue: "nobody", workflowId });

    before(async () => {
        stack = await temporalStack(stackName);
        stack.configure({ platform: { namespace: "temporal-ops-platform" }, deployments: [older, newer] });
        await stack.up();
        [source, target] = [await connect(older), await connect(newer)];
        await source.workflowService.registerNamespace({
            namespace: "orders",
            description: "Orders of the shop",
            ownerEmail: "shop@example.com",
            data: { team: "shop" },
            workflowExecutionRetentionPeriod: msToTs(3 * day),
        });
        await source.operatorService.addSearchAttributes({
            namespace: "orders",
            searchAttributes: { CustomerId: keyword, Amount: int },
        });
        for (const namespace of ["orders", "payments"]) {
            await ensureNamespace(source, namespace, Date.now() + 60_000);
        }
    });
    after(async () => {
        await source?.close();
        await target?.close();
        await stack?.remove();
    });

    it("drain-status counts the open workflows and schedules of each namespace of each deployment", async () => {
        for (const id of ["a", "b", "c"]) await open(source, "orders", id);
        await (await open(source, "orders", "closed")).terminate();
        await open(source, "payments", "d");
        await new Client({ connection: source, namespace: "payments" }).schedule.create({
            scheduleId: "nightly",
            spec: { intervals: [{ every: "1 day" }] },
            action: { type: "startWorkflow", workflowType: "order", taskQueue: "nobody" },
            state: { paused: true },
        });
        const expected = [
            {
                deployment: older.name,
                namespaces: [
                    { namespace: "orders", openWorkflows: 3, schedules: 0 },
                    { namespace: "payments", openWorkflows: 1, schedules: 1 },
                ],
            },
            { deployment: newer.name, namespaces: [] },
        ];
        await eventually("visibility to know all of them", 60, async () => {
            assert.deepEqual(await drainStatus(), { exitCode: 0, statuses: expected });
            return true;
        });

        const { exitCode, stdout } = await run("drainStatus.ts", older.name);
        assert.equal(exitCode, 0);
        assert.equal(
            stdout.split("\n").at(-1),
            "ops-old: 4 open workflows and 1 schedule in 2 namespaces; it can be removed when this is 0",
        );
    });

    it("copy-namespaces brings each namespace with its settings and search attributes", async () => {
        const { exitCode, stdout, stderr } = await copy();
        assert.equal(exitCode, 0, stderr);
        assert.match(stdout, /^orders: registered; search attributes added: (CustomerId, Amount|Amount, CustomerId)$/m);
        assert.match(stdout, /^payments: registered$/m);

        const { namespaceInfo, config } = await target.workflowService.describeNamespace({ namespace: "orders" });
        assert.equal(namespaceInfo?.description, "Orders of the shop");
        assert.equal(namespaceInfo?.ownerEmail, "shop@example.com");
        assert.deepEqual(namespaceInfo?.data, { team: "shop" });
        assert.equal(config?.workflowExecutionRetentionTtl?.seconds?.toNumber(), (3 * day) / 1000);
        const attributes = await target.operatorService.listSearchAttributes({ namespace: "orders" });
        assert.deepEqual({ ...attributes.customAttributes }, { CustomerId: keyword, Amount: int });
    });

    it("copies no workflow: new ones start in the target, and are found by the copied search attributes", async () => {
        const { workflow } = new Client({ connection: target, namespace: "orders" });
        const customer = defineSearchAttributeKey("CustomerId", SearchAttributeType.KEYWORD);
        await eventually("the target to take a workflow with the search attribute", 60, () =>
            workflow.start("order", {
                taskQueue: "nobody",
                workflowId: "in-target",
                typedSearchAttributes: new TypedSearchAttributes([{ key: customer, value: "ada" }]),
            }),
        );
        await eventually("the workflow to be found by it", 60, async () => {
            const { count } = await workflow.count("CustomerId = 'ada'");
            return count === 1;
        });
        const { statuses } = await drainStatus(newer.name);
        assert.deepEqual(statuses[0].namespaces, [
            { namespace: "orders", openWorkflows: 1, schedules: 0 },
            { namespace: "payments", openWorkflows: 0, schedules: 0 },
        ]);
    });

    it("copy-namespaces has nothing to do the second time", async () => {
        const { exitCode, stdout } = await copy();
        assert.equal(exitCode, 0);
        assert.equal(stdout, "orders: there already, nothing to do\npayments: there already, nothing to do");
    });

    it("copy-namespaces changes nothing where the target differs, and tells all differences", async () => {
        await source.operatorService.addSearchAttributes({
            namespace: "payments",
            searchAttributes: { Region: keyword, Late: keyword },
        });
        await target.operatorService.addSearchAttributes({ namespace: "payments", searchAttributes: { Region: int } });
        await target.workflowService.updateNamespace({
            namespace: "orders",
            updateInfo: { description: "Orders of another shop" },
        });
        const { exitCode, stderr } = await copy();
        assert.equal(exitCode, 1);
        assert.deepEqual(stderr.split("\n").slice(0, 2), [
            'Namespace orders: description is "Orders of the shop" in the source and "Orders of another shop" in the target.',
            "Namespace payments: search attribute Region is of type Keyword in the source and Int in the target.",
        ]);
        const attributes = await target.operatorService.listSearchAttributes({ namespace: "payments" });
        assert.deepEqual({ ...attributes.customAttributes }, { Region: int });
    });

    it("a connection ends with its work, also when that fails", async () => {
        const kubeConfig = kubeConfigOf(stack.cluster.context, stack.cluster.kubeconfig);
        let address = "";
        const working = withFrontend(kubeConfig, { namespace: namespaceOf(older) }, async (connection) => {
            address = connection.options.address;
            await connection.workflowService.getSystemInfo({});
            throw new Error("the work's own");
        });
        await assert.rejects(working, /^Error: the work's own$/);
        assert.match(address, /^127\.0\.0\.1:\d+$/);
        const socket = createConnection(Number(address.split(":")[1]), "127.0.0.1");
        const outcome = await new Promise<string>((resolve) => {
            socket.once("connect", () => resolve("connected"));
            socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
        });
        socket.destroy();
        assert.equal(outcome, "ECONNREFUSED");
    });

    it("tells which port of which pod takes no connection", async () => {
        const kubeConfig = kubeConfigOf(stack.cluster.context, stack.cluster.kubeconfig);
        await assert.rejects(
            withFrontend(kubeConfig, { namespace: namespaceOf(older), port: 9 }, () => Promise.resolve()),
            /^LiveError: Port 9 of pod temporal-frontend-\S+ in namespace temporal-ops-old can't be used: .*refused/,
        );
    });

    it("drain-status says when a deployment can be removed", async () => {
        for (const [namespace, ids] of [
            ["orders", ["a", "b", "c"]],
            ["payments", ["d"]],
        ] as const) {
            const { workflow } = new Client({ connection: source, namespace });
            for (const id of ids) await workflow.getHandle(id).terminate();
        }
        await new Client({ connection: source, namespace: "payments" }).schedule.getHandle("nightly").delete();
        const removable = "ops-old: no open workflows, no schedules; it can be removed";
        await eventually("visibility to know all of them", 60, async () => {
            const { stdout } = await run("drainStatus.ts", older.name);
            assert.equal(stdout.split("\n").at(-1), removable);
            return true;
        });
    });

    it("drain-status tells of a deployment without a frontend, and still of the other, with exit code 1", async () => {
        const namespace = namespaceOf(newer);
        const { code, output } = await stack.kubectl(
            ...["scale", "-n", namespace, "deploy/temporal-frontend", "--replicas=0"],
        );
        assert.equal(code, 0, output);
        const { exitCode, statuses } = await drainStatus();
        assert.equal(exitCode, 1);
        assert.equal(statuses[0].namespaces.length, 2);
        assert.deepEqual(statuses[1], {
            deployment: newer.name,
            unreachable: `No frontend pod of namespace ${namespace} is ready.`,
        });
    });
});
