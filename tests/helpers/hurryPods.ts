/** Faster ends of pods whose last calls nobody waits for. */
import type { CoreV1Api } from "@kubernetes/client-node";

/** How often {@link hurryPods} looks, in milliseconds. */
const hurryInterval = 1000;

/**
 * Ends the pods that wait for their last calls while `destroyed` goes on: nobody calls any more, and the drains of all tests
 * together take minutes.
 */
export async function hurryPods(
    core: CoreV1Api,
    namespaces: Iterable<string>,
    destroyed: Promise<unknown>,
): Promise<void> {
    const timer = setInterval(() => {
        for (const namespace of namespaces) void killLeavingPods(core, namespace).catch(() => undefined);
    }, hurryInterval);
    try {
        await destroyed;
    } finally {
        clearInterval(timer);
    }
}

async function killLeavingPods(core: CoreV1Api, namespace: string): Promise<void> {
    const { items } = await core.listNamespacedPod({ namespace });
    const leaving = items.filter(({ metadata }) => metadata?.deletionTimestamp);
    const kill = (name: string) => core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
    await Promise.all(leaving.map(({ metadata }) => kill(metadata?.name ?? "")));
}
