/** The provider of Temporal's own objects on a deployment in pods, whose frontend goes away in the middle. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { AppsV1Api, CoreV1Api } from "@kubernetes/client-node";

import { readyFrontend, withFrontend } from "../../live/frontend.ts";
import { kubeConfigOf } from "../../live/kubernetes.ts";
import { listNamespaces } from "../../live/namespaces.ts";
import { startCluster } from "../../local/cluster/cluster.ts";
import { componentLabel } from "../../planning/labels.ts";
import type { TestStack } from "../helpers/engine.ts";
import { changes, failed, makeProviderStack, ok, prelude } from "../helpers/temporalProvider.ts";
import { eventually } from "../helpers/wait.ts";

/** The deployment of the stack `dev`, which the cluster tier has brought up. */
const namespace = "temporal-dev";
const name = "temporal-frontend";
const count = 60;

describe("the provider on a deployment in pods", function () {
    this.timeout(300_000);
    let core: CoreV1Api;
    let apps: AppsV1Api;
    let kubeConfig: ReturnType<typeof kubeConfigOf>;
    let viaKubernetes: object;
    let stack: TestStack;

    const program = (prefix: string, options = "") =>
        stack.setProgram(
            `${prelude(JSON.stringify({ viaKubernetes }))}
            for (let n = 0; n < ${count}; n++)
                new temporal.Namespace(\`${prefix}-\${n}\`, { name: \`${prefix}-\${n}\`, description: "of the team" }, { provider, ${options} });`,
        );
    const names = (prefix: string) => Array.from({ length: count }, (_, n) => `${prefix}-${n}`).sort();
    const inServer = async (prefix: string) => {
        const all = await withFrontend(kubeConfig, { namespace }, listNamespaces);
        return all.filter((each) => each.startsWith(`${prefix}-`)).sort();
    };
    const inState = (prefix: string) =>
        stack
            .resources()
            .filter(({ type, id = "" }) => type.endsWith(":Namespace") && id.startsWith(`${prefix}-`))
            .map(({ id = "" }) => id)
            .sort();
    const frontendReady = () =>
        eventually("a frontend pod to be ready", 120, async () => (await readyFrontend(kubeConfig, namespace)).pod);
    /** Ends all its frontend pods at once; answers how many. */
    const killFrontends = async () => {
        const { items } = await core.listNamespacedPod({ namespace, labelSelector: `${componentLabel}=frontend` });
        const pods = items.map(({ metadata }) => metadata?.name ?? "");
        await Promise.all(pods.map((pod) => core.deleteNamespacedPod({ name: pod, namespace, gracePeriodSeconds: 0 })));
        return pods.length;
    };
    const scale = (replicas: number) =>
        apps.patchNamespacedDeployment({
            name,
            namespace,
            body: [{ op: "replace", path: "/spec/replicas", value: replicas }],
        });
    /** Waits until some of the namespaces are there, and not all, so that what follows comes in the middle. */
    const someMade = async (prefix: string) => {
        const some = await eventually("the first namespaces", 60, async () => {
            const { length } = await inServer(prefix);
            return length > 3 && length;
        });
        assert.ok(some < count, "all were made already");
    };

    before(async () => {
        const { kubeconfig, context } = await startCluster(() => undefined);
        kubeConfig = kubeConfigOf(context, kubeconfig);
        core = kubeConfig.makeApiClient(CoreV1Api);
        apps = kubeConfig.makeApiClient(AppsV1Api);
        viaKubernetes = { kubeconfig, context, namespace };
        stack = await makeProviderStack();
    });
    after(async () => {
        if (apps) {
            await scale(1);
            await frontendReady();
        }
        await stack?.destroy();
        await stack?.remove();
    });

    it("makes them all though the only frontend pod is killed in the middle", async () => {
        await program("killed");
        const up = stack.up();
        await someMade("killed");
        assert.equal(await killFrontends(), 1);
        const run = ok(await up);
        assert.equal(changes(run).filter((change) => change.startsWith("create killed-")).length, count);
        assert.deepEqual(await inServer("killed"), names("killed"));
    });

    it("says so where no frontend comes back in time, and the next up goes on from there", async () => {
        await program("away", 'customTimeouts: { create: "5s" }');
        const up = stack.up();
        await someMade("away");
        await scale(0);
        await killFrontends();
        assert.match(failed(await up), /Can't create the namespace "away-\d+": .*within 5 s/);
        const made = inState("away");
        assert.ok(made.length > 0 && made.length < count, `${made.length} of ${count} in the state`);

        await scale(1);
        await frontendReady();
        await sleep(1000);
        // Whole or not at all: what is in the state is in the server, as the program has it.
        const present = await inServer("away");
        assert.deepEqual(
            made.filter((each) => !present.includes(each)),
            [],
        );

        ok(await stack.up());
        assert.deepEqual(await inServer("away"), names("away"));
        assert.deepEqual(inState("away"), names("away"));
        assert.deepEqual(changes(ok(await stack.refresh())), []);
        assert.deepEqual(changes(ok(await stack.preview())), []);
    });

    it("takes them away again", async () => {
        ok(await stack.destroy());
        assert.deepEqual([...(await inServer("away")), ...(await inServer("killed"))], []);
    });
});
