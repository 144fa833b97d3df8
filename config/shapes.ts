/** The shapes that keys of different blocks have in common. */
import { z } from "zod";

import { deploymentNamePattern, maxDeploymentNameLength, maxLabelLength } from "../planning/names.ts";
import { maxPort, maxSlot, minPort } from "../planning/ports.ts";
import { nearest } from "./errors.ts";

/** An object that takes no other keys than those of its shape, and says which those are. */
export function object<S extends z.ZodRawShape>(shape: S) {
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

/** Text that matches `expression`, which `allowed` says in words. */
export function pattern(expression: RegExp, allowed: string, maxLength = maxLabelLength) {
    return z
        .string()
        .regex(expression, { error: `must be ${allowed}` })
        .max(maxLength, { error: `must be at most ${maxLength} characters` });
}

/** RFC 1123 label: the name of a namespace or class. */
export const label = pattern(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    "lowercase letters, digits and dashes (an RFC 1123 label)",
);
/** Where something is reached, without a port. */
export const hostname = pattern(
    // Names and IPv4, or IPv6, which alone has more than one colon.
    /^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*)$/,
    "a host name or an IP address, without a port",
    253,
);
/** CPU as Kubernetes writes it. */
export const cpu = pattern(/^(\d+m|\d+(\.\d{1,3})?)$/, 'CPU as Kubernetes writes it, for example "500m" or "2"');
/** Memory as Kubernetes writes it. */
export const memory = pattern(
    /^\d+(\.\d+)?(Ki|Mi|Gi|Ti|k|M|G|T)$/,
    'memory as Kubernetes writes it, for example "512Mi" or "2Gi"',
);
/** Size of a volume. */
export const storage = pattern(/^\d+(Mi|Gi|Ti)$/, 'a size as Kubernetes writes it, for example "20Gi"');
/** A span of time as Prometheus writes it. */
export const duration = pattern(/^[1-9]\d*(h|d|w|y)$/, 'a time as Prometheus writes it, for example "15d" or "12h"');
/** A TCP port of something that isn't ours. */
export const port = z.int().min(1).max(65535);
const podPort = z.int().min(minPort).max(maxPort);

const amounts = object({
    cpu: cpu.optional().meta({ description: 'CPU, for example "500m" or "2". Default: from the size.' }),
    memory: memory.optional().meta({ description: 'Memory, for example "512Mi" or "2Gi". Default: from the size.' }),
});

/** Requests and limits of a container. */
export const resources = object({
    requests: amounts.optional().meta({ description: "What the scheduler reserves." }),
    limits: amounts.optional().meta({
        description: "What a pod may use at most; GOMAXPROCS and GOMEMLIMIT of a server pod follow from them.",
    }),
});

const servicePorts = {
    grpc: podPort.optional().meta({ description: "gRPC port." }),
    membership: podPort.optional().meta({ description: "Port of the gossip between the deployment's pods." }),
};

/** Ports of a deployment that are set by hand. */
export const ports = object({
    frontend: object({ ...servicePorts, http: podPort.optional().meta({ description: "Port of the HTTP API." }) })
        .optional()
        .meta({ description: "Ports of the frontend." }),
    history: object(servicePorts).optional().meta({ description: "Ports of history." }),
    matching: object(servicePorts).optional().meta({ description: "Ports of matching." }),
    worker: object(servicePorts).optional().meta({ description: "Ports of worker." }),
})
    .prefault({})
    .meta({ description: "Ports set by hand; the others come from the slot." });

/** Name of a deployment. */
export const deploymentName = pattern(
    deploymentNamePattern,
    "lowercase letters, digits and dashes, beginning with a letter",
    maxDeploymentNameLength,
);
/** Number of a block of ports. */
export const slot = z.int().min(0).max(maxSlot);

/** An address block. */
export const cidr = z.union([z.cidrv4(), z.cidrv6()], {
    error: 'must be an address block, for example "10.0.0.0/8"',
});

/** Who may connect from outside of the program's own pods. */
export const clients = object({
    namespaces: z
        .array(label)
        .default([])
        .meta({ description: "Kubernetes namespaces whose pods may connect: those of the workers." }),
    cidrs: z.array(cidr).default([]).meta({ description: "Address blocks outside the cluster." }),
});
