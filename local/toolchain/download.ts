/** Downloads official release files and checks them against the SHA-256 sums that are published beside them. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import type { Report } from "../progress.ts";

/** How long a server may take to answer, in milliseconds, before it counts as out of reach. */
const answerTimeout = 4000;

/** One published file. */
export interface ReleaseFile {
    readonly url: string;
    /** A text with the file's SHA-256, alone or on a line with the file's name. */
    readonly checksums: string;
    /** For a .tar.gz: how many leading folders to leave out. Default: the file is the program itself. */
    readonly unpackWithout?: number;
}

const unreachableHosts = new Set<string>();

/** Asks for a page; undefined when the server can't be reached, which is remembered while this process lives. */
async function get(url: string): Promise<Response | undefined> {
    const { host } = new URL(url);
    if (unreachableHosts.has(host)) return undefined;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), answerTimeout);
    try {
        return await fetch(url, { signal: timeout.signal });
    } catch {
        unreachableHosts.add(host);
        return undefined;
    } finally {
        clearTimeout(timer);
    }
}

/** True when the server of this address answers at all, with whatever status. */
export async function isReachable(url: string): Promise<boolean> {
    const response = await get(url);
    await response?.body?.cancel();
    return response !== undefined;
}

/** The SHA-256 of a file in a published list, in lower case, or undefined: a bare sum is the file's own. */
export function checksumOf(file: string, list: string): string | undefined {
    const lines = list.trim().split("\n");
    const line =
        lines.length === 1
            ? lines[0]
            : lines.find(
                  (each) =>
                      each
                          .trim()
                          .split(/[\s*]+/)
                          .at(-1) === file,
              );
    return /\b[0-9a-f]{64}\b/i.exec(line ?? "")?.[0].toLowerCase();
}

async function fetchFile(file: ReleaseFile, target: string, report: Report): Promise<boolean> {
    const list = await get(file.checksums);
    if (!list?.ok) return false;
    const expected = checksumOf(basename(new URL(file.url).pathname), await list.text());
    const response = expected === undefined ? undefined : await get(file.url);
    if (!response?.ok || !response.body) return false;

    const megabytes = (bytes: number) => Math.round(bytes / 1e6);
    const total = Number(response.headers.get("content-length") ?? 0);
    const hash = createHash("sha256");
    let received = 0;
    const count = async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
            hash.update(chunk);
            received += chunk.length;
            report(`downloading ${basename(target)}, ${megabytes(received)} of ${megabytes(total)} MB`);
            yield chunk;
        }
    };
    await pipeline(response.body, count, createWriteStream(target));
    if (hash.digest("hex") === expected) return true;
    report(`${basename(target)} differs from its published checksum and is not used`);
    return false;
}

/**
 * Downloads and unpacks all of the files into a directory. Answers false when they can't all be had (no internet, no
 * such file, a sum that doesn't match): what there is must then be made in another way, so nothing is thrown.
 */
export async function download(files: readonly ReleaseFile[], directory: string, report: Report): Promise<boolean> {
    try {
        for (const file of files) {
            const target = join(directory, basename(new URL(file.url).pathname));
            if (!(await fetchFile(file, target, report))) return false;
            if (file.unpackWithout === undefined) await chmod(target, 0o755);
            else {
                await execa("tar", ["-xzf", target, "-C", directory, `--strip-components=${file.unpackWithout}`]);
                await rm(target);
            }
        }
        return true;
    } catch (error) {
        report(`download given up: ${(error as Error).message}`);
        return false;
    }
}
