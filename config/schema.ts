/** What a person may write under `temporal:` in Pulumi.<stack>.yaml. Unknown keys are mistakes everywhere. */
import { z } from "zod";

import { deploymentNamePattern, maxDeploymentNameLength, maxLabelLength } from "../planning/names.ts";
import { maxPort, maxSlot, minPort } from "../planning/ports.ts";
import { sizeNames } from "../planning/sizes.ts";
import { nearest } from "./errors.ts";

/** An object that takes no other keys than those of its shape, and says which those are. */
function object<S extends z.ZodRawShape>(shape: S) {
    const allowed = Object.keys(shape);
    return z.strictObject(shape, {
        error: (issue) => {
            if (issue.code !== "unrecognized_keys") return undefined;
            const hints = issue.keys.map((key) => {
                const guess = nearest(key, allowed);
                return `"${key}" is not a key here${guess ? `, did you mean "${guess}"?` : ""}`;
            });
            return `${hints.join("; ")}; allowed: ${allowed.join(", ")}`;
        },
    });
}

function pattern(expression: RegExp, allowed: string, maxLength = maxLabelLength) {
    return z
        .string()
        .regex(expression, { error: `must be ${allowed}` })
        .max(maxLength, { error: `must be at most ${maxLength} characters` });
}

const label = pattern(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "lowercase letters, digits and dashes (an RFC 1123 label)");
const hostname = pattern(
    // Names and IPv4, or IPv6, which alone has more than one colon.
    /^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*)$/,
    "a host name or an IP address, without a port",
    253,
);
const cpu = pattern(/^(\d+m|\d+(\.\d{1,3})?)$/, 'CPU as Kubernetes writes it, for example "500m" or "2"');
const memory = pattern(
    /^\d+(\.\d+)?(Ki|Mi|Gi|Ti|k|M|G|T)$/,
    'memory as Kubernetes writes it, for example "512Mi" or "2Gi"',
);
const storage = pattern(/^\d+(Mi|Gi|Ti)$/, 'a size as Kubernetes writes it, for example "20Gi"');
const port = z.int().min(1).max(65535);
const podPort = z.int().min(minPort).max(maxPort);

const amounts = object({
    cpu: cpu.optional().meta({ description: 'CPU, for example "500m" or "2". Default: from the size.' }),
    memory: memory.optional().meta({ description: 'Memory, for example "512Mi" or "2Gi". Default: from the size.' }),
});

const resources = object({
    requests: amounts.optional().meta({ description: "What the scheduler reserves." }),
    limits: amounts.optional().meta({
        description: "What a pod may use at most; GOMAXPROCS and GOMEMLIMIT of a server pod follow from them.",
    }),
});

const address = object({
    host: hostname.meta({ description: "Host name or IP address." }),
    port: port.default(5432).meta({ description: "TCP port." }),
});

const bundledPostgresql = object({
    storage: storage
        .default("10Gi")
        .meta({ description: "Size of the volume; may grow later where the storage class allows it." }),
    storageClass: label
        .optional()
        .meta({ description: "Storage class of the volume. Default: the cluster's default class." }),
    maxConnections: z.int().min(20).max(10_000).default(200).meta({
        description:
            "PostgreSQL's max_connections. The pools of all deployments together must fit; the program checks it.",
    }),
    resources: resources.prefault({}).meta({ description: "Default: 250m to 2 CPU, 512Mi to 2Gi." }),
    serviceType: z.enum(["ClusterIP", "LoadBalancer"]).default("ClusterIP").meta({
        description: "LoadBalancer where Pulumi runs outside the cluster's network.",
    }),
    pulumiAddress: address.optional().meta({
        description:
            "Where Pulumi reaches the server, if not at the Service's own address, for example a port-forward.",
    }),
});

const externalPostgresql = object({
    host: hostname.meta({ description: "Where pods reach the server." }),
    port: port.default(5432).meta({ description: "TCP port." }),
    pulumiAddress: address
        .optional()
        .meta({ description: "Where Pulumi reaches the server, if elsewhere than the pods do." }),
    sslmode: z.enum(["disable", "require", "verify-full"]).default("require").meta({
        description: "How pods and Pulumi use TLS; verify-full trusts the image's certificate authorities.",
    }),
    adminUser: z
        .string()
        .min(1)
        .max(63)
        .default("postgres")
        .meta({ description: "Role that may create roles and databases." }),
    adminDatabase: z
        .string()
        .min(1)
        .max(63)
        .default("postgres")
        .meta({ description: "Database that the admin role connects to." }),
    maxConnections: z
        .int()
        .min(20)
        .max(100_000)
        .default(100)
        .meta({ description: "The server's max_connections, for the connection budget." }),
});

/** What the deployments of a stack share. */
export const platformSchema = object({
    namespace: label
        .default("temporal-platform")
        .meta({ description: "Kubernetes namespace of the platform's own objects." }),
    postgresql: object({
        bundled: bundledPostgresql.optional().meta({ description: "A server that the program runs in the cluster." }),
        external: externalPostgresql.optional().meta({ description: "A server that is there already." }),
    })
        .prefault({ bundled: {} })
        .refine((value) => (value.bundled === undefined) !== (value.external === undefined), {
            error: 'must have exactly one of "bundled" (a server in the cluster) and "external" (one that is there already)',
        })
        .meta({ description: "The PostgreSQL server that all deployments of the platform use." }),
    protect: z.boolean().default(true).meta({
        description:
            "Whether databases, server and volume refuse to be deleted. To destroy a stack: set false, `pulumi up`, `pulumi destroy`.",
    }),
});

