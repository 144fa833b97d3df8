/** The few calls to the API server that starting the node needs. */
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { json } from "node:stream/consumers";
import { apiServerUrl } from "./layout.ts";
import { pkiFiles } from "./pki.ts";

/** How long an answer may take, in milliseconds. */
const timeout = 10_000;

interface Answer {
    readonly status: number;
    readonly body: unknown;
}

async function call(method: string, path: string, contentType?: string, body?: unknown): Promise<Answer> {
    const [ca, cert, key] = await Promise.all(
        [pkiFiles.authority, pkiFiles.certificate("admin"), pkiFiles.key("admin")].map((file) => readFile(file)),
    );
    return new Promise((resolve, reject) => {
        const outgoing = request(new URL(path, apiServerUrl), {
            method,
            ca,
            cert,
            key,
            agent: false,
            signal: AbortSignal.timeout(timeout),
            headers: { ...(contentType !== undefined && { "content-type": contentType }) },
        });
        outgoing.on("error", reject);
        outgoing.on("response", (incoming) => {
            json(incoming).then((answer) => resolve({ status: incoming.statusCode ?? 0, body: answer }), reject);
        });
        outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

/** An object as the API server has it, or undefined if there is none. Throws when the server doesn't answer or refuses. */
export async function getObject<T>(path: string): Promise<T | undefined> {
    const { status, body } = await call("GET", path);
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body as T;
}

/** Creates or changes an object to what is given (server-side apply). Throws when the server doesn't answer or refuses. */
export async function applyObject(path: string, object: unknown): Promise<void> {
    const url = `${path}?fieldManager=temporal-local&force=true`;
    const { status, body } = await call("PATCH", url, "application/apply-patch+yaml", object);
    if (status >= 300) throw new Error(`PATCH ${path} answered ${status}: ${JSON.stringify(body)}`);
}
