/** Sessions with the PostgreSQL server, which may still be starting. */
import { setTimeout as sleep } from "node:timers/promises";

import pg from "pg";

import { reveal, type Value } from "../../../providers/protocol/values.ts";
import type { Settings } from "./settings.ts";

/** Pause between two attempts to connect, in milliseconds. */
const retryInterval = 1000;

/** Reasons that pass: nothing listens yet, a name isn't known yet, the server starts, stops or has no room. */
const transient = new Set([
    "ECONNREFUSED",
    "ECONNRESET",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EPIPE",
    "ETIMEDOUT",
    "57P01", // terminating connection due to administrator command
    "57P03", // the database system is starting up
    "53300", // too many clients already
]);

function isTransient(error: unknown): boolean {
    const { code, message } = error as { code?: string; message: string };
    return transient.has(code ?? "") || /Connection terminated|timeout expired/.test(message);
}

/** Says what went wrong. A refused connection to several addresses of a name has no message of its own. */
function reasonOf(error: unknown): string {
    if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
    return error instanceof Error ? error.message : String(error);
}

/** A property that is a text. */
export function text(value: Value): string {
    const revealed = reveal(value);
    if (typeof revealed !== "string")
        throw new Error(`a text is expected instead of a value of type ${typeof revealed}`);
    return revealed;
}

/** A name as it stands in SQL. */
export const identifier = (name: Value) => pg.escapeIdentifier(text(name));

/** A text as it stands in SQL. */
export const literal = (value: Value) => pg.escapeLiteral(text(value));

/** The server. Opens sessions as they are needed, at most `maxConnections`. */
export class Server {
    readonly #settings: Settings;
    readonly #pool: pg.Pool;
    #cancelled = false;

    constructor(settings: Settings) {
        this.#settings = settings;
        this.#pool = new pg.Pool({
            host: settings.host,
            port: settings.port,
            user: settings.user,
            password: settings.password,
            database: settings.database,
            ssl: settings.tls,
            max: settings.maxConnections,
            application_name: "Pulumi",
        });
        // A session that ends while it waits for work is replaced by the next request.
        this.#pool.on("error", () => undefined);
    }

    /** Whether the user may read hashes of passwords. */
    get superuser(): boolean {
        return this.#settings.superuser;
    }

    /** Stops waiting for the server. */
    cancel(): void {
        this.#cancelled = true;
    }

    /**
     * Runs `work` in one session. Waits for the server to answer for as long as the provider's connectTimeout says, and
     * tells `waiting` why. Throws an Error that names the server; never one that holds a password.
     * @param action completes the sentence "can't …" of the error
     */
    async session<T>(
        action: string,
        waiting: (reason: string) => void,
        work: (client: pg.PoolClient) => Promise<T>,
    ): Promise<T> {
        const client = await this.#connect(waiting);
        try {
            const result = await work(client);
            client.release();
            return result;
        } catch (error) {
            client.release(true);
            throw new Error(`can't ${action}: ${this.#name} says: ${reasonOf(error)}`, { cause: error });
        }
    }

    get #name(): string {
        return `PostgreSQL at ${this.#settings.host}:${this.#settings.port}`;
    }

    async #connect(waiting: (reason: string) => void): Promise<pg.PoolClient> {
        const end = Date.now() + this.#settings.connectTimeout;
        for (;;) {
            try {
                return await this.#pool.connect();
            } catch (error) {
                const known = isTransient(error instanceof AggregateError ? error.errors[0] : error);
                if (!known || this.#cancelled || Date.now() + retryInterval > end) {
                    const seconds = this.#settings.connectTimeout / 1000;
                    const patience = known && !this.#cancelled ? ` within ${seconds} s` : "";
                    throw new Error(`${this.#name} can't be reached${patience}: ${reasonOf(error)}`, { cause: error });
                }
                waiting(`waiting for ${this.#name}: ${reasonOf(error)}`);
                await sleep(retryInterval);
            }
        }
    }
}
