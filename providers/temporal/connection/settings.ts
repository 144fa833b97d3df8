/** The provider's own inputs: how to reach a Temporal server, and as whom. */
import type { Checked, Failure } from "../../protocol/plugin.ts";
import { isObject, isSecret, isUnknown, reveal, secret, type Value, type Values } from "../../protocol/values.ts";
import { checkProperties } from "../shapes/check.ts";
import { boolean, type Properties, text } from "../shapes/shape.ts";

const pem = {
    kind: "text",
    problem: (value: string) => (value.includes("-----BEGIN ") ? undefined : "PEM, beginning with -----BEGIN"),
} as const;

/** Properties of the provider. */
export const settingsProperties: Properties = {
    address: {
        shape: { kind: "text", problem: (value) => (/^[^\s/]+:\d+$/.test(value) ? undefined : "host:port") },
        description: "Where the frontend's gRPC port can be reached, as `host:port`. Either this or `viaKubernetes`.",
    },
    viaKubernetes: {
        shape: {
            kind: "object",
            name: "ViaKubernetes",
            description: "A frontend that is reached through the Kubernetes API, as `kubectl port-forward` does.",
            properties: {
                context: {
                    shape: text,
                    description:
                        "Context of the kubeconfig. The current one is never used by itself: only the contents of a kubeconfig do without.",
                },
                kubeconfig: {
                    shape: text,
                    secret: true,
                    description: "Path or contents of a kubeconfig. Default: `KUBECONFIG`, else `~/.kube/config`.",
                },
                namespace: { shape: text, required: true, description: "Kubernetes namespace of the deployment." },
                port: {
                    shape: { kind: "integer", atLeast: 1, atMost: 65_535 },
                    description: "gRPC port of the frontend. Default: the one that its pod names `grpc`.",
                },
            },
        },
        description: "Reaches a ready frontend pod through the Kubernetes API. Either this or `address`.",
    },
    tls: {
        shape: {
            kind: "object",
            name: "Tls",
            description: "How the connection is encrypted and who it is between. `{}` trusts the public authorities.",
            properties: {
                caCertificate: {
                    shape: pem,
                    description:
                        "Authority that has signed the server's certificate, in PEM. Default: the public ones.",
                },
                clientCertificate: { shape: pem, description: "Certificate to show to the server, in PEM." },
                clientKey: { shape: pem, secret: true, description: "Key of `clientCertificate`, in PEM." },
                serverName: {
                    shape: text,
                    description: "Name that the server's certificate must have. Default: the host of `address`.",
                },
            },
        },
        description: "Encrypts the connection. Default: no TLS.",
    },
    apiKey: {
        shape: text,
        secret: true,
        description: "API key or JWT, sent as `Authorization: Bearer …`. Needs `tls`, or `plaintextApiKey`.",
    },
    plaintextApiKey: {
        shape: boolean,
        default: false,
        description: "Sends `apiKey` without TLS all the same, for a connection that nobody else can read.",
    },
};

/** How to reach a server, revealed. */
export interface Settings {
    readonly address?: string;
    readonly viaKubernetes?: {
        readonly context?: string;
        readonly kubeconfig?: string;
        readonly namespace: string;
        readonly port?: number;
    };
    readonly tls?: {
        readonly caCertificate?: string;
        readonly clientCertificate?: string;
        readonly clientKey?: string;
        readonly serverName?: string;
    };
    readonly apiKey?: string;
}

/** Whether a kubeconfig is given by its contents. */
export function isKubeconfigContent(kubeconfig: string): boolean {
    return /^(apiVersion|kind|clusters|contexts)\s*:|^\s*\{/m.test(kubeconfig);
}

/** Checks the provider's inputs, and marks the secrets among them. */
export function checkSettings(news: Values): Checked {
    const given = parseNested(news);
    const { version, ...values } = given;
    const { inputs, failures } = checkProperties(settingsProperties, values);
    return {
        // The engine puts the plugin's version among the inputs.
        inputs: { ...inputs, ...(version === undefined ? {} : { version }) },
        failures: [...failures, ...combinations(reveal(inputs) as Values)],
    };
}

/** SDKs send what isn't a string as JSON text. */
function parseNested(values: Values): Values {
    return Object.fromEntries(
        Object.entries(values).map(([name, value]) => {
            const kind = settingsProperties[name]?.shape.kind;
            return [name, kind === "object" || kind === "boolean" ? parseText(value) : value];
        }),
    );
}

function parseText(value: Value): Value {
    if (isSecret(value)) return secret(parseText(value.value));
    if (typeof value !== "string" || isUnknown(value)) return value;
    try {
        return JSON.parse(value) as Value;
    } catch {
        return value;
    }
}

function combinations({ address, viaKubernetes, tls, apiKey, plaintextApiKey }: Values): Failure[] {
    const failures: Failure[] = [];
    const fail = (property: string, reason: string) => failures.push({ property, reason });
    if (address === undefined && viaKubernetes === undefined) {
        fail("address", "Say how to reach Temporal: by address (host:port) or viaKubernetes.");
    }
    if (address !== undefined && viaKubernetes !== undefined) {
        fail("viaKubernetes", "Give either address or viaKubernetes, not both.");
    }
    if (isObject(viaKubernetes)) {
        const { context, kubeconfig } = viaKubernetes;
        const isContent = typeof kubeconfig === "string" && isKubeconfigContent(kubeconfig);
        if (context === undefined && !isContent && !isUnknown(kubeconfig)) {
            fail("viaKubernetes.context", "viaKubernetes.context must be given: the current context is never assumed.");
        }
        if (isObject(tls) && tls.serverName === undefined) {
            fail("tls.serverName", "tls.serverName must be given: a port-forward has no name to check.");
        }
    }
    if (isObject(tls) && (tls.clientCertificate === undefined) !== (tls.clientKey === undefined)) {
        fail("tls", "tls.clientCertificate and tls.clientKey belong together: give both or none.");
    }
    if (apiKey !== undefined && tls === undefined && plaintextApiKey !== true) {
        fail("apiKey", "apiKey would be sent in plain text: give tls, or set plaintextApiKey.");
    }
    return failures;
}

/** Reads what Configure brings: checked inputs, each as text. */
export function readSettings(variables: ReadonlyMap<string, string>): Settings {
    return reveal(parseNested(Object.fromEntries(variables))) as unknown as Settings;
}
