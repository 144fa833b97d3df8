/** `npm run status`: what runs, where it is reached, and in which version. Starts nothing. */
import { AppsV1Api, KubeConfig } from "@kubernetes/client-node";
import type { V1Deployment, V1StatefulSet } from "@kubernetes/client-node";
import Table from "cli-table3";

import { clusterStatus } from "../cluster/cluster.ts";
import { kubeconfigPath, nodeName } from "../cluster/layout.ts";
import { reachableAddress } from "./frontend.ts";
import { stackEnvironment, stackOutputs } from "./stack.ts";
import type { StackOutputs } from "./stack.ts";

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const result = new Table({ head: [...head], style: { head: [], border: [] } });
    result.push(...rows.map((row) => [...row]));
    return result.toString();
}

/** One row per workload: namespace, name, replicas ready of wanted, version (the image's tag). */
function workloadRow({ metadata, spec, status }: V1Deployment | V1StatefulSet): readonly string[] {
    const image = spec?.template.spec?.containers[0]?.image ?? "";
    return [
        metadata?.namespace ?? "",
        metadata?.name ?? "",
        `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`,
        image.slice(image.lastIndexOf(":") + 1),
    ];
}

async function workloads(namespaces: readonly string[]): Promise<readonly (readonly string[])[]> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const apps = config.makeApiClient(AppsV1Api);
    const lists = await Promise.all(
        namespaces.map((namespace) =>
            Promise.all([apps.listNamespacedDeployment({ namespace }), apps.listNamespacedStatefulSet({ namespace })]),
        ),
    );
    return lists.flatMap(([deployments, statefulSets]) =>
        [...deployments.items, ...statefulSets.items].map(workloadRow),
    );
}

async function deploymentRows(outputs: StackOutputs): Promise<readonly (readonly string[])[]> {
    return Promise.all(
        Object.entries(outputs.deployments).map(async ([name, { namespace, serverVersion, frontend, ui }]) => [
            name,
            namespace,
            serverVersion,
            await reachableAddress(frontend.address).catch(() => "not there"),
            ui
                ? await reachableAddress(ui.address).then(
                      (address) => `http://${address}`,
                      () => "not there",
                  )
                : "none",
        ]),
    );
}

/** Runs the command. Answers the exit code. */
export async function status(): Promise<number> {
    const cluster = await clusterStatus();
    const missing = cluster.components.filter(({ ready }) => !ready).map(({ name }) => name);
    const state = cluster.ready
        ? "ready"
        : cluster.running
          ? `waiting for ${missing.join(", ") || "the node"}`
          : "not running";
    const { kubernetes = "", containerRuntime = "" } = cluster.versions ?? {};
    console.log(
        table(["cluster", "state", "Kubernetes", "containers"], [[nodeName, state, kubernetes, containerRuntime]]),
    );
    if (!cluster.ready) {
        console.log("`npm start` brings it up.");
        return 0;
    }
    const outputs = await stackOutputs(await stackEnvironment(() => undefined));
    if (!outputs) {
        console.log("Nothing is deployed on it yet. `npm start` deploys the stack dev.");
        return 0;
    }
    console.log(table(["deployment", "namespace", "server", "frontend", "web UI"], await deploymentRows(outputs)));
    const namespaces = [outputs.platform, ...Object.values(outputs.deployments)].map(({ namespace }) => namespace);
    console.log(table(["namespace", "workload", "ready", "version"], await workloads([...new Set(namespaces)])));
    return 0;
}