const pool = object({
    default: z.int().min(1).max(500).optional().meta({ description: "Connections of one pod to the default store." }),
    visibility: z
        .int()
        .min(1)
        .max(500)
        .optional()
        .meta({ description: "Connections of one pod to the visibility store." }),
});

const service = object({
    replicas: z.int().min(1).max(100).optional().meta({ description: "Default: from the size." }),
    resources: resources.prefault({}).meta({ description: "CPU and memory of one pod." }),
    pool: pool.prefault({}).meta({ description: "SQL connections of one pod. Default: from the size." }),
});

const servicePorts = {
    grpc: podPort.optional().meta({ description: "gRPC port." }),
    membership: podPort.optional().meta({ description: "Port of the gossip between the deployment's pods." }),
};

/** A scalar or structured value of a dynamic config key, or a list of values with constraints. */
const dynamicConfigValue = z.union([
    z.boolean(),
    z.number(),
    z.string(),
    z.record(z.string(), z.unknown()),
    z.array(
        object({
            value: z.unknown(),
            constraints: object({
                namespace: z.string().optional(),
                taskQueueName: z.string().optional(),
                taskType: z.enum(["Workflow", "Activity"]).optional(),
                shardID: z.int().optional(),
            }).optional(),
        }),
    ),
]);

/** One Temporal cluster. */
export const deploymentSchema = object({
    name: pattern(
        deploymentNamePattern,
        "lowercase letters, digits and dashes, beginning with a letter",
        maxDeploymentNameLength,
    ).meta({
        description:
            "Names the Kubernetes namespace, the role and the databases. A new name is a new, empty deployment.",
    }),
    slot: z.int().min(0).max(maxSlot).meta({
        description:
            "Block of ports: slot 0 gives 7233, 7234, 7235, slot 1 gives 8233, 8234, 8235. One deployment per slot; never change it while pods run.",
    }),
    size: z
        .enum(sizeNames)
        .default("small")
        .meta({ description: "Shards, replicas, resources and pools to start from." }),
    historyShards: z.int().min(1).max(16_384).optional().meta({
        description:
            "numHistoryShards. Fixed once the database is in use. Default: from the size (4, 512, 1024, 2048).",
    }),
    serverVersion: z
        .string()
        .optional()
        .meta({ description: "Temporal server version. Default: the newest that the program knows, 1.31.2." }),
    namespace: label.optional().meta({ description: "Kubernetes namespace. Default: temporal-<name>." }),
    logLevel: z
        .enum(["debug", "info", "warn", "error"])
        .default("info")
        .meta({ description: "Log level of the four services; a change restarts their pods one by one." }),
    services: object({
        frontend: service.prefault({}).meta({ description: "One of the four services." }),
        history: service.prefault({}),
        matching: service.prefault({}),
        worker: service.prefault({}),
    })
        .prefault({})
        .meta({ description: "What differs from the size, for each of the four services." }),
    ports: object({
        frontend: object({ ...servicePorts, http: podPort.optional().meta({ description: "Port of the HTTP API." }) })
            .optional()
            .meta({ description: "Ports of the frontend." }),
        history: object(servicePorts).optional().meta({ description: "Ports of history." }),
        matching: object(servicePorts).optional().meta({ description: "Ports of matching." }),
        worker: object(servicePorts).optional().meta({ description: "Ports of worker." }),
    })
        .prefault({})
        .meta({ description: "Ports set by hand; the others come from the slot." }),
    dynamicConfig: z.record(z.string(), dynamicConfigValue).default({}).meta({
        description:
            "Temporal's dynamic config. A plain value, or a list of { value, constraints }. Servers pick up changes without a restart.",
    }),
    webUi: z.boolean().default(true).meta({ description: "Whether the deployment has a web UI." }),
    adminTools: z.boolean().default(true).meta({
        description: "Whether a pod with temporal, tdbg and temporal-sql-tool stands ready for kubectl exec.",
    }),
});

/** A stack's whole config. */
export const stackSchema = object({
    platform: platformSchema.prefault({}).meta({ description: "What the deployments share." }),
    deployments: z
        .array(deploymentSchema)
        .min(1, { error: "must have at least one deployment" })
        .meta({ description: "Temporal clusters, each with its own databases, services and ports." }),
});

/** Config of what the deployments share, with defaults filled in. */
export type PlatformConfig = z.output<typeof platformSchema>;

/** Config of one deployment, with defaults filled in where they don't follow from others. */
export type DeploymentConfig = z.output<typeof deploymentSchema>;

/** Config of one service of a deployment. */
export type ServiceConfig = DeploymentConfig["services"]["frontend"];

/** A stack's config with defaults filled in. */
export type StackConfig = z.output<typeof stackSchema>;
