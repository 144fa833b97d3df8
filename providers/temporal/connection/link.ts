/** One connection to a frontend for all operations, opened when the first needs it. */
import type { Connection, ConnectionOptions } from "@temporalio/client";

import { isKubeconfigContent, type Settings } from "./settings.ts";

/** How soon a lost connection is tried again, in milliseconds; gRPC's own default goes up to two minutes. */
const reconnect = { "grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 1000 };

/** How long after one failed call another belongs to the same loss of the server, in milliseconds. */
const longestSilence = 10_000;

/** A connection with all that is under it. */
interface Open {
    readonly connection: Connection;
    /** What the way there says of its last failure; undefined if it has no say. */
    failure(): string | undefined;
    close(): Promise<void>;
}

/** The way to the server. */
export class Link {
    readonly #settings: Settings;
    #open: Promise<Open> | undefined;
    #lostAt: number | undefined;
    #failedAt = 0;

    constructor(settings: Settings) {
        this.#settings = settings;
    }

    /** How messages name the server. */
    get name(): string {
        const { address, viaKubernetes } = this.#settings;
        return viaKubernetes ? `Temporal in namespace ${viaKubernetes.namespace}` : `Temporal at ${address}`;
    }

    /** Since when nothing has answered, in milliseconds of Date.now(); undefined while something does. */
    get lostAt(): number | undefined {
        return this.#lostAt;
    }

    /** Notes how a call ended: whether the server has answered it, if only by a refusal. */
    note(isAnswered: boolean): void {
        const now = Date.now();
        // Nobody has asked in the meantime: it may have come and gone.
        const isLongAgo = now - this.#failedAt > longestSilence;
        if (isAnswered) this.#lostAt = undefined;
        else if (this.#lostAt === undefined || isLongAgo) this.#lostAt = now;
        if (!isAnswered) this.#failedAt = now;
    }

    /** The connection. Throws when there is no frontend pod to connect to; an address is only tried by the first call. */
    async connection(): Promise<Connection> {
        this.#open ??= this.#settings.viaKubernetes ? forwarded(this.#settings) : direct(this.#settings);
        const open = this.#open;
        try {
            return (await open).connection;
        } catch (error) {
            if (this.#open === open) this.#open = undefined;
            throw error;
        }
    }

    /** What the port-forward says of its last failure. */
    async failure(): Promise<string | undefined> {
        return (await this.#open?.catch(() => undefined))?.failure();
    }

    /** Looks for a frontend pod anew next time: the one that `failed` is forwarded to may be gone. An address stays the same. */
    async renew(failed: Connection): Promise<void> {
        const open = this.#open;
        const opened = await open?.catch(() => undefined);
        // Another operation may have been here before.
        if (!this.#settings.viaKubernetes || opened?.connection !== failed || this.#open !== open) return;
        this.#open = undefined;
        await opened.close();
    }
}

async function direct(settings: Settings): Promise<Open> {
    const connection = await connect(settings, settings.address);
    return { connection, failure: () => undefined, close: () => connection.close() };
}

async function forwarded(settings: Settings): Promise<Open> {
    const { viaKubernetes } = settings;
    if (!viaKubernetes) throw new Error("there is no Kubernetes namespace to go to");
    // Kubernetes' client is large, and an address does without.
    const [{ kubeConfigOf, parseKubeConfig }, { readyFrontend }, { forwardPort }] = await Promise.all([
        import("../../../live/kubernetes.ts"),
        import("../../../live/frontend.ts"),
        import("../../../live/portForward.ts"),
    ]);
    const { context = "", kubeconfig, namespace } = viaKubernetes;
    const config =
        kubeconfig !== undefined && isKubeconfigContent(kubeconfig)
            ? parseKubeConfig(kubeconfig, viaKubernetes.context)
            : kubeConfigOf(context, kubeconfig);
    const { pod, port } = await readyFrontend(config, namespace);
    const forward = await forwardPort(config, { namespace, pod, port: viaKubernetes.port ?? port });
    const connection = await connect(settings, forward.address);
    return {
        connection,
        failure: () => forward.failure(),
        async close() {
            await connection.close();
            forward.close();
        },
    };
}

async function connect({ tls, apiKey }: Settings, address: string | undefined): Promise<Connection> {
    // The client takes a third of a second to load, and most runs of a check or a preview need none.
    const { Connection } = await import("@temporalio/client");
    const { caCertificate, clientCertificate, clientKey, serverName } = tls ?? {};
    const options: ConnectionOptions = {
        address,
        apiKey,
        // Operations repeat calls themselves, within their own time.
        interceptors: [],
        channelArgs: reconnect,
        tls: tls !== undefined && {
            serverNameOverride: serverName,
            serverRootCACertificate: caCertificate === undefined ? undefined : Buffer.from(caCertificate),
            clientCertPair:
                clientCertificate === undefined || clientKey === undefined
                    ? undefined
                    : { crt: Buffer.from(clientCertificate), key: Buffer.from(clientKey) },
        },
    };
    return Connection.lazy(options);
}
