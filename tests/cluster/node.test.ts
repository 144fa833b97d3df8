import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import pg from "pg";

import { clusterStatus, startCluster } from "../../local/cluster/cluster.ts";
import { bringImages } from "../../local/cluster/importImages.ts";
import { clusterDir, podCidr } from "../../local/cluster/layout.ts";
import { ensureImages } from "../../local/images/images.ts";
import { ensureTools } from "../../local/toolchain/tools.ts";
import { bundledPostgresqlImage as image } from "../../planning/versions.ts";
import { type LiveObject, makeNamespace, type TestNamespace } from "../helpers/kubernetes.ts";
import { eventually } from "../helpers/wait.ts";

const quiet = () => undefined;

const claim: LiveObject = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};

/** A database as careful people run it: not as root, on a volume, with limits. */
const database: LiveObject = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db" },
    spec: {
        serviceName: "db",
        selector: { matchLabels: { app: "db" } },
        template: {
            metadata: { labels: { app: "db" } },
            spec: {
                securityContext: { runAsUser: 999, runAsGroup: 999, runAsNonRoot: true },
                containers: [
                    {
                        name: "db",
                        image,
                        env: [
                            { name: "POSTGRES_HOST_AUTH_METHOD", value: "trust" },
                            { name: "PGDATA", value: "/data/pg" },
                        ],
                        resources: { limits: { memory: "300Mi" } },
                        readinessProbe: { exec: { command: ["pg_isready", "-h", "127.0.0.1"] }, periodSeconds: 1 },
                        volumeMounts: [{ name: "data", mountPath: "/data" }],
                    },
                ],
                volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
            },
        },
    },
};

const service: LiveObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "db" },
    spec: { selector: { app: "db" }, ports: [{ port: 5432 }] },
};

function pod(name: string, command: readonly string[], memory: string): LiveObject {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name },
        spec: {
            restartPolicy: "Never",
            terminationGracePeriodSeconds: 0,
            containers: [{ name: "main", image, command, resources: { limits: { memory } } }],
        },
    };
}

/** The host's number of a process that has this number in the node. */
function hostPid(program: string, pidInNode: number): number {
    const found = readdirSync("/proc").find((entry) => {
        try {
            const status = /^\d+$/.test(entry) ? readFileSync(`/proc/${entry}/status`, "utf8") : "";
            const command = readFileSync(`/proc/${entry}/cmdline`, "utf8");
            return new RegExp(`^NSpid:\\t\\d+\\t${pidInNode}$`, "m").test(status) && command.includes(program);
        } catch {
            return false;
        }
    });
    assert.ok(found, `${program} is a process of this machine`);
    return Number(found);
}

