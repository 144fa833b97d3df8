/** A PostgreSQL 15 image that answers to the settings of the official one, made of Debian's packages. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Report } from "../progress.ts";
import { unpackPackages } from "../toolchain/debian.ts";
import type { Image } from "./archive.ts";
import { path, script, skeleton } from "./base.ts";

const packages = {
    name: "image-postgresql-15",
    packages: [
        "postgresql-15",
        "postgresql-client-15",
        "bash",
        "dash",
        "coreutils",
        "findutils",
        "grep",
        "sed",
        "libc-bin",
        "tzdata",
    ],
    withSystemLibraries: true,
    // Only compiling queries needs it, it is larger than all the rest, and Temporal's queries are short.
    without: ["libllvm14"],
} as const;

/** What containers don't need, and the part of PostgreSQL that needs LLVM. */
const except = "^usr/share/(doc|man|locale|lintian|bug|info)(/|$)|/llvmjit|/lib/bitcode";

const user = 999;
const dataFolder = "var/lib/postgresql/data";
const sampleSettings = "usr/share/postgresql/15/postgresql.conf.sample";

/** The database server. Its locale is C.UTF-8, where the official image has en_US.utf8. */
export async function postgresqlImage(report: Report): Promise<Image> {
    const { root, versions } = await unpackPackages(packages, report);
    const settings = await readFile(join(root, sampleSettings), "utf8");
    return {
        entries: [
            { path: "", kind: "tree", source: root, except: `${except}|^${sampleSettings}$` },
            { path: sampleSettings, kind: "text", text: `${settings}\nlisten_addresses = '*'\n` },
            ...skeleton("postgres", user, "/var/lib/postgresql"),
            { path: dataFolder, kind: "directory", mode: 0o1777, owner: user },
            { path: "run/postgresql", kind: "directory", mode: 0o3777, owner: user },
            { path: "var/run", kind: "link", target: "/run" },
            await script("postgres-entrypoint.sh", "usr/local/bin/docker-entrypoint.sh"),
        ],
        config: {
            Env: [`${path}:/usr/lib/postgresql/15/bin`, "LANG=C.UTF-8", "PG_MAJOR=15", `PGDATA=/${dataFolder}`],
            Entrypoint: ["docker-entrypoint.sh"],
            Cmd: ["postgres"],
            ExposedPorts: { "5432/tcp": {} },
            Volumes: { [`/${dataFolder}`]: {} },
            // Ends sessions at once instead of waiting for clients to leave.
            StopSignal: "SIGINT",
            Labels: {
                "org.opencontainers.image.title": "PostgreSQL",
                "org.opencontainers.image.version": versions["postgresql-15"] ?? "unknown",
            },
        },
    };
}
