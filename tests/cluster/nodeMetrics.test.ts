/** kubelet's metrics and cAdvisor's are as on any cluster, and there for whom Kubernetes' RBAC lets see them. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { execa } from "execa";

import { pauseImage } from "../../local/cluster/configFiles.ts";
import { nodeAddress } from "../../local/cluster/layout.ts";
import { pkiFiles } from "../../local/cluster/pki.ts";
import { ensureTools } from "../../local/toolchain/tools.ts";
import { makeNamespace, type TestNamespace } from "../helpers/kubernetes.ts";
import { eventually } from "../helpers/wait.ts";

describe("kubelet's metrics", () => {
    let namespace: TestNamespace;
    /** Waits for ever. */
    const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "quiet" },
        spec: { containers: [{ name: "waiting", image: pauseImage }] },
    };
    let kubectl: (...args: readonly string[]) => Promise<string>;

    before(async () => {
        namespace = await makeNamespace();
        const { path } = (await ensureTools(["kubectl"], () => undefined)).kubectl;
        const options = ["--kubeconfig", namespace.kubeconfig, "--namespace", namespace.name];
        kubectl = async (...args) => (await execa(path, [...options, ...args])).stdout;
        for (const name of ["monitor", "stranger"]) await kubectl("create", "serviceaccount", name);
        await kubectl("create", "clusterrole", namespace.name, "--verb=get", "--resource=nodes/metrics");
        await namespace.create(pod);
        const subject = `--serviceaccount=${namespace.name}:monitor`;
        await kubectl("create", "clusterrolebinding", namespace.name, `--clusterrole=${namespace.name}`, subject);
    });
    after(async () => {
        await kubectl("delete", "clusterrolebinding,clusterrole", namespace.name, "--ignore-not-found");
        await namespace.remove();
    });

    /** What kubelet answers to a token's owner, its certificate checked by the authority that every pod is given. */
    async function scrape(path: string, token?: string): Promise<{ readonly status: number; readonly body: string }> {
        const ca = await readFile(pkiFiles.authority);
        const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
        return new Promise((resolve, reject) => {
            request({ host: nodeAddress, port: 10250, path, ca, headers }, (response) => {
                text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
            })
                .on("error", reject)
                .end();
        });
    }

    for (const [path, metric] of [
        ["/metrics", "kubelet_running_pods"],
        ["/metrics/cadvisor", "container_memory_working_set_bytes"],
    ] as const) {
        it(`${path} are for a service account with the right nodes/metrics alone`, async () => {
            const monitor = await kubectl("create", "token", "monitor");
            const answer = await eventually("the right to be known", 30, async () => {
                const found = await scrape(path, monitor);
                return found.status === 200 && found;
            });
            assert.match(answer.body, new RegExp(`^${metric}\\b`, "m"));
            assert.equal((await scrape(path, await kubectl("create", "token", "stranger"))).status, 403);
            assert.equal((await scrape(path)).status, 401);
        });
    }

    it("name the container, the pod and its namespace", async () => {
        const monitor = await kubectl("create", "token", "monitor");
        const wanted = ['container="waiting"', `namespace="${namespace.name}"`, 'pod="quiet"'];
        await eventually("the pod's metrics", 60, async () => {
            const { body } = await scrape("/metrics/cadvisor", monitor);
            const lines = body.split("\n").filter((line) => line.startsWith("container_cpu_usage_seconds_total{"));
            return lines.some((line) => wanted.every((label) => line.includes(label)));
        });
    });
});
