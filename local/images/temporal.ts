/** Temporal's images with the users, paths and start of the official ones. */
import { basename, join } from "node:path";
import type { Report } from "../progress.ts";
import { ensureModule } from "../toolchain/ensureModule.ts";
import { type GoModule, temporalCli, temporalUi } from "../toolchain/goModules.ts";
import type { Image } from "./archive.ts";
import { path, script, shellAndCertificates, skeleton } from "./base.ts";

const user = 1000;

function labels(title: string, version: string): Record<string, string> {
    return { "org.opencontainers.image.title": title, "org.opencontainers.image.version": version };
}

/** The server of one of `temporalServers`: one role or all, as TEMPORAL_SERVICES says. */
export async function serverImage(server: GoModule, report: Report): Promise<Image> {
    const programs = await ensureModule(server, report);
    return {
        entries: [
            ...(await shellAndCertificates(report)),
            ...skeleton("temporal", user, "/home/temporal"),
            {
                path: "usr/local/bin/temporal-server",
                kind: "file",
                source: join(programs.directory, "temporal-server"),
                mode: 0o755,
            },
            await script("temporal-server-entrypoint.sh", "etc/temporal/entrypoint.sh"),
        ],
        config: {
            User: "temporal",
            Env: [path],
            WorkingDir: "/etc/temporal",
            Cmd: ["/etc/temporal/entrypoint.sh"],
            Labels: labels("Temporal server", server.version),
        },
    };
}

/** The administrators' programs of one of `temporalServers` with the database schemas of the same version. */
export async function adminToolsImage(server: GoModule, report: Report): Promise<Image> {
    const programs = await ensureModule(server, report);
    const cli = await ensureModule(temporalCli, report);
    const sources = [
        join(cli.directory, "temporal"),
        join(programs.directory, "temporal-sql-tool"),
        join(programs.directory, "tdbg"),
    ];
    return {
        entries: [
            ...(await shellAndCertificates(report)),
            ...skeleton("temporal", user, "/home/temporal"),
            ...sources.map(
                (source) => ({ path: `usr/local/bin/${basename(source)}`, kind: "file", source, mode: 0o755 }) as const,
            ),
            { path: "etc/temporal/schema", kind: "tree", source: join(programs.directory, "schema") },
        ],
        config: {
            User: "temporal",
            Env: [path],
            Cmd: ["sh", "-c", "trap exit INT HUP TERM; sleep infinity"],
            Labels: { ...labels("Temporal admin tools", server.version), "cli.version": temporalCli.version },
        },
    };
}

/** The web UI, set up by its own TEMPORAL_… environment variables. */
export async function uiImage(report: Report): Promise<Image> {
    const programs = await ensureModule(temporalUi, report);
    const home = "home/ui-server";
    return {
        entries: [
            ...(await shellAndCertificates(report)),
            ...skeleton("temporal", user, "/home/temporal"),
            {
                path: `${home}/ui-server`,
                kind: "file",
                source: join(programs.directory, "temporal-ui-server"),
                mode: 0o755,
                owner: user,
            },
            {
                path: `${home}/config/docker.yaml`,
                kind: "file",
                source: join(programs.directory, "docker.yaml"),
                mode: 0o644,
                owner: user,
            },
            await script("start-ui-server.sh", `${home}/start-ui-server.sh`, user),
        ],
        config: {
            User: "temporal",
            Env: [path, "TEMPORAL_CLOUD_UI=false"],
            WorkingDir: `/${home}`,
            Entrypoint: ["./start-ui-server.sh"],
            ExposedPorts: { "8080/tcp": {} },
            Labels: labels("Temporal UI", temporalUi.version),
        },
    };
}
