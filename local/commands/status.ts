/** `npm run status`: what runs, where it is reached, in which version, and which alerts fire. Starts nothing. */
import { AppsV1Api, KubeConfig } from "@kubernetes/client-node";
import type { V1Deployment, V1StatefulSet } from "@kubernetes/client-node";
import Table from "cli-table3";

import { type FiringAlert, firingAlerts } from "../../live/alerts.ts";
import { LiveError } from "../../live/errors.ts";
import { kubeConfigOf } from "../../live/kubernetes.ts";
import { clusterStatus } from "../cluster/cluster.ts";
import { kubeconfigPath, nodeName } from "../cluster/layout.ts";
import { reachableAddress } from "./frontend.ts";
import { stackEnvironment, stackOutputs } from "./stack.ts";
import type { StackOutputs } from "./stack.ts";
import { teamRecords, teamRows } from "./teamRows.ts";

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

async function web(address: string | undefined, none: string): Promise<string> {
    if (address === undefined) return none;
    return reachableAddress(address).then(
        (reachable) => `http://${reachable}`,
        () => "not there",
    );
}

async function monitoringRows({ monitoring }: StackOutputs): Promise<readonly (readonly string[])[]> {
    const parts = {
        Prometheus: monitoring.prometheus,
        Alertmanager: monitoring.alertmanager,
        Grafana: monitoring.grafana,
    };
    return Promise.all(Object.entries(parts).map(async ([name, part]) => [name, await web(part?.address, "none")]));
}

/** One row per alert, deployment by deployment; a sentence when there is none, or none can be told. */
async function alerts({ platform, deployments }: StackOutputs): Promise<string> {
    let firing: readonly FiringAlert[];
    try {
        firing = await firingAlerts(kubeConfigOf(nodeName, kubeconfigPath), platform.namespace);
    } catch (error) {
        if (error instanceof LiveError) return `Alerts: ${error.message}`;
        throw error;
    }
    if (firing.length === 0) return "No alert fires.";
    return table(["deployment", "alert", "severity", "since", "what"], alertRows(firing, Object.keys(deployments)));
}

/** Rows of the table of alerts: the stack's own deployments in their order, then others, at last the platform. */
export function alertRows(
    firing: readonly FiringAlert[],
    deployments: readonly string[],
): readonly (readonly string[])[] {
    const place = ({ deployment }: FiringAlert) => {
        if (deployment === undefined) return Infinity;
        const index = deployments.indexOf(deployment);
        return index === -1 ? deployments.length : index;
    };
    return [...firing]
        .sort((a, b) => place(a) - place(b) || 0)
        .map(({ deployment = "(platform)", name, severity, since, description }) => [
            deployment,
            name,
            severity,
            since.toISOString().slice(0, 16).replace("T", " "),
            description,
        ]);
}

async function deploymentRows(outputs: StackOutputs): Promise<readonly (readonly string[])[]> {
    return Promise.all(
        Object.entries(outputs.deployments).map(async ([name, { namespace, serverVersion, frontend, ui }]) => [
            name,
            namespace,
            serverVersion,
            await reachableAddress(frontend.address).catch(() => "not there"),
            await web(ui?.address, "none"),
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
    const teams = teamRows(await teamRecords(outputs.platform.namespace));
    if (teams.length > 0) {
        console.log(table(["team", "deployment", "Temporal namespaces", "workers' namespace", "stack"], teams));
    }
    if (outputs.monitoring.mode === "bundled") {
        console.log(table(["monitoring", "address"], await monitoringRows(outputs)));
        console.log(await alerts(outputs));
    }
    const namespaces = [outputs.platform, ...Object.values(outputs.deployments)].map(({ namespace }) => namespace);
    console.log(table(["namespace", "workload", "ready", "version"], await workloads([...new Set(namespaces)])));
    return 0;
}
