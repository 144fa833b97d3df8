/** Whether a pod can be used. */
import type { V1Pod } from "@kubernetes/client-node";

/** A pod that is going away may be ready still. */
export function isReady({ metadata, status }: V1Pod): boolean {
    const ready = status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
    return ready && metadata?.deletionTimestamp === undefined;
}
