/** Nothing waits for a cluster without an end. */
import { setTimeout as sleep } from "node:timers/promises";

/** How long the Kubernetes API or a frontend may take to answer, in milliseconds. */
export const patience = 15_000;

/** The answer. Throws Error when it takes longer than {@link patience}. */
export async function withinPatience<T>(answer: Promise<T>): Promise<T> {
    const answered = new AbortController();
    const late = sleep(patience, undefined, { signal: answered.signal }).then(() => {
        throw new Error(`no answer within ${patience / 1000} seconds`);
    });
    late.catch(() => undefined);
    try {
        return await Promise.race([answer, late]);
    } finally {
        answered.abort();
    }
}
