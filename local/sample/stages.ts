/** Samples say which of their parts got stuck, and never take for ever. */
import { setTimeout } from "node:timers/promises";

import { Connection } from "@temporalio/client";

import type { Report } from "../progress.ts";
import { UserError } from "../userError.ts";

/** How long a sample may take in all, in milliseconds. */
export const limit = 60_000;

/** Says that the next part begins. */
export type Begin = (part: string) => void;

/**
 * Runs a sample to its end, within a minute.
 * @param what the sample's name at the beginning of a sentence
 * @param where what it works on, for the message
 * @param work given the deadline in milliseconds since the epoch
 * @throws UserError that names the part that got stuck
 */
export async function inStages<T>(
    what: string,
    where: string,
    report: Report,
    work: (begin: Begin, deadline: number) => Promise<T>,
): Promise<T> {
    let part = "it began";
    const begin = (next: string) => {
        part = next;
        report(next);
    };
    const overdue = new AbortController();
    const timeout = setTimeout(limit, undefined, { signal: overdue.signal }).then(() => {
        throw new Error(`no end within ${limit / 1000} seconds`);
    });
    timeout.catch(() => undefined);
    try {
        return await Promise.race([timeout, work(begin, Date.now() + limit)]);
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new UserError(
            `${what} did not complete: ${reason}, while ${part} (${where}).\n` +
                "See how the server is with `npm run status`, and what it says with `npm run kubectl -- logs -n NAMESPACE deploy/NAME`.",
        );
    } finally {
        overdue.abort();
    }
}

/** Connects to a frontend, trying again until it answers or the deadline (milliseconds since the epoch) has passed. */
export async function connect(address: string, deadline: number): Promise<Connection> {
    for (;;) {
        try {
            return await Connection.connect({ address, connectTimeout: "2 seconds" });
        } catch (error) {
            if (Date.now() > deadline) throw error;
            await setTimeout(200);
        }
    }
}
