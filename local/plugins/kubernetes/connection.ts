/** HTTPS requests to a Kubernetes API server. */
import { Agent, type AgentOptions, request as httpsRequest, type RequestOptions } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

import type { KubeConfig } from "@kubernetes/client-node";

import { isObject, type Value, type Values } from "../../../providers/protocol/values.ts";
import { text } from "./objects.ts";

/** The server refused a request; the message is the server's. */
export class ApiError extends Error {
    override name = "ApiError";
    /** HTTP status, for example 404. */
    readonly code: number;
    /** The server's one-word reason, for example "AlreadyExists". */
    readonly reason: string;
    /** The kind the error is about in the plural, for example "namespaces" where an object's namespace is missing. */
    readonly about: string;

    constructor(code: number, status: Value, raw: string) {
        super(text(status, "message") || raw.trim() || `the API server answered with HTTP status ${code}`);
        this.code = code;
        this.reason = text(status, "reason");
        this.about = text(status, "details", "kind");
    }
}

/** Whether `error` says that something isn't there. */
export function isNotFound(error: unknown): error is ApiError {
    return error instanceof ApiError && error.code === 404;
}

/** How long one request may take, in milliseconds; far above what a healthy server needs. */
const requestTimeout = 60_000;

/** Waits before a request is sent again after a passing failure, in milliseconds. */
const retryDelays = [250, 500, 1000, 2000, 4000];

/** Statuses of a server that is overloaded or not up yet: the request wasn't carried out. */
const passingStatuses = new Set([429, 503]);

/** Connection failures before a request was sent, and those that leave open whether it arrived. */
const refusedConnection = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"]);
const brokenConnection = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT"]);

function toApiError(answer: { code: number; body: string }): ApiError {
    let status: Value;
    try {
        status = JSON.parse(answer.body) as Value;
    } catch {
        status = undefined;
    }
    return new ApiError(answer.code, isObject(status) ? status : undefined, answer.body);
}

/** A connection to one API server. */
export class Connection {
    readonly #server: string;
    readonly #options: RequestOptions;

    private constructor(server: string, options: RequestOptions) {
        this.#server = server;
        this.#options = { ...options, agent: new Agent({ ...(options as AgentOptions), keepAlive: true }) };
    }

    /** Connects with the current context of `config`. */
    static async open(config: KubeConfig): Promise<Connection> {
        const options: RequestOptions = {};
        await config.applyToHTTPSOptions(options);
        return new Connection(config.getCurrentCluster()?.server ?? "", options);
    }

    #send(method: string, path: string, body?: string, contentType?: string): Promise<{ code: number; body: string }> {
        return new Promise((resolve, reject) => {
            // The length has to be said: without it a DELETE's body would be taken for the next request.
            const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
            const headers = {
                accept: "application/json",
                ...(contentType && { "content-type": contentType }),
                ...length,
            };
            const options = { ...this.#options, method, headers, timeout: requestTimeout };
            const request = httpsRequest(new URL(path, this.#server), options, (response) => {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("error", reject);
                response.on("end", () => {
                    resolve({ code: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") });
                });
            });
            request.on("timeout", () =>
                request.destroy(new Error(`${method} ${path}: no answer in ${requestTimeout / 1000} s`)),
            );
            request.on("error", reject);
            request.end(body);
        });
    }

    /** Sends a request and again after failures that pass. Throws {@link ApiError}, or an Error if there is no connection. */
    async request(method: string, path: string, body?: Value, contentType = "application/json"): Promise<string> {
        const content = body === undefined ? undefined : JSON.stringify(body);
        for (let attempt = 0; ; attempt++) {
            const delay = retryDelays[attempt];
            try {
                const answer = await this.#send(method, path, content, content && contentType);
                if (answer.code < 300) return answer.body;
                if (!passingStatuses.has(answer.code) || delay === undefined) throw toApiError(answer);
            } catch (error) {
                if (error instanceof ApiError) throw error;
                const code = (error as NodeJS.ErrnoException).code ?? "";
                const passes = refusedConnection.has(code) || (brokenConnection.has(code) && method !== "POST");
                if (!passes || delay === undefined) {
                    const reason = (error as Error).message;
                    throw new Error(`the Kubernetes API server at ${this.#server} can't be reached: ${reason}`, {
                        cause: error,
                    });
                }
            }
            await sleep(delay);
        }
    }

    /** {@link request} for an answer in JSON. */
    async json(method: string, path: string, body?: Value, contentType?: string): Promise<Values> {
        return JSON.parse(await this.request(method, path, body, contentType)) as Values;
    }
}
