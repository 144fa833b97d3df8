import assert from "node:assert/strict";

import { bringImages } from "../../local/cluster/importImages.ts";
import { ensureImages } from "../../local/images/images.ts";
import { versions } from "../../local/toolchain/versions.ts";
import { makeStack, type TestStack } from "../helpers/engine.ts";
import { makeNamespace, type TestNamespace } from "../helpers/kubernetes.ts";

/** An image with a shell. */
const image = `docker.io/temporalio/admin-tools:${versions.temporal}`;

function pod(script: string, from = image, extra = ""): string {
    return `containers: [{ name: "main", image: "${from}", imagePullPolicy: "IfNotPresent", command: ["sh", "-c", ${JSON.stringify(script)}] }],
        terminationGracePeriodSeconds: 0, ${extra}`;
}

function deployment(name: string, spec: string, seconds: number): string {
    return `new k8s.apps.v1.Deployment("${name}", {
        metadata: { name: "${name}", annotations: { "pulumi.com/timeoutSeconds": "${seconds}" } },
        spec: { selector: { matchLabels: { app: "${name}" } }, template: { metadata: { labels: { app: "${name}" } }, spec: { ${spec} } } },
    }, { provider });`;
}

function job(script: string): string {
    return `new k8s.batch.v1.Job("job", { metadata: { annotations: { "pulumi.com/replaceUnready": "true" } },
        spec: { backoffLimit: 0, template: { spec: { restartPolicy: "Never", ${pod(script)} } } } }, { provider });`;
}

describe("kubernetes plugin, waiting for objects", function () {
    this.timeout(300_000);
    let namespace: TestNamespace;
    let stack: TestStack;

    function program(...resources: string[]): string {
        return `import * as k8s from "@pulumi/kubernetes";
            const provider = new k8s.Provider("local", { namespace: "${namespace.name}" });
            ${resources.join("\n")}`;
    }

    before(async () => {
        namespace = await makeNamespace();
        await bringImages([image], await ensureImages([image], () => undefined), () => undefined);
    });

    beforeEach(async () => {
        stack = await makeStack("", { KUBECONFIG: namespace.kubeconfig });
    });

    afterEach(async () => {
        await stack.destroy();
        await stack.remove();
    });

    after(() => namespace?.remove());

    it("waits until workloads run, jobs are done and volumes are bound", async () => {
        const claims = `volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } } }]`;
        const set = `new k8s.apps.v1.StatefulSet("set", { metadata: { name: "set" }, spec: { serviceName: "set", ${claims},
            selector: { matchLabels: { app: "set" } }, template: { metadata: { labels: { app: "set" } }, spec: { ${pod("sleep 3600")} } } } }, { provider });`;
        await stack.setProgram(program(deployment("ready", pod("sleep 3600"), 120), set, job("sleep 2")));
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
        const status = (name: string) => (stack.resource(name).outputs as { status: Record<string, number> }).status;
        assert.equal(status("ready").readyReplicas, 1);
        assert.equal(status("set").readyReplicas, 1);
        assert.equal(status("job").succeeded, 1);
        const claim = await namespace.get("v1", "PersistentVolumeClaim", "data-set-0");
        assert.equal(claim.status.phase, "Bound");
    });

    it("says why pods don't run, in the time allowed, and goes on from there", async () => {
        const resources = (works: boolean) => [
            deployment("unpullable", pod("sleep 3600", works ? image : "localhost:1/missing:0"), 20),
            // Never ready: between its start and its end a container without a probe would be, for a moment.
            deployment(
                "crashing",
                pod(works ? "sleep 3600" : "echo the last words; exit 3").replace(
                    "command:",
                    works ? "command:" : "readinessProbe: { exec: { command: ['false'] } }, command:",
                ),
                20,
            ),
            deployment("unschedulable", pod("sleep 3600", image, works ? "" : 'nodeSelector: { disk: "none" }'), 20),
        ];
        await stack.setProgram(program(...resources(false)));
        const start = Date.now();
        const failed = await stack.up();
        assert.ok(Date.now() - start < 60_000, "took longer than allowed");
        assert.notEqual(failed.code, 0);
        for (const name of ["unpullable", "crashing", "unschedulable"]) {
            assert.match(failed.output, new RegExp(`'${name}' timed out waiting to be Ready`));
            assert.ok(stack.resource(name).initErrors?.length, `${name} is not saved as unfinished`);
        }
        assert.match(failed.output, /\[(ImagePullBackOff|ErrImagePull)\].*localhost:1\/missing:0/);
        assert.match(failed.output, /container "main" ended \(Error: exit code 3\)/);
        assert.match(failed.output, /the last words/);
        assert.match(failed.output, /\[Unschedulable\] 0\/1 nodes are available/);

        const refresh = await stack.refresh();
        assert.match(refresh.output, /Resource 'crashing' was created but failed to initialize/);
        await stack.setProgram(program(...resources(true)));
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
        assert.equal(stack.resource("crashing").initErrors, undefined);
    });

    it("ends at once with a failed job, shows its log, and runs it again", async () => {
        await stack.setProgram(program(job("echo cannot connect; exit 1")));
        const failed = await stack.up();
        assert.notEqual(failed.code, 0);
        assert.match(failed.output, /\[BackoffLimitExceeded\] Job has reached the specified backoff limit/);
        assert.match(failed.output, /cannot connect/);
        const { id } = stack.resource("job");
        await stack.setProgram(program(job("echo connected")));
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
        assert.notEqual(stack.resource("job").id, id);
    });

    it("runs a failed job again although nothing else has changed", async () => {
        // Fails the first time only: the flag outlives the pod.
        const flag = `const flag = new k8s.core.v1.PersistentVolumeClaim("flag", { spec: { accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: "1Mi" } } } }, { provider });`;
        const volumes = `volumes: [{ name: "flag", persistentVolumeClaim: { claimName: flag.metadata.name } }],
            securityContext: { runAsUser: 0 },`;
        const failsOnce = job("mkdir /flag/there && exit 1 || exit 0")
            .replace("command:", 'volumeMounts: [{ name: "flag", mountPath: "/flag" }], command:')
            .replace("terminationGrace", `${volumes} terminationGrace`);
        await stack.setProgram(program(flag, failsOnce));
        assert.notEqual((await stack.up()).code, 0);
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
        assert.ok(run.steps.some(({ op, name }) => op === "replace" && name === "job"));
    });

    it("doesn't wait where it is told not to", async () => {
        const waiting = deployment("waiting", pod("sleep 3600", "localhost:1/missing:0"), 60);
        await stack.setProgram(
            program(waiting.replace('"pulumi.com/timeoutSeconds": "60"', '"pulumi.com/skipAwait": "true"')),
        );
        const run = await stack.up();
        assert.equal(run.code, 0, run.output);
    });
});
