/** Whose code a CPU profile spent its time in. */
import type { Profiler } from "node:inspector";

/** CPU time of a process by who caused it, in milliseconds. */
export interface TimeByOwner {
    /** This repository's code, with the libraries and the parts of Node that it calls. */
    readonly ours: number;
    /** `@pulumi/*` and what it calls. */
    readonly sdk: number;
    /** The rest: the start of Node, loading of modules, garbage collection. */
    readonly node: number;
}

/**
 * Adds up a profile's samples. The time of a library or of Node itself belongs to the nearest caller that is ours or the SDK's.
 * @param root folder of the repository
 */
export function timeByOwner({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, root: string): TimeByOwner {
    const owners = new Map<number, keyof TimeByOwner>();
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const visit = (node: Profiler.ProfileNode, caller: keyof TimeByOwner): void => {
        const owner = ownerOf(node.callFrame.url, root) ?? caller;
        owners.set(node.id, owner);
        for (const id of node.children ?? []) visit(byId.get(id)!, owner);
    };
    if (nodes[0]) visit(nodes[0], "node");
    const time = { ours: 0, sdk: 0, node: 0 };
    samples.forEach((id, index) => {
        if (byId.get(id)?.callFrame.functionName !== "(idle)") time[owners.get(id)!] += timeDeltas[index]! / 1000;
    });
    return time;
}

function ownerOf(url: string, root: string): keyof TimeByOwner | undefined {
    const path = url.replace(/^file:\/\//, "");
    if (path.includes("/node_modules/@pulumi/")) return "sdk";
    if (path.includes("/node_modules/") || !path.startsWith(`${root}/`)) return undefined;
    return "ours";
}
