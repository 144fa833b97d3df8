/**
 * The config file of a Temporal server pod. It is typed, since the server drops keys that it doesn't know without a word
 * (common/config/loader.go).
 */
import { stringify } from "yaml";

import { type DeploymentPorts, metricsPort, serviceNames } from "./ports.ts";
import type { PoolSize } from "./sizes.ts";

/** Where pods find the database and how they use TLS. */
export interface StoreAddress {
    readonly host: string;
    readonly port: number;
    readonly sslmode: "disable" | "require" | "verify-full";
}

/** What one pod's config follows from. */
export interface ServerConfigInput {
    readonly store: StoreAddress;
    readonly databases: { readonly role: string; readonly default: string; readonly visibility: string };
    readonly pool: PoolSize;
    readonly historyShards: number;
    readonly ports: DeploymentPorts;
    readonly logLevel: "debug" | "info" | "warn" | "error";
}

/** Environment variable that carries the role's password; the file itself holds no secret. */
export const passwordVariable = "TEMPORAL_STORE_PASSWORD";

/** Environment variable that carries the pod's own address. */
export const podIpVariable = "POD_IP";

/** Folder of the server's config file in a pod. */
export const configDirectory = "/etc/temporal/server-config";

/** Folder of the dynamic config file in a pod; a folder mount, since a mount of a single file never changes. */
export const dynamicConfigDirectory = "/etc/temporal/dynamic-config";

/** How often the server looks at the dynamic config file; less than 5 s is an error (file_based_client.go). */
const dynamicConfigPollInterval = "10s";

/**
 * A connection that lives longer is opened anew when it is next needed: an idle deployment gives back what a busy hour has
 * opened, each session being some 10 MB of PostgreSQL's memory, and a failed-over PostgreSQL is found.
 */
const maxConnectionLifetime = "3m";

/** Where a pod serves Go profiles, on its own loopback only: reached by kubectl port-forward. Temporal's usual port for it. */
export const pprofPort = 7936;

/** Renders the file of one service's pods. The first line switches the server's template functions on. */
export function renderServerConfig(input: ServerConfigInput): string {
    const config = {
        log: { stdout: true, level: input.logLevel, format: "json" },
        persistence: {
            defaultStore: "default",
            visibilityStore: "visibility",
            numHistoryShards: input.historyShards,
            datastores: {
                default: { sql: datastore(input, input.databases.default, input.pool.default) },
                visibility: { sql: datastore(input, input.databases.visibility, input.pool.visibility) },
            },
        },
        global: {
            pprof: { host: "127.0.0.1", port: pprofPort },
            membership: { maxJoinDuration: "30s", broadcastAddress: environment(podIpVariable) },
            // These three flags keep the metric names that the world's dashboards know; OpenTelemetry, unlike tally, leaves
            // label values as they are, so that server and worker metrics join by namespace and task queue.
            metrics: {
                withoutUnitSuffix: true,
                withoutCounterSuffix: true,
                recordTimerInSeconds: true,
                prometheus: {
                    framework: "opentelemetry",
                    listenAddress: `0.0.0.0:${metricsPort}`,
                    handlerPath: "/metrics",
                },
            },
        },
        services: Object.fromEntries(
            serviceNames.map((service) => {
                const { grpc, membership } = input.ports[service];
                const http = service === "frontend" ? { httpPort: input.ports.frontend.http } : {};
                return [service, { rpc: { grpcPort: grpc, membershipPort: membership, ...http, bindOnIP: "0.0.0.0" } }];
            }),
        ),
        clusterMetadata: {
            enableGlobalNamespace: false,
            failoverVersionIncrement: 10,
            masterClusterName: "active",
            currentClusterName: "active",
            clusterInformation: {
                active: {
                    enabled: true,
                    initialFailoverVersion: 1,
                    rpcAddress: `127.0.0.1:${input.ports.frontend.grpc}`,
                },
            },
        },
        dcRedirectionPolicy: { policy: "noop" },
        dynamicConfigClient: {
            filepath: `${dynamicConfigDirectory}/dynamic-config.yaml`,
            pollInterval: dynamicConfigPollInterval,
        },
    };
    return `# enable-template\n${stringify(config, { lineWidth: 0 })}`;
}

function datastore({ store, databases }: ServerConfigInput, databaseName: string, connections: number) {
    return {
        // pgx prepares statements and halves the commits of the older postgres12 plugin.
        pluginName: "postgres12_pgx",
        connectProtocol: "tcp",
        connectAddr: `${store.host}:${store.port}`,
        databaseName,
        user: databases.role,
        password: environment(passwordVariable),
        maxConns: connections,
        // Without idle connections the server opens several sessions per workflow.
        maxIdleConns: connections,
        maxConnLifetime: maxConnectionLifetime,
        ...(store.sslmode === "disable"
            ? {}
            : { tls: { enabled: true, enableHostVerification: store.sslmode === "verify-full" } }),
    };
}

function environment(variable: string): string {
    return `{{ env "${variable}" }}`;
}
