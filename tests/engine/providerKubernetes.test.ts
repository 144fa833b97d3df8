import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { TestStack } from "../helpers/engine.ts";
import { type FakePortForward, fakePortForward } from "../helpers/fakePortForward.ts";
import { changes, failed, makeProviderStack, ok, prelude } from "../helpers/temporalProvider.ts";
import { startTemporal, type TemporalServer } from "../helpers/temporalServer.ts";

describe("the provider's way through the Kubernetes API", function () {
    this.timeout(180_000);
    let server: TemporalServer;
    let api: FakePortForward;
    let stack: TestStack;
    let port: number;

    before(async function () {
        // Where the programs aren't there yet, they are built first.
        this.timeout(900_000);
        [server, api] = await Promise.all([startTemporal(), fakePortForward()]);
        port = Number(server.address.split(":")[1]);
        stack = await makeProviderStack();
    });

    after(async () => {
        await stack?.remove();
        await server?.remove();
        await api?.stop();
    });

    const setProgram = (via: object, ...names: readonly string[]) =>
        stack.setProgram(
            prelude(JSON.stringify({ viaKubernetes: { namespace: "temporal-shop", ...via } })) +
                names.map((name) => `new temporal.Namespace("${name}", { name: "${name}" }, { provider });`).join("\n"),
        );
    const create = (run: Parameters<typeof changes>[0]) => changes(run).filter((change) => change.startsWith("create"));

    it("reaches a ready frontend pod, by the contents of a kubeconfig, which stay secret", async () => {
        api.pods = { "frontend-old": { port: 1, ready: false }, "frontend-a": { port, ready: true } };
        await setProgram({ kubeconfig: api.kubeconfig }, "one", "two");
        assert.deepEqual(create(ok(await stack.up())).sort(), ["create one", "create two"]);
        assert.deepEqual([...new Set(api.forwarded)], ["frontend-a"]);
        assert.ok(!stack.stateText().includes("insecure-skip-tls-verify"));
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
    });

    it("reaches it by the path and the context of a kubeconfig", async () => {
        const path = join(stack.directory, "kubeconfig");
        await writeFile(path, api.kubeconfig);
        await setProgram({ kubeconfig: path, context: "fake" }, "one", "two", "three");
        assert.deepEqual(create(ok(await stack.up())), ["create three"]);
        await setProgram({ kubeconfig: path, context: "other" }, "one", "two", "three", "four");
        assert.match(failed(await stack.up()), /The kubeconfig has no context "other"; it has "fake"/);
    });

    it("goes on by another pod where the first goes away", async () => {
        const names = Array.from({ length: 6 }, (_, index) => `more-${index}`);
        await setProgram({ kubeconfig: api.kubeconfig }, "one", "two", "three", ...names);
        // The pod is listed as ready still, but nothing answers behind it.
        api.pods = { "frontend-a": { port: 1, ready: true } };
        const up = stack.up();
        await sleep(5000);
        api.pods = { "frontend-a": { port: 1, ready: false }, "frontend-b": { port, ready: true } };
        assert.equal(create(ok(await up)).length, names.length);
        assert.equal(api.forwarded.at(-1), "frontend-b");
    });

    it("waits for a pod to be ready, and says so when none is in time", async () => {
        api.pods = { "frontend-a": { port, ready: false } };
        await stack.setProgram(
            prelude(JSON.stringify({ viaKubernetes: { namespace: "temporal-shop", kubeconfig: api.kubeconfig } })) +
                'new temporal.Namespace("late", { name: "late" }, { provider, customTimeouts: { create: "3s" } });',
        );
        const reason =
            /Can't create the namespace "late": .* within 3 s.* No frontend pod of namespace temporal-shop is ready/;
        assert.match(failed(await stack.up("--target", "**late")), reason);
        setTimeout(() => (api.pods = { "frontend-a": { port, ready: true } }), 6000);
        await setProgram({ kubeconfig: api.kubeconfig }, "late");
        ok(await stack.up("--target", "**late"));
        ok(await stack.destroy());
    });
});
