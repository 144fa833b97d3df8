/** What a person may write under `temporal:platform`. */
import { z } from "zod";

import { monitoringSchema } from "./monitoringSchema.ts";
import { clients, deploymentName, hostname, label, object, port, ports, resources, slot, storage } from "./shapes.ts";
import { teamTermsSchema } from "./teamSchema.ts";

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
    clients: clients.prefault({}).meta({
        description:
            "Who may dial the server besides deployments and the cluster's nodes, where NetworkPolicy is enforced: whatever Pulumi runs on.",
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

const slotGrant = object({
    deployment: deploymentName.meta({ description: "Name that the deployment has in the other stack." }),
    slot: slot.meta({ description: "Block of ports that it gets." }),
    ports,
    connections: z.int().min(1).max(100_000).meta({
        description:
            "SQL connections that its pods may open together; counts against max_connections. A deployment of size dev needs 78.",
    }),
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
    monitoring: monitoringSchema
        .prefault({})
        .meta({ description: "Metrics, alerts and dashboards of all deployments: bundled, operator or none." }),
    slots: z.array(slotGrant).default([]).meta({
        description:
            "The platform's table of slots for deployments of other stacks (tenants), besides this stack's own.",
    }),
    teams: teamTermsSchema
        .prefault({})
        .meta({ description: "Which teams may come, and the bounds of what they may have." }),
});
