/** What a person may write of one deployment under `temporal:deployments`. */
import { z } from "zod";

import { sizeNames } from "../planning/sizes.ts";
import { clients, deploymentName, label, object, ports, resources, slot } from "./shapes.ts";

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

const removal = object({
    abandonOpenWorkflows: z
        .boolean()
        .default(false)
        .meta({ description: "Whether it goes although workflows are open; else it is refused as long as any is." }),
    deleteData: z.boolean().default(false).meta({
        description: "Whether its databases are dropped when the entry goes; else they stay in PostgreSQL.",
    }),
});

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
    name: deploymentName.meta({
        description:
            "Names the Kubernetes namespace, the role and the databases. A new name is a new, empty deployment.",
    }),
    slot: slot.optional().meta({
        description:
            "Block of ports: slot 0 gives 7233, 7234, 7235, slot 1 gives 8233, 8234, 8235. One deployment per slot. Required, but in a tenant stack, where the platform's table gives it.",
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
    ports,
    dynamicConfig: z.record(z.string(), dynamicConfigValue).default({}).meta({
        description:
            "Temporal's dynamic config. A plain value, or a list of { value, constraints }. Servers pick up changes without a restart.",
    }),
    clients: clients.prefault({}).meta({
        description:
            "Who may reach the frontend and the web UI besides the deployment's own pods and the cluster's nodes, where NetworkPolicy is enforced.",
    }),
    remove: removal.optional().meta({
        description: "Takes the deployment away with the next `pulumi up`; the entry itself may go after that.",
    }),
    webUi: z.boolean().default(true).meta({ description: "Whether the deployment has a web UI." }),
    adminTools: z.boolean().default(true).meta({
        description: "Whether a pod with temporal, tdbg and temporal-sql-tool stands ready for kubectl exec.",
    }),
});
