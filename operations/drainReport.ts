/** What `npm run drain-status` prints. */
import Table from "cli-table3";

/** What one Temporal namespace still has. */
export interface Remaining {
    /** Name of the Temporal namespace. */
    readonly namespace: string;
    readonly openWorkflows: number;
    /** Each starts workflows as long as it exists. */
    readonly schedules: number;
}

/** What one deployment still has, or why that isn't known. */
export type DrainStatus = { readonly deployment: string } & (
    { readonly namespaces: readonly Remaining[] } | { readonly unreachable: string }
);

/** The table of what remains, and below it a line for each deployment. */
export function drainReport(statuses: readonly DrainStatus[]): string {
    const table = new Table({
        head: ["deployment", "Temporal namespace", "open workflows", "schedules"],
        colAligns: ["left", "left", "right", "right"],
        style: { head: [], border: [] },
    });
    for (const status of statuses) {
        if ("unreachable" in status) continue;
        for (const { namespace, openWorkflows, schedules } of status.namespaces) {
            table.push([status.deployment, namespace, openWorkflows, schedules]);
        }
    }
    return [...(table.length > 0 ? [table.toString()] : []), ...statuses.map(closingLine)].join("\n");
}

function closingLine(status: DrainStatus): string {
    if ("unreachable" in status) return `${status.deployment}: can't be asked. ${status.unreachable}`;
    const sum = (key: "openWorkflows" | "schedules") => status.namespaces.reduce((sofar, each) => sofar + each[key], 0);
    const [workflows, schedules] = [sum("openWorkflows"), sum("schedules")];
    const holding = status.namespaces.filter((each) => each.openWorkflows + each.schedules > 0).length;
    if (holding === 0) return `${status.deployment}: no open workflows, no schedules; it can be removed`;
    return (
        `${status.deployment}: ${counted(workflows, "open workflow")}${schedules > 0 ? ` and ${counted(schedules, "schedule")}` : ""} ` +
        `in ${counted(holding, "namespace")}; it can be removed when this is 0`
    );
}

function counted(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
