/** A real Kubernetes of one node on this machine, in namespaces of its own. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { ensureImages } from "../images/images.ts";
import type { Report } from "../progress.ts";
import { withLock } from "../toolchain/lock.ts";
import { ensureTools } from "../toolchain/tools.ts";
import { UserError } from "../userError.ts";
import { ensureCgroups, removeCgroups } from "./cgroups.ts";
import { nodeTools } from "./components.ts";
import { pauseImage } from "./configFiles.ts";
import { bringImages } from "./importImages.ts";
import { clusterDir, kubeconfigPath, nodeAddress, nodeName, podCidr, runtimeDir, serviceCidr } from "./layout.ts";
import { checkMachine } from "./machine.ts";
import { ensureMountPoints, removeMountPoints } from "./mountPoints.ts";
import { checkAddresses, ensureNetwork, removeNetwork } from "./network.ts";
import { desiredNode } from "./nodeSpec.ts";
import { endNode, launchNode, nodePid, nodeStatus } from "./nodeProcess.ts";
import { getNode, isReady, waitUntilReady } from "./readiness.ts";
import type { ComponentStatus, NodeSpec, NodeStatus } from "./supervision.ts";

/** Where the cluster is. */
export interface Cluster {
    /** Path of the administrator's kubeconfig. */
    readonly kubeconfig: string;
    readonly context: typeof nodeName;
    readonly nodeAddress: string;
    readonly podCidr: string;
    readonly serviceCidr: string;
}

/** How the cluster is. */
export interface ClusterStatus {
    /** Whether this checkout's node is there at all, ready or not. */
    readonly running: boolean;
    /** Whether all components are ready, and Kubernetes says that the node is. */
    readonly ready: boolean;
    readonly components: readonly ComponentStatus[];
    /** Versions as Kubernetes tells them; undefined while the API server doesn't answer. */
    readonly versions?: { readonly kubernetes: string; readonly containerRuntime: string };
}

const cluster: Cluster = { kubeconfig: kubeconfigPath, context: nodeName, nodeAddress, podCidr, serviceCidr };

/** Keeps two commands from starting or stopping the node at the same time, in whichever checkout. */
const lockFile = `${runtimeDir}.lock`;

/** Whether a node that runs is another checkout's, unless that one has been deleted. */
function isForeign({ directory }: NodeStatus): boolean {
    return directory !== clusterDir && existsSync(directory);
}

/** Stops a node that is not the wanted one. Throws a UserError if it belongs to another checkout that is still there. */
async function keepOrEnd(spec: NodeSpec, report: Report): Promise<"kept" | "ended"> {
    if (nodePid() === undefined) return "ended";
    const running = await nodeStatus();
    if (running && isForeign(running)) {
        throw new UserError(
            `Another checkout's local node runs on this machine, with its data in ${running.directory}: stop it there with ` +
                "`npm run down -- --keep-data` (or for good with `npm run down`), then try again.",
        );
    }
    if (running?.revision === spec.revision && !running.stopping) return "kept";
    report(running?.stopping ? "stopping" : "stopping, because its configuration has changed");
    await endNode();
    return "ended";
}

/** The node can't run any pod without. */
async function ensurePauseImage(report: Report): Promise<void> {
    const archives = await ensureImages([pauseImage], report);
    await bringImages([pauseImage], archives, report);
}

/**
 * Brings up the node, or what of it is not there: at once if it runs, after a kill, a reboot or Ctrl-C with the data that it had.
 * A node whose configuration has changed is started anew. Throws a UserError where the machine can't carry it.
 */
export async function startCluster(report: Report): Promise<Cluster> {
    if (nodePid() === undefined) await checkMachine();
    const { ip, ...tools } = await ensureTools([...nodeTools, "ip"], report);
    return withLock(lockFile, report, async () => {
        const spec = await desiredNode(tools, report);
        if ((await keepOrEnd(spec, report)) === "ended") {
            await checkAddresses(ip);
            await ensureMountPoints();
            // Those of a node that was killed: kubelet would ask for each one's container for seconds before it starts any pod.
            await removeCgroups();
            await ensureCgroups();
            report("starting");
            await launchNode(spec);
        }
        const pid = nodePid();
        if (pid === undefined) throw new Error("The local Kubernetes node has ended.");
        await ensureNetwork(ip, pid);
        await waitUntilReady(report);
        await ensurePauseImage(report);
        return cluster;
    });
}

async function removeNode(report: Report): Promise<void> {
    report("pods and programs");
    await endNode();
    report("network, cgroups and files");
    const { ip } = await ensureTools(["ip"], report);
    await removeNetwork(ip);
    await removeCgroups();
    await rm(runtimeDir, { recursive: true, force: true });
    await removeMountPoints();
}

/**
 * Stops the node, with pods and programs asked first. Its data stays for the next start, or goes with everything else.
 * Removes what is there: does no harm where nothing is, or where the node is another checkout's.
 */
export async function stopCluster(options: { readonly keepData: boolean }, report: Report): Promise<void> {
    await withLock(lockFile, report, async () => {
        const running = await nodeStatus();
        if (!running || !isForeign(running)) await removeNode(report);
        if (options.keepData) return;
        await rm(clusterDir, { recursive: true, force: true });
        await rm(kubeconfigPath, { force: true });
    });
}

/** How the cluster is, without changing anything. Never throws. */
export async function clusterStatus(): Promise<ClusterStatus> {
    const running = await nodeStatus();
    if (running?.directory !== clusterDir) return { running: false, ready: false, components: [] };
    const node = await getNode();
    const info = node?.status?.nodeInfo;
    return {
        running: true,
        ready: running.components.every(({ ready }) => ready) && isReady(node, running),
        components: running.components,
        ...(info && { versions: { kubernetes: info.kubeletVersion, containerRuntime: info.containerRuntimeVersion } }),
    };
}
