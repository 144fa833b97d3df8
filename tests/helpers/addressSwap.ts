/** Pods of one deployment get the addresses that pods of another have just left. */
import { setTimeout as sleep } from "node:timers/promises";

import { isTaken, offer } from "./podAddresses.ts";
import { type Ringed, serverPods } from "./rings.ts";
import type { TemporalStack } from "./temporalStack.ts";
import { eventually } from "./wait.ts";

/** The services whose pods change addresses: those that the others dial by the ring. */
const moving = ["history", "matching"] as const;

/**
 * Kills the moving pods of `from`, as a dying node does, and then those of `to`, whose successors get the free addresses.
 * Answers the addresses that changed hands: another pod of the node may be quicker.
 */
export async function swapAddresses(stack: TemporalStack, from: Ringed, to: Ringed): Promise<string[]> {
    const left = (await serverPods(stack, from)).filter(({ service }) => moving.some((name) => name === service));
    for (const { service } of left) await kill(stack, from, service);
    const changed: string[] = [];
    for (const { address, service } of left) {
        if (await handOver(stack, address, to, service)) changed.push(address);
    }
    return changed;
}

/** Without a word to the other pods. */
async function kill(stack: TemporalStack, deployment: Ringed, service: string): Promise<void> {
    const { namespace } = deployment;
    const pods = (await serverPods(stack, deployment)).filter((pod) => pod.service === service);
    await Promise.all(
        pods.map(({ name }) => stack.core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 })),
    );
}

/** Gives the address to the pod of a service; answers whether it got it. */
async function handOver(stack: TemporalStack, address: string, to: Ringed, service: string): Promise<boolean> {
    const before = (await serverPods(stack, to)).map(({ uid }) => uid);
    const deadline = Date.now() + 30_000;
    while (isTaken(address)) {
        if (Date.now() > deadline) return false;
        await sleep(20);
    }
    offer(address);
    await kill(stack, to, service);
    const successor = await eventually(`a new pod of ${service} to have an address`, 30, async () =>
        (await serverPods(stack, to)).find(
            (pod) => pod.service === service && pod.address && !before.includes(pod.uid),
        ),
    );
    return successor.address === address;
}
