import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { execa } from "execa";

import { clusterStatus, startCluster, stopCluster } from "../../local/cluster/cluster.ts";
import { pauseImage } from "../../local/cluster/configFiles.ts";
import { clusterDir, nodeName, runtimeDir } from "../../local/cluster/layout.ts";
import { ensureTools } from "../../local/toolchain/tools.ts";
import { makeNamespace } from "../helpers/kubernetes.ts";
import { eventually } from "../helpers/wait.ts";

const quiet = () => undefined;

/** Lines of the host's packet filter that Calico has written, and names of its sets of addresses. */
async function packetFilter(): Promise<readonly string[]> {
    const { iptables, ipset } = await ensureTools(["iptables", "ipset"], quiet);
    const rules = await execa(join(dirname(iptables.path), "iptables-save"), [], { env: { ...iptables.env } });
    const sets = await execa(ipset.path, ["list", "-name"], { env: { ...ipset.env } });
    return `${rules.stdout}\n${sets.stdout}`.split("\n").filter((line) => line.includes("cali"));
}

/** Everything on the machine that could be the node's: processes, mounts, links, routes, rules, cgroups, folders. */
async function traces(): Promise<readonly string[]> {
    const processes = readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
        .map((pid) => {
            try {
                return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
            } catch {
                return ""; // ended meanwhile
            }
        })
        .filter((command) => command.includes(clusterDir) || command.includes(runtimeDir));
    const mounts = readFileSync("/proc/self/mounts", "utf8")
        .split("\n")
        .filter((line) => line.includes(clusterDir) || line.includes(runtimeDir));
    const { stdout: routes } = await execa("ip", ["-4", "route", "show", "table", "all"]);
    const { stdout: links } = await execa("ip", ["-oneline", "link"]);
    const network = [...routes.split("\n"), ...links.split("\n")].filter(
        (line) => line.includes(nodeName) || line.includes("cali"),
    );
    const cgroups = ["/sys/fs/cgroup", ...readdirSync("/sys/fs/cgroup").map((name) => join("/sys/fs/cgroup", name))]
        .map((hierarchy) => join(hierarchy, nodeName))
        .filter((branch) => existsSync(branch));
    const folders = [runtimeDir, "/var/lib/calico", "/var/log/calico"].filter((folder) => existsSync(folder));
    return [...processes, ...mounts, ...network, ...(await packetFilter()), ...cgroups, ...folders];
}

/** The settings that kubelet, kube-proxy and Felix like to change. */
function settings(): readonly string[] {
    return [
        ...["vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops", "kernel/unprivileged_bpf_disabled"],
        ...["net/ipv4/ip_forward", "net/ipv4/conf/all/rp_filter", "net/ipv4/conf/default/rp_filter"],
    ].map((name) => `${name}=${readFileSync(`/proc/sys/${name}`, "utf8")}`);
}

/** What comes back from a port of a pod where nobody listens: the pod's own refusal, unless a policy drops what is sent. */
function connection(host: string): Promise<"refused" | "no answer"> {
    return new Promise((resolve) => {
        const socket = connect({ host, port: 1, timeout: 1000 });
        const end = (outcome: "refused" | "no answer") => {
            socket.destroy();
            resolve(outcome);
        };
        socket.on("error", () => end("refused")).on("timeout", () => end("no answer"));
    });
}

describe("the local node, stopped", function () {
    before(function () {
        // Everything else on the node goes down for half a minute.
        if (process.env.TEST_NODE_DOWN !== "1") this.skip();
    });

    it("leaves nothing running or mounted, and continues with its data", async () => {
        const before = settings();
        const namespace = await makeNamespace();
        assert.notDeepEqual(await traces(), []);
        assert.deepEqual(settings(), before);

        await stopCluster({ keepData: true }, quiet);
        assert.deepEqual(await traces(), []);
        assert.deepEqual(settings(), before);
        assert.equal((await clusterStatus()).running, false);

        await startCluster(quiet);
        const kept = await eventually("the namespace", 10, () => namespace.find("v1", "ServiceAccount", "default"));
        assert.equal(kept.metadata?.name, "default");
        await namespace.remove();
    });

    it("is taken up again after a kill of everything, as after a reboot", async () => {
        const namespace = await makeNamespace();
        const image = pauseImage;
        const create = (kind: string, apiVersion: string, spec: object) =>
            namespace.create({ apiVersion, kind, metadata: { name: "kept" }, spec });
        await create("Pod", "v1", { terminationGracePeriodSeconds: 0, containers: [{ name: "main", image }] });
        await create("NetworkPolicy", "networking.k8s.io/v1", { podSelector: {}, policyTypes: ["Ingress"] });
        const answer = async () => {
            const { status } = await namespace.get("v1", "Pod", "kept");
            const running = status?.containerStatuses?.[0]?.ready === true;
            return running && connection(String(status.podIP));
        };
        assert.equal(await eventually("the pod, behind its policy", 30, answer), "no answer");

        const pid = Number(readFileSync(join(runtimeDir, "pid"), "utf8"));
        process.kill(pid, "SIGKILL");
        await eventually("the node to be gone", 10, async () => !(await clusterStatus()).running);
        await startCluster(quiet);
        assert.equal((await clusterStatus()).ready, true);

        assert.equal(await eventually("the pod", 30, answer), "no answer");
        await namespace.delete("networking.k8s.io/v1", "NetworkPolicy", "kept");
        await eventually("the pod, without its policy", 30, async () => (await answer()) === "refused");
        await namespace.remove();
    });
});
