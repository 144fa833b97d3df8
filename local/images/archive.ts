/** Writes images as docker-archives: one layer, a configuration, a manifest, all in one tar file. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { lstat, readdir, readlink, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";

/** What a path in the image is; modes and owners as in a file system, owner 0:0 unless said otherwise. */
export type Entry =
    | { readonly path: string; readonly kind: "directory"; readonly mode?: number; readonly owner?: number }
    | {
          readonly path: string;
          readonly kind: "text";
          readonly text: string;
          readonly mode?: number;
          readonly owner?: number;
      }
    | { readonly path: string; readonly kind: "link"; readonly target: string }
    /** A file of this machine. */
    | {
          readonly path: string;
          readonly kind: "file";
          readonly source: string;
          readonly mode: number;
          readonly owner?: number;
      }
    /** All that a folder of this machine holds, except paths that match. */
    | { readonly path: string; readonly kind: "tree"; readonly source: string; readonly except?: string };

/** The part of an image's configuration that containers are started with, in the words of the OCI image specification. */
export interface ContainerConfig {
    readonly User?: string;
    readonly Env?: readonly string[];
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly WorkingDir?: string;
    readonly ExposedPorts?: Readonly<Record<string, object>>;
    readonly Volumes?: Readonly<Record<string, object>>;
    readonly StopSignal?: string;
    readonly Labels: Readonly<Record<string, string>>;
}

/** An image before it is written. */
export interface Image {
    readonly entries: readonly Entry[];
    readonly config: ContainerConfig;
}

/** All entries get this time, so that the same content makes the same layer. */
const mtime = new Date(0);

async function addFile(tar: Pack, path: string, source: string, mode: number, owner = 0): Promise<void> {
    const { size } = await stat(source);
    await pipeline(createReadStream(source), tar.entry({ name: path, size, mode, uid: owner, gid: owner, mtime }));
}

async function addTree(tar: Pack, path: string, source: string, except: RegExp | undefined): Promise<void> {
    for (const name of (await readdir(source)).sort()) {
        const [inside, outside] = [join(path, name), join(source, name)];
        if (except?.test(inside)) continue;
        const found = await lstat(outside);
        const header = { name: inside, mode: found.mode & 0o7777, mtime };
        if (found.isDirectory()) {
            tar.entry({ ...header, type: "directory" });
            await addTree(tar, inside, outside, except);
        } else if (found.isSymbolicLink()) {
            tar.entry({ ...header, type: "symlink", linkname: await readlink(outside) });
        } else {
            await addFile(tar, inside, outside, header.mode);
        }
    }
}

async function addEntry(tar: Pack, entry: Entry): Promise<void> {
    const owner = "owner" in entry ? (entry.owner ?? 0) : 0;
    const header = { name: entry.path, uid: owner, gid: owner, mtime };
    if (entry.kind === "directory") tar.entry({ ...header, type: "directory", mode: entry.mode ?? 0o755 });
    else if (entry.kind === "text") tar.entry({ ...header, mode: entry.mode ?? 0o644 }, entry.text);
    else if (entry.kind === "link") tar.entry({ ...header, type: "symlink", mode: 0o777, linkname: entry.target });
    else if (entry.kind === "file") await addFile(tar, entry.path, entry.source, entry.mode, owner);
    else
        await addTree(tar, entry.path, entry.source, entry.except === undefined ? undefined : new RegExp(entry.except));
}

/** Writes a tar file; answers the SHA-256 of its content. */
async function writeTar(path: string, fill: (tar: Pack) => Promise<void>): Promise<string> {
    const tar = pack();
    const hash = createHash("sha256");
    const count = async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
            hash.update(chunk);
            yield chunk;
        }
    };
    const filling = fill(tar).then(
        () => tar.finalize(),
        (error: Error) => tar.destroy(error),
    );
    await Promise.all([pipeline(tar as AsyncIterable<Uint8Array>, count, createWriteStream(path)), filling]);
    return hash.digest("hex");
}

/** Writes the image under this reference to `path`, which appears only when it is complete. */
export async function writeArchive(reference: string, image: Image, path: string): Promise<void> {
    const [layer, unfinished] = [`${path}.layer`, `${path}.part`];
    const layerDigest = await writeTar(layer, async (tar) => {
        for (const entry of image.entries) await addEntry(tar, entry);
    });
    const config = JSON.stringify({
        architecture: process.arch === "arm64" ? "arm64" : "amd64",
        os: "linux",
        created: mtime.toISOString(),
        config: image.config,
        rootfs: { type: "layers", diff_ids: [`sha256:${layerDigest}`] },
    });
    const configName = `${createHash("sha256").update(config).digest("hex")}.json`;
    await writeTar(unfinished, async (tar) => {
        await addFile(tar, "layer.tar", layer, 0o644);
        tar.entry({ name: configName, mtime }, config);
        const manifest = [{ Config: configName, RepoTags: [reference], Layers: ["layer.tar"] }];
        tar.entry({ name: "manifest.json", mtime }, JSON.stringify(manifest));
    });
    await rm(layer);
    await rename(unfinished, path);
}
