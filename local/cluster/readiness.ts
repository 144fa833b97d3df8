/** Whether the node is ready, as its programs and Kubernetes say. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "../progress.ts";
import { UserError } from "../userError.ts";
import { getObject } from "./api.ts";
import { nodeName } from "./layout.ts";
import { logTail, nodePid, nodeStatus } from "./nodeProcess.ts";
import { applyObjects } from "./objects.ts";
import type { NodeStatus } from "./supervision.ts";

/** How long components and node may take to get ready, in milliseconds; about 10 s are usual. */
const readyTimeout = 180_000;

const pollInterval = 200;

/** What of a Node object is looked at. */
export interface NodeObject {
    readonly status?: {
        readonly conditions?: readonly {
            readonly type: string;
            readonly status: string;
            readonly lastHeartbeatTime: string;
        }[];
        readonly nodeInfo?: { readonly kubeletVersion: string; readonly containerRuntimeVersion: string };
    };
}

/** The node as the API server has it, or undefined as long as it doesn't answer. */
export async function getNode(): Promise<NodeObject | undefined> {
    return getObject<NodeObject>(`/api/v1/nodes/${nodeName}`).catch(() => undefined);
}

/** Ready, and said so by the kubelet that runs now: what it said before a restart is still written there. */
export function isReady(node: NodeObject | undefined, { startedAt }: NodeStatus): boolean {
    const ready = node?.status?.conditions?.find(({ type }) => type === "Ready");
    return ready?.status === "True" && Date.parse(ready.lastHeartbeatTime) + 1000 > startedAt;
}

interface PodList {
    readonly items: readonly {
        readonly status?: {
            readonly containerStatuses?: readonly {
                readonly state?: { readonly running?: { readonly startedAt: string } };
            }[];
        };
    }[];
}

/** Whether no pod is said to run since before the node started: kubelet comes to each within seconds. */
async function podsAreCurrent({ startedAt }: NodeStatus): Promise<boolean> {
    const pods = await getObject<PodList>("/api/v1/pods").catch(() => undefined);
    const containers = pods?.items.flatMap(({ status }) => status?.containerStatuses ?? []);
    return (
        containers?.every(({ state }) => !state?.running || Date.parse(state.running.startedAt) > startedAt) ?? false
    );
}

/**
 * Waits for all components, the node, and true news of all pods. Puts the cluster's own objects there as soon as the API
 * server takes them.
 * Throws a UserError that names what is missing, with the end of its log.
 */
export async function waitUntilReady(report: Report): Promise<void> {
    const deadline = Date.now() + readyTimeout;
    let applied = false;
    for (;;) {
        const status = await nodeStatus();
        const components = status?.components ?? [];
        const waiting = components.filter(({ ready }) => !ready).map(({ name }) => name);
        if (status && !applied && !waiting.includes("kube-apiserver")) applied = await applyObjects();
        if (status && applied && waiting.length === 0) {
            if (isReady(await getNode(), status) && (await podsAreCurrent(status))) return;
        }
        const [next = "node"] = waiting;
        report(`${components.length + 1 - waiting.length} of ${components.length + 1}: ${next}`);
        if (nodePid() === undefined) {
            throw new UserError(`The local Kubernetes node has ended while it started:\n${await logTail("node")}`);
        }
        if (Date.now() > deadline) {
            const log = await logTail(next === "node" ? "kubelet" : next);
            throw new UserError(`The local Kubernetes node doesn't get ready, ${next} is missing:\n${log}`);
        }
        await sleep(pollInterval);
    }
}
