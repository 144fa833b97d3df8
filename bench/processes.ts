/** CPU and memory of processes, read from /proc. */
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second; sysconf(_SC_CLK_TCK) is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;
/** How often {@link peakMemory} looks, in milliseconds. */
const sampleInterval = 200;

/** What a group of processes has used. */
export interface Usage {
    /** User and system time since the processes began, in seconds. */
    readonly cpuSeconds: number;
    /** Resident memory now, in MiB; what processes share counts once for each. */
    readonly residentMiB: number;
    /** Proportional share now, in MiB; what processes share counts once in all. */
    readonly proportionalMiB: number;
}

/**
 * Sum over all processes of these names (as `ps` shows them, cut to 15 characters).
 * @param where the local node's pods, or the machine besides them: it may run a server of the same name for itself
 */
export function usage(names: readonly string[], where: "pods" | "machine"): Usage {
    let ticks = 0;
    let residentKiB = 0;
    let proportionalKiB = 0;
    for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
        try {
            const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
            const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
            if (!names.includes(name)) continue;
            const inPod = readFileSync(`/proc/${pid}/cgroup`, "utf8").includes("/kubepods/");
            if (inPod !== (where === "pods")) continue;
            const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
            // utime and stime of the process, cutime and cstime of its ended children: fields 14 to 17 of proc(5).
            ticks += fields.slice(11, 15).reduce((sum, value) => sum + Number(value), 0);
            const memory = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
            residentKiB += Number(/^Rss:\s+(\d+)/m.exec(memory)?.[1] ?? 0);
            proportionalKiB += Number(/^Pss:\s+(\d+)/m.exec(memory)?.[1] ?? 0);
        } catch {
            // The process has ended while it was read.
        }
    }
    return {
        cpuSeconds: ticks / ticksPerSecond,
        residentMiB: residentKiB / 1024,
        proportionalMiB: proportionalKiB / 1024,
    };
}

/** Most resident memory that process `root` and its descendants have had together while `work` ran, in MiB. */
export async function peakMemory(root: number, work: Promise<unknown>): Promise<number> {
    let peak = 0;
    const timer = setInterval(() => (peak = Math.max(peak, treeMemory(root))), sampleInterval);
    await Promise.allSettled([work]);
    clearInterval(timer);
    return peak;
}

/** Resident memory of a process and its descendants now, in MiB; what processes share counts once for each. */
function treeMemory(root: number): number {
    const parents = new Map<number, number>();
    const resident = new Map<number, number>();
    for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        try {
            const status = readFileSync(`/proc/${entry}/status`, "utf8");
            parents.set(Number(entry), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
            resident.set(Number(entry), Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0));
        } catch {
            // The process has ended while it was read.
        }
    }
    const belongs = (pid: number | undefined): boolean =>
        pid === root || (pid !== undefined && pid > 1 && belongs(parents.get(pid)));
    return [...resident].reduce((sum, [pid, kib]) => (belongs(pid) ? sum + kib : sum), 0) / 1024;
}
