/** Activities of the workflows beside. */
import { setTimeout as wait } from "node:timers/promises";

import { ApplicationFailure } from "@temporalio/activity";

/** Succeeds. */
export function nothing(): Promise<void> {
    return Promise.resolve();
}

/** Succeeds, whatever it is given. */
export function accepting(_payload: string): Promise<void> {
    return Promise.resolve();
}

/** Fails. */
export function failing(): Promise<void> {
    return Promise.reject(ApplicationFailure.retryable("fails by design"));
}

/** Succeeds after so long, without a heartbeat. */
export async function working(milliseconds: number): Promise<void> {
    await wait(milliseconds);
}
