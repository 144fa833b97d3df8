/** Notes which alerts Alertmanager holds, and when each began to fire. */
import { setTimeout as sleep } from "node:timers/promises";

import type { MonitoringApi } from "../tests/helpers/prometheus.ts";

/** An alert that has fired. */
export interface Fired {
    readonly alert: string;
    readonly severity: string;
    /** undefined: the alert concerns the platform. */
    readonly deployment: string | undefined;
    /** Milliseconds since the epoch. */
    readonly at: number;
    readonly description: string;
}

/** A watch over all alerts of a platform. */
export interface AlertWatch {
    /** Everything that has begun to fire since the watch began, the Watchdog left out; what fired anew stands there twice. */
    readonly fired: readonly Fired[];
    /** What fires now, the Watchdog left out; throws when the Watchdog itself is missing. */
    firing(): Promise<readonly Fired[]>;
    stop(): Promise<void>;
}

const interval = 5_000;

/** Begins to watch. */
export function watchAlerts(api: MonitoringApi): AlertWatch {
    const known = new Map<string, Fired>();
    const ended = new AbortController();

    const firing = async (): Promise<readonly Fired[]> => {
        const alerts = await api.alerts();
        if (!alerts.some(({ labels }) => labels.alertname === "Watchdog")) throw new Error("the Watchdog is silent");
        const found = alerts
            .filter(({ labels }) => labels.alertname !== "Watchdog")
            .map(({ labels, annotations, startsAt }) => {
                const fired: Fired = {
                    alert: labels.alertname ?? "",
                    severity: labels.severity ?? "",
                    deployment: labels.temporal_deployment,
                    at: Date.parse(startsAt),
                    description: annotations.description ?? "",
                };
                return [`${JSON.stringify(labels)} ${startsAt}`, fired] as const;
            });
        for (const [key, fired] of found) if (!known.has(key)) known.set(key, fired);
        return found.map(([, fired]) => fired);
    };
    const watching = (async () => {
        while (!ended.signal.aborted) {
            // While a fault is on, an answer may be missing; the next one has what it had.
            await firing().catch(() => undefined);
            await sleep(interval, undefined, { signal: ended.signal }).catch(() => undefined);
        }
    })();
    return {
        get fired() {
            return [...known.values()];
        },
        firing,
        async stop() {
            ended.abort();
            await watching;
        },
    };
}
