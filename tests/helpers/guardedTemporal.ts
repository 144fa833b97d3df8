/** A real Temporal server that is guarded: TLS with client certificates, JWTs with permissions, archival to files. */
import { once } from "node:events";
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Connection } from "@temporalio/client";
import { execa } from "execa";
import { stringify } from "yaml";

import { newAuthority, newCertificate, newKey } from "../../local/cluster/x509.ts";
import { ensureModule } from "../../local/toolchain/ensureModule.ts";
import { temporalServers } from "../../local/toolchain/goModules.ts";
import { eventually } from "./wait.ts";

/** The server. */
export interface GuardedTemporal {
    readonly address: string;
    /** Of the authority that has signed its certificate, and those of its clients. */
    readonly caCertificate: string;
    /** For clients that it lets in. */
    readonly client: { readonly key: string; readonly certificate: string };
    /** A JWT with permissions, for example `temporal-system:admin`. */
    token(...permissions: string[]): string;
    /** Connected with all permissions. */
    readonly connection: Connection;
    /** Ends it and removes its data. */
    remove(): Promise<void>;
}

const days = 2;

/** How many ports it takes. */
const services = ["frontend", "internal-frontend", "history", "matching", "worker"] as const;

async function freePorts(count: number): Promise<readonly number[]> {
    const servers = Array.from({ length: count }, () => createTcpServer().listen(0, "127.0.0.1"));
    await Promise.all(servers.map((server) => once(server, "listening")));
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    for (const server of servers) server.close();
    return ports;
}

function store() {
    const attributes = { mode: "memory", cache: "private" };
    return {
        sql: {
            pluginName: "sqlite",
            databaseName: "default",
            connectAddr: "localhost",
            connectProtocol: "tcp",
            connectAttributes: attributes,
            maxConns: 1,
            maxIdleConns: 1,
        },
    };
}

/** Makes an empty server and starts it. */
export async function startGuardedTemporal(): Promise<GuardedTemporal> {
    const { directory: programs } = await ensureModule(temporalServers[0], () => undefined);
    const directory = await mkdtemp(join(tmpdir(), "guarded-temporal-"));
    const authority = newAuthority("Test", days);
    const own = newCertificate({ commonName: "temporal", names: ["temporal.test"] }, authority, "Test", days);
    const client = newCertificate({ commonName: "client" }, authority, "Test", days);
    const signer = newKey();
    const jwk = { ...createPublicKey(signer).export({ format: "jwk" }), kid: "test", alg: "ES256", use: "sig" };
    const keys = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] }))).listen(0, "127.0.0.1");
    await once(keys, "listening");
    const keysUrl = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/`;

    const ports = await freePorts(services.length * 3);
    const rpc = (index: number) => ({
        rpc: {
            grpcPort: ports[index],
            membershipPort: ports[index + 5],
            httpPort: ports[index + 10],
            bindOnIP: "127.0.0.1",
        },
    });
    const address = `127.0.0.1:${ports[0]}`;
    const archive = {
        state: "enabled",
        enableRead: true,
        provider: { filestore: { fileMode: "0666", dirMode: "0766" } },
    };
    const archiveDefault = (name: string) => ({ state: "disabled", URI: `file://${join(directory, name)}` });
    const config = {
        log: { stdout: true, level: "warn" },
        persistence: {
            defaultStore: "default",
            visibilityStore: "visibility",
            numHistoryShards: 1,
            datastores: { default: store(), visibility: store() },
        },
        global: {
            membership: { maxJoinDuration: "30s", broadcastAddress: "127.0.0.1" },
            tls: {
                frontend: {
                    server: {
                        certData: Buffer.from(own.certificate).toString("base64"),
                        keyData: Buffer.from(own.key).toString("base64"),
                        clientCaData: [Buffer.from(authority.certificate).toString("base64")],
                        requireClientAuth: true,
                    },
                    client: {
                        serverName: "temporal.test",
                        rootCaData: [Buffer.from(authority.certificate).toString("base64")],
                    },
                },
            },
            authorization: {
                jwtKeyProvider: { keySourceURIs: [keysUrl], refreshInterval: "1m" },
                permissionsClaimName: "permissions",
                authorizer: "default",
                claimMapper: "default",
            },
        },
        services: Object.fromEntries(services.map((name, index) => [name, rpc(index)])),
        clusterMetadata: {
            enableGlobalNamespace: true,
            failoverVersionIncrement: 10,
            masterClusterName: "active",
            currentClusterName: "active",
            clusterInformation: {
                active: {
                    enabled: true,
                    initialFailoverVersion: 1,
                    rpcName: "frontend",
                    rpcAddress: `127.0.0.1:${ports[1]}`,
                },
            },
        },
        archival: { history: archive, visibility: archive },
        namespaceDefaults: {
            archival: { history: archiveDefault("history"), visibility: archiveDefault("visibility") },
        },
        dynamicConfigClient: { filepath: join(directory, "dynamic.yaml"), pollInterval: "10s" },
    };
    await writeFile(join(directory, "dynamic.yaml"), "{}\n");
    await writeFile(join(directory, "config.yaml"), stringify(config));
    const log = join(directory, "log");
    const running = execa(
        join(programs, "temporal-server"),
        ["--config-file", join(directory, "config.yaml"), "start", ...services.flatMap((name) => ["--service", name])],
        { cwd: directory, reject: false, stdin: "ignore", stdout: { file: log }, stderr: { file: log } },
    );

    function token(...permissions: string[]): string {
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
        const content = `${part({ alg: "ES256", typ: "JWT", kid: "test" })}.${part({ sub: "test", permissions })}`;
        const key = { key: createPrivateKey(signer), dsaEncoding: "ieee-p1363" } as const;
        return `${content}.${sign("sha256", Buffer.from(content), key).toString("base64url")}`;
    }

    const connection = Connection.lazy({
        address,
        apiKey: token("temporal-system:admin"),
        tls: {
            serverNameOverride: "temporal.test",
            serverRootCACertificate: Buffer.from(authority.certificate),
            clientCertPair: { crt: Buffer.from(client.certificate), key: Buffer.from(client.key) },
        },
    });
    await eventually("the guarded Temporal server", 60, async () => {
        await connection.workflowService.describeNamespace({ namespace: "temporal-system" });
        return true;
    });
    return {
        address,
        caCertificate: authority.certificate,
        client,
        token,
        connection,
        async remove() {
            await connection.close();
            running.kill("SIGKILL");
            await running;
            keys.close();
            await rm(directory, { recursive: true, force: true });
        },
    };
}
