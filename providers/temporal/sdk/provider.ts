/** A Temporal server, and how to reach it. */
import * as pulumi from "@pulumi/pulumi";

import { packageName } from "../package.ts";

/** A frontend that is reached through the Kubernetes API, as `kubectl port-forward` does. */
export interface ViaKubernetesArgs {
    /**
     * Context of the kubeconfig. The current one is never used by itself.
     * @default the current one where `kubeconfig` is given by its contents, else it must be given
     */
    readonly context?: pulumi.Input<string>;
    /**
     * Path or contents of a kubeconfig.
     * @default `KUBECONFIG`, else `~/.kube/config`
     */
    readonly kubeconfig?: pulumi.Input<string>;
    /** Kubernetes namespace of the deployment. */
    readonly namespace: pulumi.Input<string>;
    /**
     * gRPC port of the frontend.
     * @default the one that its pod names `grpc`
     */
    readonly port?: pulumi.Input<number>;
}

/** How the connection is encrypted and who it is between. */
export interface TlsArgs {
    /**
     * Authority that has signed the server's certificate, in PEM.
     * @default the public ones
     */
    readonly caCertificate?: pulumi.Input<string>;
    /** Certificate to show to the server, in PEM. Needs `clientKey`. */
    readonly clientCertificate?: pulumi.Input<string>;
    /** Key of `clientCertificate`, in PEM; kept secret. */
    readonly clientKey?: pulumi.Input<string>;
    /**
     * Name that the server's certificate must have. Must be given with `viaKubernetes`.
     * @default the host of `address`
     */
    readonly serverName?: pulumi.Input<string>;
}

/** Inputs of {@link Provider}. */
export interface ProviderArgs {
    /** Where the frontend's gRPC port can be reached, as `host:port`. Either this or `viaKubernetes`. */
    readonly address?: pulumi.Input<string>;
    /** Reaches a ready frontend pod through the Kubernetes API. Either this or `address`. */
    readonly viaKubernetes?: pulumi.Input<ViaKubernetesArgs>;
    /**
     * Encrypts the connection.
     * @default no TLS
     */
    readonly tls?: pulumi.Input<TlsArgs>;
    /** API key or JWT, sent as `Authorization: Bearer …`; kept secret. Needs `tls`, or `plaintextApiKey`. */
    readonly apiKey?: pulumi.Input<string>;
    /**
     * Sends `apiKey` without TLS all the same, for a connection that nobody else can read.
     * @default false
     */
    readonly plaintextApiKey?: pulumi.Input<boolean>;
}

/**
 * A Temporal server, and how to reach it. The plugin is found by Pulumi.yaml:
 *
 *     plugins: { providers: [{ name: temporal-objects, path: providers/temporal }] }
 */
export class Provider extends pulumi.ProviderResource {
    constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
        // A provider's inputs are strings: what isn't goes as JSON.
        const asText = (value: unknown) => (value === undefined ? undefined : pulumi.jsonStringify(value));
        const inputs = {
            ...args,
            viaKubernetes: asText(args.viaKubernetes),
            tls: asText(args.tls && withSecretKey(args.tls)),
            apiKey: args.apiKey && pulumi.secret(args.apiKey),
            plaintextApiKey: asText(args.plaintextApiKey),
        };
        super(packageName, name, inputs, opts);
    }
}

function withSecretKey(tls: pulumi.Input<TlsArgs>): pulumi.Output<object> {
    return pulumi.output(tls).apply((tls) => ({ ...tls, clientKey: tls.clientKey && pulumi.secret(tls.clientKey) }));
}
