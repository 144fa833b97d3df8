/** What the small images share: a shell, certificates and a user. */
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Report } from "../progress.ts";
import { unpackPackages } from "../toolchain/debian.ts";
import type { Entry } from "./archive.ts";

const packages = {
    name: "image-base",
    packages: ["busybox-static", "ca-certificates"],
    withSystemLibraries: true,
} as const;

/** PATH of a container. */
export const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A script of `files/` at a place in the image, to be run there. */
export async function script(file: string, at: string, owner = 0): Promise<Entry> {
    const text = await readFile(join(import.meta.dirname, "files", file), "utf8");
    return { path: at, kind: "text", text, mode: 0o755, owner };
}

/** Mount points, `/tmp`, and root and one more user with their homes; that user's group has the same name and number. */
export function skeleton(name: string, id: number, home: string): Entry[] {
    return [
        {
            path: "etc/passwd",
            kind: "text",
            text: `root:x:0:0:root:/root:/bin/sh\n${name}:x:${id}:${id}:${name}:${home}:/bin/sh\n`,
        },
        { path: "etc/group", kind: "text", text: `root:x:0:\n${name}:x:${id}:\n` },
        ...["dev", "proc", "sys", "run"].map((name) => ({ path: name, kind: "directory" }) as const),
        { path: "root", kind: "directory", mode: 0o700 },
        { path: home.slice(1), kind: "directory", owner: id },
        { path: "tmp", kind: "directory", mode: 0o1777 },
    ];
}

async function shell(report: Report): Promise<Entry[]> {
    const { root } = await unpackPackages(packages, report);
    const busybox = join(root, "bin/busybox");
    const names = (await execa(busybox, ["--list"])).stdout.split("\n").filter((name) => name !== "busybox");
    return [
        { path: "bin/busybox", kind: "file", source: busybox, mode: 0o755 },
        ...names.map((name): Entry => ({ path: `bin/${name}`, kind: "link", target: "busybox" })),
    ];
}

/** The certificates of the public authorities. */
export async function certificates(report: Report): Promise<Entry> {
    const { root } = await unpackPackages(packages, report);
    const texts: string[] = [];
    for await (const file of glob("usr/share/ca-certificates/mozilla/*.crt", { cwd: root })) {
        texts.push(await readFile(join(root, file), "utf8"));
    }
    return { path: "etc/ssl/certs/ca-certificates.crt", kind: "text", text: texts.sort().join("") };
}

/** BusyBox under all its names, and the certificates of the public authorities. */
export async function shellAndCertificates(report: Report): Promise<Entry[]> {
    return [...(await shell(report)), await certificates(report)];
}
