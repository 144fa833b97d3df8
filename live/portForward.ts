/** Reaches a pod's port from this machine through the Kubernetes API, as `kubectl port-forward` does. */
import type { EventEmitter } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Writable } from "node:stream";

import { type KubeConfig, PortForward } from "@kubernetes/client-node";

import { reasonOf } from "./errors.ts";

/** A port of a pod. */
export interface PodPort {
    readonly namespace: string;
    readonly pod: string;
    readonly port: number;
}

/** An open forward. */
export interface Forward {
    /** host:port on this machine's loopback; every connection to it goes to the pod. */
    readonly address: string;
    /** Why the last connection that failed did so; undefined if none has. */
    failure(): string | undefined;
    /** Ends it with all its connections. */
    close(): void;
}

/** Opens a forward on a loopback port that the system chooses. Whether the pod can be reached shows on the first connection. */
export async function forwardPort(kubeConfig: KubeConfig, { namespace, pod, port }: PodPort): Promise<Forward> {
    const sockets = new Set<Socket>();
    let failure: string | undefined;

    const server = createServer((socket) => {
        sockets.add(socket);
        socket.on("error", () => socket.destroy());
        // The kubelet says here why it can't reach the port; a connection that works says nothing.
        const told = new Writable({
            write(chunk: Buffer, _encoding, done) {
                if (chunk.length > 0) failure = chunk.toString("utf8").trim();
                done();
            },
        });
        new PortForward(kubeConfig).portForward(namespace, pod, [port], socket, told, socket).then(
            (opened: unknown) => {
                // The package names the type of another that it doesn't bring.
                const webSocket = opened as EventEmitter & { close(): void };
                webSocket.on("close", () => socket.destroy());
                if (socket.destroyed) webSocket.close();
                else socket.on("close", () => webSocket.close());
            },
            (error: unknown) => {
                failure = reasonOf(error);
                socket.destroy();
            },
        );
        socket.on("close", () => sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", resolve);
    });
    return {
        address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
        failure: () => failure,
        close() {
            server.close();
            for (const socket of sockets) socket.destroy();
        },
    };
}
