import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

import { clusterStatus, startCluster, stopCluster } from "../../local/cluster/cluster.ts";
import { clusterDir, nodeName, runtimeDir } from "../../local/cluster/layout.ts";
import { makeNamespace } from "../helpers/kubernetes.ts";
import { eventually } from "../helpers/wait.ts";

const quiet = () => undefined;

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
    const network = [...routes.split("\n"), ...links.split("\n")].filter((line) => line.includes(nodeName));
    const cgroups = ["/sys/fs/cgroup", ...readdirSync("/sys/fs/cgroup").map((name) => join("/sys/fs/cgroup", name))]
        .map((hierarchy) => join(hierarchy, nodeName))
        .filter((branch) => existsSync(branch));
    return [...processes, ...mounts, ...network, ...cgroups, ...(existsSync(runtimeDir) ? [runtimeDir] : [])];
}

/** The settings that kubelet and kube-proxy like to change. */
function settings(): readonly string[] {
    return ["vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops", "net/ipv4/ip_forward"].map(
        (name) => `${name}=${readFileSync(`/proc/sys/${name}`, "utf8")}`,
    );
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
        const pid = Number(readFileSync(join(runtimeDir, "pid"), "utf8"));
        process.kill(pid, "SIGKILL");
        await eventually("the node to be gone", 10, async () => !(await clusterStatus()).running);
        await startCluster(quiet);
        assert.equal((await clusterStatus()).ready, true);
    });
});
