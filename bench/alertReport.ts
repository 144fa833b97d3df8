/** Tables of the fault drill. */
import Table from "cli-table3";

import type { MonitoringCost } from "./alertCost.ts";
import type { Fired } from "./alertWatch.ts";

/** What one fault has shown. */
export interface DrilledFault {
    readonly what: string;
    /** undefined: all deployments have it. */
    readonly deployment: string | undefined;
    /** Its alerts with the time from the fault to the first message, which is the rule's `for` and what comes before it. */
    readonly fired: readonly { readonly alert: string; readonly severity: string; readonly seconds: number }[];
    /** Alerts of it that didn't fire. */
    readonly missing: readonly string[];
    /** Alerts of it that fired for a deployment without the fault. */
    readonly elsewhere: readonly Fired[];
    /** What else fired while it lasted: consequences, and alerts of faults beside it. */
    readonly meanwhile: readonly Fired[];
}

const plain = { style: { head: [], border: [] } };

/** One row per fault. */
export function faultTable(faults: readonly DrilledFault[]): string {
    const table = new Table({
        head: ["fault", "in", "alert", "after", "for others", "fired beside it"],
        colWidths: [38, 10, 42, 9, 12, 50],
        wordWrap: true,
        ...plain,
    });
    for (const { what, deployment, fired, missing, elsewhere, meanwhile } of faults) {
        const names = [
            ...fired.map(({ alert, severity }) => `${alert} (${severity})`),
            ...missing.map((name) => `${name}: NOT FIRED`),
        ];
        const beside = new Set(meanwhile.map((each) => `${each.alert} (${each.deployment ?? "platform"})`));
        table.push([
            what,
            deployment ?? "(platform)",
            names.join("\n") || "none",
            fired.map(({ seconds }) => `${seconds.toFixed(0)} s`).join("\n"),
            elsewhere.map(({ alert }) => alert).join("\n") || "none",
            [...beside].join("\n"),
        ]);
    }
    return table.toString();
}

/** What the monitoring takes. */
export function costTable({ pods, series, headSeries, scrapes }: MonitoringCost): string {
    const own = new Table({ head: ["monitoring", "memory MiB", "CPU m"], ...plain });
    for (const { pod, memoryMiB, millicores } of pods) own.push([pod, memoryMiB.toFixed(0), millicores.toFixed(0)]);
    const sum = (key: "memoryMiB" | "millicores") => pods.reduce((total, pod) => total + pod[key], 0).toFixed(0);
    own.push(["all of it", sum("memoryMiB"), sum("millicores")]);
    const seen = new Table({ head: ["series of", "number"], ...plain });
    for (const [deployment, count] of Object.entries(series)) seen.push([deployment, count]);
    seen.push(["everything", headSeries]);
    const longest = new Table({ head: ["scrape", "longest of 10 min, ms"], ...plain });
    for (const [job, seconds] of Object.entries(scrapes)) longest.push([job, (seconds * 1000).toFixed(0)]);
    return [own, seen, longest].map((table) => table.toString()).join("\n");
}
