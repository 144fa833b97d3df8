/** Keeps two processes from making the same thing at the same time. */
import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "../progress.ts";

/** How often a waiting process looks whether the other one is done, in milliseconds. */
const interval = 500;

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
}

async function isLinked(existing: string, path: string): Promise<boolean> {
    try {
        await link(existing, path);
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw error;
    }
}

/**
 * Runs `work` while this process alone holds the lock file, which holds its process id. The lock of a process that has
 * died is taken over. Should two processes take over at the same moment, both work: callers replace what they make
 * by a rename, so that costs time and nothing else.
 */
export async function withLock<T>(path: string, report: Report, work: () => Promise<T>): Promise<T> {
    await mkdir(dirname(path), { recursive: true });
    const mine = `${path}.${randomUUID()}`;
    await writeFile(mine, String(process.pid));
    try {
        // A link is made with its content in it, or not at all.
        while (!(await isLinked(mine, path))) {
            const holder = await readFile(path, "utf8").catch(() => "");
            if (holder !== "" && !isAlive(Number(holder))) await rm(path, { force: true });
            else {
                if (holder !== "") report(`waiting for process ${holder}, which makes the same`);
                await sleep(interval);
            }
        }
    } finally {
        await rm(mine);
    }
    try {
        return await work();
    } finally {
        await rm(path, { force: true });
    }
}
