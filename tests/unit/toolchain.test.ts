import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { checksumOf, download, isReachable } from "../../local/toolchain/download.ts";
import { compareVersions, findFitting, fits, parseVersion } from "../../local/toolchain/executables.ts";
import { sourceOf } from "../../local/toolchain/goBuild.ts";
import { goModules } from "../../local/toolchain/goModules.ts";
import { withLock } from "../../local/toolchain/lock.ts";
import { versions } from "../../local/toolchain/versions.ts";
import {
    alertmanagerImage,
    bundledPostgresqlVersion,
    defaultServerVersion,
    kubeStateMetricsImage,
    postgresExporterImage,
    prometheusImage,
    webUiVersion,
} from "../../planning/versions.ts";

const quiet = () => {};

describe("toolchain", () => {
    let folder: string;
    before(async () => (folder = await mkdtemp(join(tmpdir(), "toolchain-"))));
    after(() => rm(folder, { recursive: true }));

    describe("pinned versions", () => {
        for (const module of goModules.filter((each) => each.directory !== "pause")) {
            it(`${module.directory}: go.mod requires the version that versions.ts names`, async () => {
                const goMod = await readFile(join(sourceOf(module), "go.mod"), "utf8");
                const tool = /^\s*(?:tool )?(\S+\/\S+)$/m.exec(goMod.slice(goMod.indexOf("\ntool ")))?.[1] ?? "";
                const required = [...goMod.matchAll(/^(?:require )?\s*(\S+) v(\S+)/gm)].find(([, path]) =>
                    `${tool}/`.startsWith(`${path}/`),
                );
                assert.equal(required?.[2], module.moduleVersion ?? module.version);
            });
        }

        for (const module of goModules) {
            it(`${module.directory}: go.mod builds the programs that the catalogue names`, async () => {
                const goMod = await readFile(join(sourceOf(module), "go.mod"), "utf8");
                // Go names a program by its package's path without the major version at its end.
                const tools = [...goMod.matchAll(/^\s*(?:tool )?([\w./-]+\/[\w./-]+)$/gm)].map(([, path]) =>
                    basename((path ?? "").replace(/\/v\d+$/, "")),
                );
                assert.deepEqual(tools.sort(), Object.values(module.programs).sort());
            });
        }

        it("are those that the program deploys by default", () => {
            assert.equal(versions.temporal, defaultServerVersion);
            assert.equal(versions.temporalUi, webUiVersion);
            assert.match(bundledPostgresqlVersion, /^15\./);
            assert.equal(prometheusImage, `quay.io/prometheus/prometheus:v${versions.prometheus}`);
            assert.equal(alertmanagerImage, `quay.io/prometheus/alertmanager:v${versions.alertmanager}`);
            const exporter = "quay.io/prometheuscommunity/postgres-exporter";
            assert.equal(postgresExporterImage, `${exporter}:v${versions.postgresExporter}`);
            const objects = "registry.k8s.io/kube-state-metrics/kube-state-metrics";
            assert.equal(kubeStateMetricsImage, `${objects}:v${versions.kubeStateMetrics}`);
        });

        it("count Prometheus' module as its releases: 0.307.3 is 3.7.3", () => {
            const [, both, patch] = versions.prometheusModule.split(".").map(Number);
            assert.equal(`${Math.floor(both! / 100)}.${both! % 100}.${patch}`, versions.prometheus);
        });
    });

    describe("versions of programs", () => {
        const told = {
            "Client Version: v1.34.4\nKustomize Version: v5.7.1": "1.34.4",
            "containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u3": "1.6.20",
            "iptables v1.8.9 (nf_tables)": "1.8.9",
            "runc version 1.1.5+ds1\ncommit: 1.1.5+ds1-1+deb12u1": "1.1.5",
            "v3.250.0": "3.250.0",
            "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)": "1.5.1",
            "ip utility, iproute2-6.1.0, libbpf 1.1.0": "6.1.0",
            "promtool, version 3.7.3 (branch: , revision: unknown)\n  go version: go1.26.8": "3.7.3",
            "amtool, version 0.31.1 (branch: , revision: unknown)\n  go version: go1.26.8": "0.31.1",
        };
        for (const [text, version] of Object.entries(told)) {
            it(`reads ${version} from "${text.split("\n")[0]}"`, () => assert.equal(parseVersion(text), version));
        }

        it("are compared by number, a missing part being zero", () => {
            assert.ok(compareVersions("3.9.0", "3.250.0") < 0);
            assert.ok(compareVersions("1.10", "1.9.9") > 0);
            assert.equal(compareVersions("1.34", "1.34.0"), 0);
        });

        it("fit from the lowest, up to but without the highest", () => {
            const rule = { arguments: [], atLeast: "1.33", below: "1.36" };
            const fitting = ["1.32.9", "1.33.0", "1.35.9", "1.36.0"].filter((version) => fits(version, rule));
            assert.deepEqual(fitting, ["1.33.0", "1.35.9"]);
        });
    });

    it("uses a program of the machine only in a fitting version", async () => {
        const own = join(folder, "bin");
        await mkdir(own);
        const program = join(own, "made-up-tool");
        await writeFile(program, '#!/bin/sh\n[ "$1" = version ] && echo "made-up v2.5.0"\n');
        await chmod(program, 0o755);
        const path = process.env.PATH;
        process.env.PATH = own;
        try {
            const ask = (atLeast: string) =>
                findFitting("made-up-tool", { arguments: ["version"], atLeast, below: "3" });
            assert.deepEqual(await ask("2.5"), { path: program, version: "2.5.0" });
            assert.equal(await ask("2.6"), undefined);
            assert.equal(await findFitting("made-up-other", { arguments: [], atLeast: "0", below: "9" }), undefined);
        } finally {
            process.env.PATH = path;
        }
    });

    describe("downloads", () => {
        const content = Buffer.from("#!/bin/sh\necho downloaded\n");
        const sum = createHash("sha256").update(content).digest("hex");
        const pages = new Map<string, Buffer | string>();
        let server: Server;
        let base: string;

        before(async () => {
            server = createServer((request, response) => {
                const page = pages.get(request.url ?? "");
                response.writeHead(page === undefined ? 404 : 200).end(page);
            });
            await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
            base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
            pages.set("/tool", content).set("/tool.sha256", sum).set("/wrong.sha256", sum.replaceAll(/[0-7]/g, "8"));
        });
        after(() => server.close());

        async function into(name: string): Promise<string> {
            const directory = join(folder, name);
            await mkdir(directory);
            return directory;
        }

        it("keeps a file whose checksum is the published one, and makes it executable", async () => {
            const directory = await into("good");
            assert.equal(
                await download([{ url: `${base}/tool`, checksums: `${base}/tool.sha256` }], directory, quiet),
                true,
            );
            assert.deepEqual(await readFile(join(directory, "tool")), content);
            assert.equal((await stat(join(directory, "tool"))).mode & 0o777, 0o755);
        });

        it("refuses a file with another checksum, and one without any", async () => {
            const directory = await into("bad");
            const wrong = { url: `${base}/tool`, checksums: `${base}/wrong.sha256` };
            const said: string[] = [];
            assert.equal(await download([wrong], directory, (status) => said.push(status)), false);
            assert.ok(said.includes("tool differs from its published checksum and is not used"), said.join("\n"));
            assert.equal(await download([{ ...wrong, checksums: `${base}/none` }], directory, quiet), false);
        });

        it("unpacks an archive without its leading folder", async () => {
            const directory = await into("archive");
            await mkdir(join(folder, "release", "bin"), { recursive: true });
            await writeFile(join(folder, "release", "bin", "tool"), content);
            await execa("tar", ["-czf", join(folder, "release.tgz"), "-C", folder, "release"]);
            const archive = await readFile(join(folder, "release.tgz"));
            const list = `${sum}  other.tgz\n${createHash("sha256").update(archive).digest("hex")}  release.tgz\n`;
            pages.set("/release.tgz", archive).set("/checksums.txt", list);
            const file = { url: `${base}/release.tgz`, checksums: `${base}/checksums.txt`, unpackWithout: 1 };
            assert.equal(await download([file], directory, quiet), true);
            assert.deepEqual(await readFile(join(directory, "bin", "tool")), content);
        });

        it("gives up at once where nothing answers, and doesn't ask again", async () => {
            const closed = createServer();
            await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
            const address = closed.address() as AddressInfo;
            const there = `http://127.0.0.1:${address.port}`;
            await new Promise((resolve) => closed.close(resolve));
            assert.equal(await isReachable(there), false);
            // Now something listens there: that it isn't asked shows that the refusal is remembered.
            const back = createServer((_, response) => response.end());
            await new Promise<void>((resolve) => back.listen(address.port, "127.0.0.1", resolve));
            assert.equal(await isReachable(there), false);
            back.close();
            assert.equal(await isReachable(`${base}/tool`), true);
        });

        it("finds a file's sum in the usual kinds of lists", () => {
            const other = "0".repeat(64);
            assert.equal(checksumOf("tool", `${sum}\n`), sum);
            assert.equal(checksumOf("tool", `${other}  a-tool\n${sum}  tool\n`), sum);
            assert.equal(checksumOf("tool", `${other} *a-tool\n${sum.toUpperCase()} *tool\n`), sum);
            assert.equal(checksumOf("tool", `${other}  a-tool\n${other}  tool.sig\n`), undefined);
            assert.equal(checksumOf("tool", "<html>sign in first</html>"), undefined);
        });
    });

    describe("lock", () => {
        it("lets one work at a time", async () => {
            const path = join(folder, "one.lock");
            const events: string[] = [];
            const work = (name: string) =>
                withLock(path, quiet, async () => {
                    events.push(`${name} starts`);
                    await new Promise((resolve) => setImmediate(resolve));
                    events.push(`${name} ends`);
                });
            await Promise.all([work("first"), work("second")]);
            const [winner, loser] = events[0] === "first starts" ? ["first", "second"] : ["second", "first"];
            assert.deepEqual(events, [`${winner} starts`, `${winner} ends`, `${loser} starts`, `${loser} ends`]);
        });

        it("waits for a living process, and says so", async () => {
            const path = join(folder, "held.lock");
            const holder = execa("sleep", ["60"]);
            await writeFile(path, String(holder.pid));
            const said: string[] = [];
            const done = withLock(
                path,
                (status) => {
                    said.push(status);
                    holder.kill();
                },
                () => Promise.resolve("worked"),
            );
            await holder.catch(() => {});
            assert.equal(await done, "worked");
            assert.deepEqual(said, [`waiting for process ${holder.pid}, which makes the same`]);
        });

        it("is free again when the work fails", async () => {
            const path = join(folder, "failed.lock");
            await assert.rejects(
                withLock(path, quiet, () => Promise.reject(new Error("no luck"))),
                /no luck/,
            );
            await assert.rejects(stat(path), { code: "ENOENT" });
        });
    });
});
