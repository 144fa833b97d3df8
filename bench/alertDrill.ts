/** Makes a fault, waits for its alerts, mends it; waits until nothing fires. */
import { setTimeout as sleep } from "node:timers/promises";

import type { Report } from "../local/progress.ts";
import type { Fault } from "./alertFaults.ts";
import type { DrilledFault } from "./alertReport.ts";
import type { AlertWatch, Fired } from "./alertWatch.ts";

/** Longest time that any alert of the drill may take, in milliseconds. */
const fireDeadline = 20 * 60_000;

/** How long a fault that mends itself is watched: the fastest alert on it would take two minutes. In milliseconds. */
const selfMending = 180_000;

/** Longest time until nothing fires any more: an error budget burns until half an hour was as it should be. In milliseconds. */
const quietDeadline = 60 * 60_000;

/**
 * Makes the fault once none of its alerts fires, waits for them, and mends it, whatever happens.
 * @param ended ends the wait; then it throws
 */
export async function drill(
    fault: Fault,
    watch: AlertWatch,
    report: Report,
    ended: AbortSignal,
): Promise<DrilledFault> {
    const { what, deployment, alerts } = fault;
    const pause = (milliseconds: number) => sleep(milliseconds, undefined, { signal: ended });
    const isOwn = ({ alert }: Fired) => alerts.includes(alert);
    while ((await firing(watch, ended)).some(isOwn)) {
        report("waiting until its alerts of before have ended");
        await pause(5000);
    }
    report("making it");
    try {
        await fault.begin();
        const since = Date.now();
        const fired = () =>
            watch.fired.filter((each) => isOwn(each) && each.deployment === deployment && each.at >= since);
        const missing = () => alerts.filter((alert) => !fired().some((each) => each.alert === alert));
        const deadline = since + (alerts.length === 0 ? selfMending : fireDeadline);
        while ((missing().length > 0 || alerts.length === 0) && Date.now() < deadline) {
            report(`waiting for ${missing().join(", ") || "nothing to fire"}`);
            await pause(2000);
        }
        const meanwhile = watch.fired.filter(({ at }) => at >= since);
        return {
            what,
            deployment,
            fired: fired().map(({ alert, severity, at }) => ({ alert, severity, seconds: (at - since) / 1000 })),
            missing: missing(),
            elsewhere: meanwhile.filter((each) => deployment && isOwn(each) && each.deployment !== deployment),
            meanwhile: meanwhile.filter((each) => !isOwn(each)),
        };
    } finally {
        report("mending");
        await fault.end();
    }
}

/** Waits until nothing fires. Throws what still fires after an hour. */
export async function quiet(watch: AlertWatch, report: Report, ended: AbortSignal): Promise<void> {
    const deadline = Date.now() + quietDeadline;
    for (;;) {
        const all = await firing(watch, ended);
        const names = all.map(({ alert, deployment }) => `${alert} (${deployment ?? "platform"})`);
        if (names.length === 0) return;
        report(names.join(", "));
        if (Date.now() > deadline) throw new Error(`still fires: ${names.join(", ")}`);
        await sleep(5000, undefined, { signal: ended });
    }
}

/** What fires, once Alertmanager answers. */
async function firing(watch: AlertWatch, ended: AbortSignal): Promise<readonly Fired[]> {
    for (;;) {
        const found = await watch.firing().catch(() => undefined);
        if (found) return found;
        await sleep(5000, undefined, { signal: ended });
    }
}
