import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { extract, type Header } from "tar-stream";
import { type Entry, writeArchive } from "../../local/images/archive.ts";
import { ensureImages } from "../../local/images/images.ts";
import { except } from "../../local/images/worker.ts";
import { temporalServers } from "../../local/toolchain/goModules.ts";
import { installedPackages } from "../../local/toolchain/installedPackages.ts";
import { versions } from "../../local/toolchain/versions.ts";
import { UserError } from "../../local/userError.ts";
import { repoRoot } from "../../local/paths.ts";
import {
    alertmanagerImage,
    kubeStateMetricsImage,
    postgresExporterImage,
    prometheusImage,
} from "../../planning/versions.ts";

interface TarEntry {
    readonly header: Header;
    readonly content: Buffer;
}

async function readTar(source: Readable): Promise<Map<string, TarEntry>> {
    const entries = new Map<string, TarEntry>();
    const tar = extract();
    const reading = (async () => {
        for await (const entry of tar) {
            entries.set(entry.header.name, { header: entry.header, content: await buffer(entry) });
        }
    })();
    await Promise.all([pipeline(source, tar), reading]);
    return entries;
}

describe("image archives", () => {
    let folder: string;
    before(async () => (folder = await mkdtemp(join(tmpdir(), "images-"))));
    after(() => rm(folder, { recursive: true }));

    async function write(name: string, entries: readonly Entry[]): Promise<Map<string, TarEntry>> {
        const path = join(folder, name);
        await writeArchive(
            "docker.io/library/made-up:1",
            { entries, config: { User: "1000", Labels: { a: "b" } } },
            path,
        );
        return readTar(createReadStream(path));
    }

    it("hold one layer, named by its digest in the configuration that the manifest names", async () => {
        const archive = await write("one.tar", [{ path: "etc/motd", kind: "text", text: "hello\n" }]);
        const [manifest] = JSON.parse(archive.get("manifest.json")?.content.toString() ?? "") as [
            { Config: string; RepoTags: string[]; Layers: string[] },
        ];
        assert.deepEqual(manifest.RepoTags, ["docker.io/library/made-up:1"]);
        const config = archive.get(manifest.Config)?.content ?? Buffer.of();
        assert.equal(`${createHash("sha256").update(config).digest("hex")}.json`, manifest.Config);
        const layer = archive.get(manifest.Layers[0] ?? "")?.content ?? Buffer.of();
        const parsed = JSON.parse(config.toString()) as { config: object; rootfs: { diff_ids: string[] } };
        assert.deepEqual(parsed.rootfs.diff_ids, [`sha256:${createHash("sha256").update(layer).digest("hex")}`]);
        assert.deepEqual(parsed.config, { User: "1000", Labels: { a: "b" } });
    });

    it("hold every kind of entry with its mode and owner, and leave out what a tree excepts", async () => {
        const tree = join(folder, "tree");
        await mkdir(join(tree, "bin"), { recursive: true });
        await mkdir(join(tree, "doc"));
        await writeFile(join(tree, "bin", "run"), "run");
        await chmod(join(tree, "bin", "run"), 0o750);
        await symlink("run", join(tree, "bin", "start"));
        await writeFile(join(tree, "doc", "readme"), "readme");
        const archive = await write("kinds.tar", [
            { path: "tmp", kind: "directory", mode: 0o1777, owner: 7 },
            { path: "etc/motd", kind: "text", text: "hello\n", owner: 8 },
            { path: "bin/sh", kind: "link", target: "busybox" },
            { path: "usr/bin/run", kind: "file", source: join(tree, "bin", "run"), mode: 0o755, owner: 9 },
            { path: "opt", kind: "tree", source: tree, except: "^opt/doc(/|$)" },
        ]);
        const layer = await readTar(Readable.from([archive.get("layer.tar")?.content]));
        const shown = [...layer].map(([name, { header, content }]) => {
            const what = header.type === "file" ? content.toString() : (header.linkname ?? "");
            return [name, header.type, header.mode?.toString(8), header.uid, header.gid, what];
        });
        assert.deepEqual(shown, [
            ["tmp", "directory", "1777", 7, 7, ""],
            ["etc/motd", "file", "644", 8, 8, "hello\n"],
            ["bin/sh", "symlink", "777", 0, 0, "busybox"],
            ["usr/bin/run", "file", "755", 9, 9, "run"],
            ["opt/bin", "directory", "755", 0, 0, ""],
            ["opt/bin/run", "file", "750", 0, 0, "run"],
            ["opt/bin/start", "symlink", "777", 0, 0, "run"],
        ]);
    });

    it("are the same bytes for the same content", async () => {
        const entries: Entry[] = [{ path: "etc/motd", kind: "text", text: "hello\n" }];
        await write("first.tar", entries);
        await write("second.tar", entries);
        assert.deepEqual(await readFile(join(folder, "first.tar")), await readFile(join(folder, "second.tar")));
    });
});

