import assert from "node:assert/strict";

import { databaseHolder } from "../helpers/databaseHolder.ts";
import { type Orders, takeOrders } from "../helpers/orders.ts";
import { type TemporalStack, temporalStack } from "../helpers/temporalStack.ts";
import { eventually } from "../helpers/wait.ts";

const namespace = "temporal-faults";
const platformNamespace = "temporal-faults-platform";
const workflows = 200;

describe("faults", function () {
    this.timeout(400_000);
    let stack: TemporalStack;
    let orders: Orders;

    before(async () => {
        stack = await temporalStack("faults");
        stack.configure({
            platform: { namespace: platformNamespace },
            deployments: [{ name: "faults", slot: 11, size: "dev" }],
        });
        await stack.up();
        orders = await takeOrders(await stack.frontend(namespace, 18_233));
    });
    after(async () => {
        await orders?.close();
        await stack?.remove();
    });

    /** Kills the pod at once, as a dying node would, and waits until its successor is Ready. */
    const kill = async (inNamespace: string, component: string) => {
        const labelSelector = `app.kubernetes.io/component=${component}`;
        const list = async () => (await stack.core.listNamespacedPod({ namespace: inNamespace, labelSelector })).items;
        const [victim] = await list();
        assert.ok(victim?.metadata?.name);
        await stack.core.deleteNamespacedPod({
            name: victim.metadata.name,
            namespace: inNamespace,
            gracePeriodSeconds: 0,
        });
        await eventually(`a new ${component} pod to be Ready`, 120, async () =>
            (await list()).some(
                ({ metadata, status }) =>
                    metadata?.uid !== victim.metadata?.uid &&
                    status?.conditions?.some(({ type, status: ready }) => type === "Ready" && ready === "True"),
            ),
        );
    };

    it(`completes all ${workflows} workflows with timers while each server pod and then PostgreSQL is killed`, async () => {
        const results: (() => Promise<string>)[] = [];
        for (let batch = 0; batch < workflows / 20; batch++) {
            // Timers from 10 to 60 s: some fire before, some during, some after each kill.
            results.push(
                ...(await Promise.all(
                    Array.from({ length: 20 }, (_, i) => orders.place(10_000 + (batch * 20 + i) * 250)),
                )),
            );
        }
        assert.equal(results.length, workflows);
        for (const component of ["frontend", "history", "matching", "worker"]) await kill(namespace, component);
        await kill(platformNamespace, "postgresql");
        const settled = await Promise.allSettled(
            results.map((result, index) => eventually(`workflow ${index + 1} to complete`, 180, () => result())),
        );
        assert.deepEqual(
            settled.filter(({ status }) => status === "rejected"),
            [],
        );
    });

    it("starts a new frontend after a pod was killed in the middle of a transaction that new servers wait for", async () => {
        const holder = await databaseHolder(stack.core, {
            deployment: "faults",
            namespace,
            platformNamespace,
            // Each server that starts registers Temporal's own namespace first, and locks this row to do so.
            statement: "select 1 from namespace_metadata for update",
        });
        await holder.killBeforeAnswer();
        await kill(namespace, "frontend");
    });
});
