/** A Kubernetes API on loopback that knows frontend pods, and forwards their port to a server of this machine. */
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";

import { stringify } from "yaml";

/** The part of the package ws that is used here; it brings no types. */
interface Socket {
    send(data: Buffer): void;
    close(): void;
    on(event: "message", listener: (data: Buffer) => void): void;
    on(event: "close", listener: () => void): void;
}
interface SocketServer {
    handleUpgrade(request: unknown, socket: Duplex, head: Buffer, done: (socket: Socket) => void): void;
}
const { WebSocketServer } = createRequire(import.meta.url)("ws") as {
    readonly WebSocketServer: new (options: object) => SocketServer;
};

/** The API. */
export interface FakePortForward {
    /** The contents of a kubeconfig that leads to it. */
    readonly kubeconfig: string;
    /** Pods by their names, each with the port of this machine that it stands for, and whether it is ready. */
    pods: Readonly<Record<string, { readonly port: number; readonly ready: boolean }>>;
    /** Names of the pods that were forwarded to, in order. */
    readonly forwarded: readonly string[];
    stop(): Promise<void>;
}

/** Starts it. */
export async function fakePortForward(): Promise<FakePortForward> {
    const forwarded: string[] = [];
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "v4.channel.k8s.io" });
    const server = createServer((_, response) => {
        const items = Object.entries(api.pods).map(([name, { ready }]) => ({
            metadata: { name },
            spec: { containers: [{ name: "temporal", ports: [{ name: "grpc", containerPort: 7233 }] }] },
            status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
        }));
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify({ apiVersion: "v1", kind: "PodList", items }));
    });
    server.on("upgrade", (request, socket: Duplex, head: Buffer) => {
        const name = /\/pods\/([^/]+)\/portforward/.exec(request.url ?? "")?.[1] ?? "";
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
            forwarded.push(name);
            const target = connect(api.pods[name]?.port ?? 1, "127.0.0.1");
            // Each stream begins with the port's number: 0 is data, 1 errors.
            webSocket.send(Buffer.of(0, 0, 0));
            webSocket.send(Buffer.of(1, 0, 0));
            target.on("data", (data) => webSocket.send(Buffer.concat([Buffer.of(0), data])));
            target.on("error", ({ message }) => webSocket.send(Buffer.concat([Buffer.of(1), Buffer.from(message)])));
            target.on("close", () => webSocket.close());
            webSocket.on("message", (data) => target.write(data.subarray(1)));
            webSocket.on("close", () => target.destroy());
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const api: FakePortForward = {
        kubeconfig: stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name: "fake", cluster: { server: url, "insecure-skip-tls-verify": true } }],
            users: [{ name: "fake", user: {} }],
            contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
            "current-context": "fake",
        }),
        pods: {},
        forwarded,
        async stop() {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
    return api;
}
