/** The provider's own inputs: how to reach the server. */
import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";

/** Where the server is and who asks. */
export interface Settings {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string | undefined;
    readonly database: string;
    readonly tls: ConnectionOptions | false;
    /** Whether the user may read hashes of passwords. */
    readonly superuser: boolean;
    /** How long to wait for a server that isn't there yet, in milliseconds. */
    readonly connectTimeout: number;
    readonly maxConnections: number;
}

/** Inputs that are understood. `connectTimeout` is in seconds; what is missing is as in the official plugin. */
const known = new Set([
    "host",
    "port",
    "username",
    "password",
    "database",
    "sslmode",
    "sslrootcert",
    "superuser",
    "connectTimeout",
    "maxConnections",
    "scheme",
    "expectedVersion", // the official plugin asks the server for less where it is given; here it changes nothing
    "version",
]);

function tls(mode: string, rootCertificate: string | undefined): ConnectionOptions | false {
    if (mode === "disable") return false;
    const ca = rootCertificate ? { ca: readFileSync(rootCertificate, "utf8") } : {};
    if (mode === "require") return { rejectUnauthorized: false };
    if (mode === "verify-ca") return { ...ca, checkServerIdentity: () => undefined };
    if (mode === "verify-full") return ca;
    throw new Error(`postgresql: sslmode "${mode}" is not one of disable, require, verify-ca, verify-full.`);
}

/** Reads the inputs as the engine sends them, or the usual PG… variables of the environment. Throws on what it doesn't know. */
export function readSettings(inputs: ReadonlyMap<string, string>): Settings {
    for (const [name, value] of inputs) {
        if (!known.has(name) && value !== "" && value !== "false") {
            throw new Error(
                `postgresql: the local stand-in of this plugin doesn't know the provider's setting "${name}".`,
            );
        }
    }
    const scheme = inputs.get("scheme") || "postgres";
    if (scheme !== "postgres") throw new Error(`postgresql: the local stand-in doesn't know the scheme "${scheme}".`);
    const text = (name: string, variable: string) => inputs.get(name) || process.env[variable];
    return {
        host: text("host", "PGHOST") ?? "localhost",
        port: Number(text("port", "PGPORT") ?? 5432),
        user: text("username", "PGUSER") ?? "postgres",
        password: text("password", "PGPASSWORD"),
        database: text("database", "PGDATABASE") ?? "postgres",
        tls: tls(text("sslmode", "PGSSLMODE") ?? "require", inputs.get("sslrootcert")),
        superuser: inputs.get("superuser") !== "false",
        connectTimeout: Number(inputs.get("connectTimeout") || 180) * 1000,
        maxConnections: Number(inputs.get("maxConnections") || 20),
    };
}
