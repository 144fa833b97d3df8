import assert from "node:assert/strict";

import { calicoObjects, calicoRules, felixEnvironment, networkConfig } from "../../local/cluster/calico.ts";
import { components, nodeTools, type NodeTools } from "../../local/cluster/components.ts";
import { configFiles } from "../../local/cluster/configFiles.ts";
import { apiServerUrl, clusterDir, containerdSocket, podCidr } from "../../local/cluster/layout.ts";
import { pkiFiles } from "../../local/cluster/pki.ts";

const tools = Object.fromEntries(
    nodeTools.map((name) => [name, { path: `/tools/${name}`, version: "1.0", origin: "machine" }]),
) as NodeTools;

describe("programs of the local node", () => {
    const all = components(tools);

    it("come after those that they wait for", () => {
        for (const [index, { name, after }] of all.entries()) {
            const earlier = all.slice(0, index).map((other) => other.name);
            for (const other of after) assert.ok(earlier.includes(other), `${name} after ${other}`);
        }
    });

    it("are asked whether they are ready where only the node sees them, but the API server", () => {
        for (const { name, probe } of all) {
            const local = probe.startsWith("unix:") || new URL(probe).hostname === "127.0.0.1";
            assert.ok(local || (name === "kube-apiserver" && probe.startsWith(apiServerUrl)), `${name}: ${probe}`);
        }
    });

    it("run no pod before somebody enforces policies", () => {
        assert.ok(all.find(({ name }) => name === "kubelet")?.after.includes("calico-felix"));
    });

    it("ask the one containerd for pods and for metrics of their containers", () => {
        const kubelet = all.find(({ name }) => name === "kubelet");
        assert.ok(kubelet?.command.includes(`--containerd=${containerdSocket}`));
        const config = configFiles(tools, "/plugins").find(({ path }) => path.endsWith("/kubelet.json"));
        assert.ok(config && "content" in config && config.content.includes(`"unix://${containerdSocket}"`));
    });

    it("have their configuration below the folder of the node's data", () => {
        for (const { path } of configFiles(tools, "/plugins")) assert.ok(path.startsWith(`${clusterDir}/`), path);
    });
});

describe("Calico on the local node", () => {
    it("calls nobody, and writes no log of its own", () => {
        assert.equal(felixEnvironment.FELIX_USAGEREPORTINGENABLED, "false");
        for (const key of ["LOGFILEPATH", "LOGSEVERITYFILE", "LOGSEVERITYSYS"]) {
            assert.equal(felixEnvironment[`FELIX_${key}`], "none");
        }
        const [plugin] = (JSON.parse(networkConfig()) as { plugins: Record<string, unknown>[] }).plugins;
        assert.equal(plugin?.log_file_path, undefined);
    });

    it("gives pods their addresses, under Kubernetes' policies", () => {
        const [plugin] = (JSON.parse(networkConfig()) as { plugins: Record<string, unknown>[] }).plugins;
        assert.deepEqual(plugin?.policy, { type: "k8s" });
        assert.deepEqual(plugin?.ipam, { type: "host-local", dataDir: "/run/cni", ranges: [[{ subnet: podCidr }]] });
    });

    it("is one user with rights of its own, over kinds that are there", () => {
        assert.equal(felixEnvironment.KUBECONFIG, pkiFiles.kubeconfig("calico"));
        const named = calicoRules.flatMap(({ apiGroups, resources }) =>
            apiGroups.includes("crd.projectcalico.org") ? resources : [],
        );
        const defined = calicoObjects
            .filter(({ object }) => object.kind === "CustomResourceDefinition")
            .map(({ object }) => object.metadata.name);
        assert.deepEqual(
            named.map((plural) => `${plural}.crd.projectcalico.org`),
            defined,
        );
        const writing = calicoRules.filter(({ verbs }) =>
            verbs.some((verb) => !["get", "list", "watch"].includes(verb)),
        );
        assert.deepEqual(
            writing.map(({ resources }) => resources),
            [["pods/status"]],
        );
    });
});
