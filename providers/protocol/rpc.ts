/** What every plugin of the engine has in common: methods answered by promises, a loopback port, an end with the engine. */
import { flushCompileCache } from "node:module";

import grpc from "@grpc/grpc-js";

import { toServiceError } from "./errors.ts";

/** The engine's own limit for one message, in bytes: 400 MiB. */
const messageLimit = 400 * 1024 * 1024;

/** Answers one kind of request by a promise. */
export function answer<Req, Res>(work: (request: Req) => Promise<Res> | Res): grpc.handleUnaryCall<Req, Res> {
    return (call, callback) => {
        Promise.resolve(call.request)
            .then(work)
            .then(
                (response) => callback(null, response),
                (error: unknown) => callback(toServiceError(error)),
            );
    };
}

/** The engine's address (host:port): the argument that isn't a flag or a flag's value, always the last. */
export function engineAddress(): string | undefined {
    const last = process.argv.slice(2).at(-1);
    return last?.startsWith("-") ? undefined : last;
}

/** Serves one service until the engine goes. Prints the port, as the engine expects. */
export async function listen<Service extends grpc.UntypedServiceImplementation>(
    definition: grpc.ServiceDefinition<Service>,
    service: grpc.UntypedServiceImplementation,
): Promise<void> {
    const server = new grpc.Server({
        "grpc.max_receive_message_length": messageLimit,
        "grpc.max_send_message_length": messageLimit,
    });
    server.addService(definition, service);
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        );
    });
    // The engine holds the other end of stdin, so it ends with the engine, however that ended.
    process.stdin.on("end", () => process.exit(0)).resume();
    process.stdout.write(`${port}\n`);
    // Node writes its cache on exit, but the engine ends plugins by a signal.
    flushCompileCache();
}