describe("the local node", () => {
    let namespace: TestNamespace;
    let kubectlPath: string;

    const kubectl = async (...args: readonly string[]): Promise<string> => {
        const options = ["--kubeconfig", namespace.kubeconfig, "--namespace", namespace.name];
        return (await execa(kubectlPath, [...options, ...args], { timeout: 60_000 })).stdout;
    };
    const podIs = (name: string, condition: (status: LiveObject) => boolean) =>
        eventually(`pod ${name}`, 90, async () => {
            const { status } = await namespace.get("v1", "Pod", name);
            return condition((status ?? {}) as LiveObject);
        });
    const ready = ({ containerStatuses }: LiveObject) => containerStatuses?.[0]?.ready === true;
    const clusterIP = async () => String((await namespace.get("v1", "Service", "db")).spec.clusterIP);
    const query = async (host: string, port: number, sql: string): Promise<unknown[]> => {
        const client = new pg.Client({ host, port, user: "postgres", connectionTimeoutMillis: 5000 });
        await client.connect();
        try {
            return (await client.query<Record<string, unknown>>(sql)).rows;
        } finally {
            await client.end();
        }
    };

    before(async () => {
        await startCluster(quiet);
        await bringImages([image], await ensureImages([image], quiet), quiet);
        kubectlPath = (await ensureTools(["kubectl"], quiet)).kubectl.path;
        namespace = await makeNamespace();
        for (const object of [claim, database, service, pod("client", ["sleep", "infinity"], "100Mi")]) {
            await namespace.create(object);
        }
        await podIs("db-0", ready);
        await podIs("client", ready);
    });
    after(() => namespace?.remove());

    it("starts at once when it runs, and leaves it as it is", async () => {
        const before = await clusterStatus();
        const start = Date.now();
        await startCluster(quiet);
        assert.ok(Date.now() - start < 3000, `took ${Date.now() - start} ms`);
        assert.deepEqual(await clusterStatus(), before);
    });

    it("answers under a Service's address on the host", async () => {
        assert.deepEqual(await query(await clusterIP(), 5432, "select 1 as one"), [{ one: 1 }]);
    });

    it("answers under a Service's name in pods", async () => {
        const psql = ["exec", "client", "--", "psql", "--host", "db", "--user", "postgres", "--tuples-only"];
        assert.equal((await kubectl(...psql, "--command", "select 2")).trim(), "2");
    });

    it("gives pods the API server", async () => {
        const output = await kubectl(
            "exec",
            "client",
            "--",
            "bash",
            "-c",
            "exec 3<>/dev/tcp/kubernetes.default/443 && echo open",
        );
        assert.equal(output, "open");
    });

    it("says at once that no pod has an address", async () => {
        const last = podCidr.replace(/\d+\/\d+$/, "254");
        await assert.rejects(query(last, 5432, "select 1"), { code: "EHOSTUNREACH" });
    });

    it("shows what a pod logs", async () => {
        assert.match(await kubectl("logs", "db-0"), /database system is ready to accept connections/);
    });

    it("forwards a port", async () => {
        const { kubeconfig, name } = namespace;
        const forward = execa(kubectlPath, ["--kubeconfig", kubeconfig, "-n", name, "port-forward", "svc/db", ":5432"]);
        try {
            const port = await new Promise<number>((resolve, reject) => {
                forward.stdout.on("data", (text) => {
                    const found = /127\.0\.0\.1:(\d+)/.exec(String(text));
                    if (found) resolve(Number(found[1]));
                });
                forward.catch(reject);
            });
            assert.deepEqual(await query("127.0.0.1", port, "select 3 as three"), [{ three: 3 }]);
        } finally {
            forward.kill();
            await forward.catch(() => undefined);
        }
    });

    it("kills what takes more memory than its limit", async () => {
        await namespace.create(pod("greedy", ["bash", "-c", "x=a; while true; do x=$x$x; done"], "30Mi"));
        await podIs("greedy", (status) => status.containerStatuses?.[0]?.state?.terminated?.reason === "OOMKilled");
    });

    it("keeps a volume when its pod goes, and deletes it with its claim", async () => {
        const address = await clusterIP();
        await query(address, 5432, "create table kept as select 4 as four");
        const { metadata } = await namespace.get("v1", "Pod", "db-0");
        await namespace.delete("v1", "Pod", "db-0");
        await eventually("a new pod", 60, async () => {
            const next = await namespace.find("v1", "Pod", "db-0");
            return next && next.metadata?.uid !== metadata?.uid && ready((next.status ?? {}) as LiveObject);
        });
        const rows = await eventually("the database", 30, () => query(address, 5432, "select four from kept"));
        assert.deepEqual(rows, [{ four: 4 }]);

        const { spec: bound } = await namespace.get("v1", "PersistentVolumeClaim", "data");
        const { spec: volume } = await namespace.get("v1", "PersistentVolume", bound.volumeName as string);
        const folder = join(clusterDir, "volumes", String(volume.hostPath.path).split("/").at(-1) ?? "");
        assert.ok(existsSync(folder), "the volume is a folder of the node's data");
        await namespace.delete("apps/v1", "StatefulSet", "db");
        await namespace.delete("v1", "PersistentVolumeClaim", "data");
        await eventually("the volume's folder to go", 60, () => Promise.resolve(!existsSync(folder)));
    });

    it("lets a pod write to its own file system", async () => {
        await kubectl("exec", "client", "--", "bash", "-c", "echo before > /tmp/mark");
        assert.equal(await kubectl("exec", "client", "--", "cat", "/tmp/mark"), "before");
    });

    for (const name of ["kube-proxy", "calico-felix", "kubelet", "etcd"]) {
        it(`heals when ${name} is killed`, async () => {
            const find = async () => (await clusterStatus()).components.find((component) => component.name === name);
            const before = await find();
            assert.ok(before?.pid);
            process.kill(hostPid(name, before.pid), "SIGKILL");
            await eventually(`${name} to be gone`, 5, async () => (await find())?.pid !== before.pid);
            await startCluster(quiet);
            assert.equal((await clusterStatus()).ready, true);
            assert.equal((await find())?.restarts, before.restarts + 1);
            // The pods go on: what this one wrote into its own file system before is there.
            const mark = () => kubectl("exec", "client", "--", "cat", "/tmp/mark");
            assert.equal(await eventually("an answer from the pod", 20, mark), "before");
        });
    }

    it("opens no port on the host's own addresses", async () => {
        for (const port of [2379, 6443, 10_250, 10_257, 10_259]) {
            const socket = createConnection({ host: "127.0.0.1", port });
            const outcome = await new Promise((resolve) => {
                socket.on("connect", () => resolve("open"));
                socket.on("error", () => resolve("closed"));
            });
            socket.destroy();
            assert.equal(outcome, "closed", `port ${port}`);
        }
    });
});
