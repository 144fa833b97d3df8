/** A real PostgreSQL server in a temporary folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { execa } from "execa";
import pg from "pg";

import { unpackPackages } from "../../local/toolchain/debian.ts";

const packages = {
    name: "postgresql-15",
    packages: ["postgresql-15"],
    withSystemLibraries: false,
    // Only compiling queries needs it.
    without: ["libllvm14"],
} as const;

/** PostgreSQL refuses to run as root; every system has this user. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** The superuser, who has to give a password like every role. */
export const admin = { user: "admin", password: "password of the admin" } as const;

/** The server. */
export interface PostgresqlServer {
    readonly port: number;
    /** Starts it without waiting until it answers. */
    launch(): void;
    /** Starts it; ready when this resolves. */
    start(): Promise<void>;
    stop(): Promise<void>;
    /** Runs a statement as the superuser. */
    query(statement: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
    /** Whether somebody can log in. Throws on any other failure than a wrong password. */
    accepts(user: string, password: string, database: string): Promise<boolean>;
    /** Stops it and removes the folder. */
    remove(): Promise<void>;
}

async function freePort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    return port;
}

/** Makes an empty server and starts it. */
export async function startPostgresql(): Promise<PostgresqlServer> {
    const { root } = await unpackPackages(packages, () => undefined);
    const directory = await mkdtemp(join(tmpdir(), "postgresql-"));
    await chmod(directory, 0o777);
    // The cache may lie in a home that other users can't enter.
    await cp(join(root, "usr"), join(directory, "usr"), { recursive: true });
    const program = (name: string) => join(directory, "usr/lib/postgresql/15/bin", name);
    const libraries = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
    const env = { LD_LIBRARY_PATH: join(directory, "usr/lib", libraries), LC_ALL: "C" };
    const data = join(directory, "data");
    const passwordFile = join(directory, "password");
    await writeFile(passwordFile, admin.password);
    await execa(
        program("initdb"),
        ["-D", data, "-U", admin.user, "-A", "scram-sha-256", "--pwfile", passwordFile, "--encoding=UTF8", "--no-sync"],
        { env, ...nobody },
    );
    const port = await freePort();
    let child: ChildProcess | undefined;

    function client(user: string, password: string, database: string): pg.Client {
        return new pg.Client({ host: "127.0.0.1", port, user, password, database });
    }

    async function query(statement: string, values: readonly unknown[] = []) {
        const session = client(admin.user, admin.password, "postgres");
        await session.connect();
        try {
            return (await session.query<Record<string, unknown>>(statement, [...values])).rows;
        } finally {
            await session.end();
        }
    }

    const server: PostgresqlServer = {
        port,
        launch() {
            const settings = ["-h", "127.0.0.1", "-p", String(port), "-k", directory, "-c", "fsync=off"];
            child = spawn(program("postgres"), ["-D", data, ...settings], { env, stdio: "ignore", ...nobody });
        },
        async start() {
            server.launch();
            for (let attempt = 0; ; attempt++) {
                try {
                    await query("SELECT 1");
                    return;
                } catch (error) {
                    if (attempt === 100) throw error;
                    await sleep(100);
                }
            }
        },
        async stop() {
            if (!child) return;
            const closed = once(child, "close");
            child.kill("SIGINT");
            await closed;
            child = undefined;
        },
        query,
        async accepts(user, password, database) {
            const session = client(user, password, database);
            try {
                await session.connect();
                return true;
            } catch (error) {
                if ((error as { code?: string }).code === "28P01") return false;
                throw error;
            } finally {
                await session.end();
            }
        },
        async remove() {
            await server.stop();
            await rm(directory, { recursive: true, force: true });
        },
    };
    await server.start();
    return server;
}