describe("images", () => {
    it("are refused with the known ones when they can be neither made nor pulled", async () => {
        await assert.rejects(
            ensureImages(["127.0.0.1:1/temporalio/server:0.1"], () => {}),
            (error: unknown) => {
                assert.ok(error instanceof UserError);
                assert.match(error.message, /^Image 127\.0\.0\.1:1\/temporalio\/server:0\.1 can't be made here/);
                for (const { version } of temporalServers) {
                    for (const image of ["server", "admin-tools"]) {
                        assert.ok(error.message.includes(`docker.io/temporalio/${image}:${version}, `), error.message);
                    }
                }
                assert.match(error.message, /, docker\.io\/library\/postgres:15\.\*/);
                for (const image of [
                    prometheusImage,
                    alertmanagerImage,
                    postgresExporterImage,
                    kubeStateMetricsImage,
                ]) {
                    assert.ok(error.message.includes(`, ${image}`), error.message);
                }
                return true;
            },
        );
    });

    describe("of a worker of the TypeScript SDK", () => {
        it("names the Node that bootstrap.mjs keeps in the cache", async () => {
            const bootstrap = await readFile(join(repoRoot, "local/bootstrap.mjs"), "utf8");
            assert.ok(bootstrap.includes(`const cachedNodeVersion = "${versions.node}";`));
        });

        it("takes packages with all they depend on, nested ones too, and not what is to be left out", async () => {
            const all = await installedPackages(["@temporalio/worker"], []);
            const folders = all.map(({ folder }) => folder);
            for (const name of ["@temporalio/worker", "@temporalio/core-bridge", "@swc/core", "webpack"])
                assert.ok(folders.includes(`node_modules/${name}`), name);
            assert.ok(!folders.includes("node_modules/@pulumi/pulumi"));
            const some = await installedPackages(["@temporalio/worker"], ["@swc/core"]);
            assert.ok(some.length < all.length && some.every(({ folder }) => !folder.includes("@swc/core")));
            await assert.rejects(
                installedPackages(["no-such-package"], []),
                /package-lock.json has no no-such-package/,
            );
        });

        it("takes one platform's build of the SDK, and no sources", () => {
            const left = new RegExp(except);
            const inside = (path: string) => !left.test(`node_modules/@temporalio/core-bridge/${path}`);
            const [own, other] = process.arch === "arm64" ? ["aarch64", "x86_64"] : ["x86_64", "aarch64"];
            assert.ok(inside(`releases/${own}-unknown-linux-gnu/index.node`) && inside("index.js") && inside("lib"));
            assert.ok(!inside(`releases/${other}-unknown-linux-gnu`) && !inside("sdk-core") && !inside("lib/a.d.ts"));
        });
    });

    describe("the server's entry point", () => {
        let folder: string;
        before(async () => {
            folder = await mkdtemp(join(tmpdir(), "entrypoint-"));
            const server = join(folder, "temporal-server");
            await writeFile(server, '#!/bin/sh\necho "$1 $BIND_ON_IP ${TEMPORAL_BROADCAST_ADDRESS:-none}"\n');
            await chmod(server, 0o755);
        });
        after(() => rm(folder, { recursive: true }));

        async function start(env: Record<string, string>): Promise<string> {
            const script = join(repoRoot, "local/images/files/temporal-server-entrypoint.sh");
            return (await execa("sh", [script], { env: { ...env, PATH: `${folder}:${process.env.PATH}` } })).stdout;
        }

        it("tells others no address when the server is bound to one", async () => {
            assert.equal(await start({ BIND_ON_IP: "10.1.2.3" }), "start 10.1.2.3 none");
        });

        it("keeps the address to tell others that it is given", async () => {
            const env = { BIND_ON_IP: "0.0.0.0", TEMPORAL_BROADCAST_ADDRESS: "10.1.2.3" };
            assert.equal(await start(env), "start 0.0.0.0 10.1.2.3");
        });
    });
});
