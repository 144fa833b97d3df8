import assert from "node:assert/strict";

import { type Orders, takeOrders } from "../helpers/orders.ts";
import { type TemporalStack, temporalStack } from "../helpers/temporalStack.ts";
import { eventually } from "../helpers/wait.ts";

const namespace = "temporal-program";
const platform = { namespace: "temporal-program-platform" };
const deployment = { name: "program", slot: 10, size: "dev" };
const services = ["frontend", "history", "matching", "worker"];
const frontendPort = 17_233;

describe("the program on the cluster", function () {
    this.timeout(300_000);
    let stack: TemporalStack;
    let orders: Orders;
    const with_ = (changes: object) => stack.configure({ platform, deployments: [{ ...deployment, ...changes }] });

    /** Generation of every Deployment's spec, by name: it counts up with each change. */
    const generations = async () => {
        const { items } = await stack.apps.listNamespacedDeployment({ namespace });
        return Object.fromEntries(items.map((item) => [item.metadata?.name ?? "", item.metadata?.generation ?? 0]));
    };
    /** Uid of every pod that isn't going away, by name. */
    const pods = async () => {
        const { items } = await stack.core.listNamespacedPod({ namespace });
        const living = items.filter(
            ({ metadata, status }) => !metadata?.deletionTimestamp && status?.phase !== "Succeeded",
        );
        return Object.fromEntries(living.map(({ metadata }) => [metadata?.name ?? "", metadata?.uid ?? ""]));
    };

    before(async () => {
        stack = await temporalStack("program");
        with_({});
        await stack.up();
        orders = await takeOrders(await stack.frontend(namespace, frontendPort));
    });
    after(async () => {
        await orders?.close();
        await stack?.remove();
    });

    it("runs the four services, Ready, and none has crashed on the empty databases", async () => {
        const { items } = await stack.core.listNamespacedPod({ namespace });
        const servers = items.filter((pod) =>
            services.includes(pod.metadata?.labels?.["app.kubernetes.io/component"] ?? ""),
        );
        assert.equal(servers.length, 4);
        for (const pod of servers) {
            assert.equal(
                pod.status?.conditions?.find(({ type }) => type === "Ready")?.status,
                "True",
                pod.metadata?.name,
            );
            assert.deepEqual(
                pod.status?.containerStatuses?.map(({ restartCount }) => restartCount),
                [0],
                pod.metadata?.name,
            );
        }
    });

    it("has one service in each pod, as the ring itself sees it", async () => {
        const { items } = await stack.core.listNamespacedPod({ namespace });
        for (const service of services) {
            const { output, code } = await stack.kubectl(
                ...[
                    "exec",
                    "-n",
                    namespace,
                    "deploy/temporal-admin-tools",
                    "--",
                    "tdbg",
                    "membership",
                    "list-gossip",
                    "--role",
                    service,
                ],
            );
            assert.equal(code, 0, output);
            const pod = items.find(({ metadata }) => metadata?.labels?.["app.kubernetes.io/component"] === service);
            const members = [...output.matchAll(/(\d+\.\d+\.\d+\.\d+):\d+/g)].map(([, ip]) => ip);
            assert.deepEqual([...new Set(members)], [pod?.status?.podIP], `${service}: ${output}`);
        }
    });

    it("completes workflows", async () => {
        const result = await orders.place(200);
        assert.match(await result(), /tea/);
    });

    it("shows no change in a preview and in a refresh", async () => {
        const preview = await stack.pulumi("preview", "--expect-no-changes", "--diff");
        assert.equal(preview.code, 0, preview.output);
        const refresh = await stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes", "--diff");
        assert.equal(refresh.code, 0, refresh.output);
    });

    it("shows a label changed by hand in a refresh, and mends it", async () => {
        const label = "app.kubernetes.io/part-of";
        const component = () =>
            stack.apps
                .readNamespacedDeployment({ name: "temporal-matching", namespace })
                .then(({ metadata }) => metadata?.labels?.[label]);
        await stack.kubectl(
            "label",
            "-n",
            namespace,
            "deploy/temporal-matching",
            "--overwrite",
            `${label}=changed-by-hand`,
        );
        const refresh = await stack.pulumi("refresh", "--yes", "--skip-preview", "--diff");
        assert.match(refresh.output, /changed-by-hand/);
        assert.equal(await component(), "changed-by-hand");
        const up = await stack.pulumi("up", "--yes", "--skip-preview");
        assert.equal(up.code, 0, up.output);
        assert.equal(await component(), "temporal");
    });

    it("changes dynamic config without a restart, and the servers pick it up", async () => {
        const before = await pods();
        const long = () =>
            orders.client.workflow.start("order", {
                taskQueue: "nobody",
                workflowId: `x${"y".repeat(99)}-${Date.now()}`,
            });
        await (await long()).terminate();
        with_({ dynamicConfig: { "limit.maxIDLength": 60 } });
        await stack.up();
        await eventually("the frontend to refuse long workflow ids", 150, async () => {
            const refused = await long().then(
                (handle) => handle.terminate().then(() => false),
                (error: Error) => /exceeds.*limit/i.test(String(error.cause)),
            );
            return refused;
        });
        assert.deepEqual(await pods(), before);
    });

    it("changes only matching's Deployment when only its replicas change", async () => {
        const before = await generations();
        with_({ services: { matching: { replicas: 2 } } });
        await stack.up();
        const after = await generations();
        const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
        assert.deepEqual(changed, ["temporal-matching"]);
    });

    it("restarts pods one by one for a new log level, while no workflow fails and no start is refused", async () => {
        const before = await pods();
        let stop = false;
        const results: Promise<string>[] = [];
        const starting = (async () => {
            while (!stop) {
                results.push((await orders.place(500))());
                await new Promise((resolve) => setTimeout(resolve, 250));
            }
        })();
        with_({ services: { matching: { replicas: 2 } }, logLevel: "warn" });
        await stack.up();
        stop = true;
        await starting;
        const settled = await Promise.allSettled(results);
        assert.ok(settled.length > 20, `only ${settled.length} workflows ran meanwhile`);
        assert.deepEqual(
            settled.filter(({ status }) => status === "rejected"),
            [],
        );
        const after = await pods();
        const kept = Object.keys(after).filter((name) => name in before);
        assert.deepEqual(
            kept.filter((name) => /frontend|history|matching|worker/.test(name)),
            [],
        );
    });

    it("stops destroy at the protected databases with a word on how to go on, and has deleted nothing", async () => {
        const before = await generations();
        const { code, output } = await stack.pulumi("destroy", "--yes");
        assert.notEqual(code, 0);
        assert.match(output, /protected/);
        assert.match(output, /pulumi state unprotect|unprotect/);
        assert.deepEqual(await generations(), before);
    });
});
