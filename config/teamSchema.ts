/** What a person may write under `temporal:teams`, and under `temporal:platform.teams` of the bounds of it. */
import { z } from "zod";

import { maxNamespaceNameLength, maxTeamNameLength, teamNamePattern } from "../planning/team/names.ts";
import { searchAttributeTypes } from "../planning/team/searchAttributes.ts";
import { parseDuration } from "../providers/temporal/shapes/durations.ts";
import { cidr, cpu, deploymentName, label, memory, object, pattern, port } from "./shapes.ts";

const nameShape = "lowercase letters, digits and dashes, beginning with a letter";
const teamName = pattern(teamNamePattern, nameShape, maxTeamNameLength);

/** A length of time as the provider of Temporal's objects takes it; servers refuse a retention below an hour. */
const retention = z.string().refine((text) => (parseDuration(text) ?? 0) >= 3600, {
    error: 'must be a length of time of at least 1h, for example "72h" or "30d"',
});

const limit = z.int().min(1).max(1_000_000);

const limits = object({
    rps: limit.optional().meta({
        description: "Calls a second, per frontend pod (frontend.namespaceRPS). Default: the server's, 2400.",
    }),
    visibilityRps: limit.optional().meta({
        description:
            "Lists, counts and scans a second, per frontend pod (frontend.namespaceRPS.visibility). Default: 10.",
    }),
    longPolls: limit.optional().meta({
        description: "Polls that wait at the same time, per frontend pod (frontend.namespaceCount). Default: 1200.",
    }),
});

/** As Temporal checks it when a workflow sets one; the provider refuses the names that the server keeps for itself. */
const searchAttributeName = pattern(
    /^[A-Za-z_][\w.-]*$/,
    "letters, digits, _, - and . that don't begin with a digit",
    255,
);

const temporalNamespace = object({
    suffix: teamName.optional().meta({
        description: "Part of the name: <team>-<suffix>-<environment>. Default: none, <team>-<environment>.",
    }),
    name: pattern(teamNamePattern, nameShape, maxNamespaceNameLength).optional().meta({
        description: "The whole name, where the convention doesn't fit. Another name is another namespace.",
    }),
    retention: retention.default("72h").meta({
        description: "How long closed workflows are kept, within the platform's bounds.",
    }),
    description: z.string().min(1).optional().meta({ description: "What it is for." }),
    ownerEmail: z
        .string()
        .regex(/^\S+@\S+$/, { error: "must be an e-mail address" })
        .optional()
        .meta({ description: "Whom to ask." }),
    data: z
        .record(
            z.string().min(1),
            z.string().min(1, { error: "must not be empty: Temporal takes an empty value for none" }),
        )
        .default({})
        .meta({ description: "Free keys and values; team and environment are set by the program." }),
    searchAttributes: z.record(searchAttributeName, z.enum(searchAttributeTypes)).default({}).meta({
        description:
            "Custom search attributes: types by names. At most ten of Keyword and three of each other type; a type never changes.",
    }),
    limits: limits.prefault({}).meta({
        description:
            "What the frontend lets through, within the platform's bounds; in force once the deployment's stack has run.",
    }),
    adopt: z.boolean().default(false).meta({
        description:
            "Takes over a namespace that somebody has made already, and that is no other stack's; it becomes what stands here. Does nothing after that.",
    }),
    deletion: z.enum(["protect", "refuse", "force"]).default("refuse").meta({
        description:
            "protect: Pulumi never deletes it. refuse: not as long as workflows are open. force: their end; it counts once `pulumi up` has applied it.",
    }),
}).refine(({ suffix, name }) => suffix === undefined || name === undefined, {
    error: "must have suffix or name, not both",
});

const quota = object({
    cpu: cpu.default("8").meta({ description: "Sum of all containers' CPU limits." }),
    memory: memory.default("16Gi").meta({ description: "Sum of all containers' memory limits." }),
    pods: z.int().min(1).max(10_000).default(50).meta({ description: "Pods at the same time." }),
});

const amounts = (cpuDefault: string, memoryDefault: string) =>
    object({
        cpu: cpu.default(cpuDefault).meta({ description: "CPU." }),
        memory: memory.default(memoryDefault).meta({ description: "Memory." }),
    }).prefault({});

const limitRange = object({
    defaultRequest: amounts("100m", "128Mi").meta({ description: "Requests of a container that names none." }),
    default: amounts("1", "512Mi").meta({ description: "Limits of a container that names none." }),
    max: amounts("4", "8Gi").meta({ description: "The most that one container may have." }),
});

const queueTypes = ["workflow", "activity", "nexus"] as const;

const autoscaling = object({
    deployment: label.meta({ description: "Kubernetes Deployment of workers that is scaled." }),
    taskQueue: z.string().min(1).max(255).meta({ description: "Task queue whose backlog counts." }),
    namespace: z.string().min(1).optional().meta({
        description: "Temporal namespace of the task queue, one of the team's. Default: its first.",
    }),
    queueTypes: z
        .array(z.enum(queueTypes))
        .min(1, { error: "must have at least one type" })
        .default(["workflow", "activity"])
        .meta({ description: "Tasks that count." }),
    targetQueueSize: z.int().min(1).max(1_000_000).default(5).meta({
        description: "Tasks that may wait for each pod; KEDA's own default is 5 as well.",
    }),
    minReplicas: z.int().min(0).max(1000).default(1).meta({
        description: "Fewest pods. With 0 nobody polls while nothing waits, and whoever comes first waits for a pod.",
    }),
    maxReplicas: z.int().min(1).max(1000).default(10).meta({ description: "Most pods." }),
    cooldownSeconds: z.int().min(0).max(86_400).default(300).meta({
        description: "Seconds without a backlog before the last pod goes, where minReplicas is 0.",
    }),
}).refine(({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas, {
    error: "must have minReplicas of at most maxReplicas",
});

const destinations = object({
    namespaces: z.array(label).default([]).meta({ description: "Kubernetes namespaces." }),
    cidrs: z.array(cidr).default([]).meta({ description: "Address blocks." }),
});

const workers = object({
    namespace: label.optional().meta({
        description: "Kubernetes namespace of the team's workers. Default: <team>-<environment>-workers.",
    }),
    quota: quota.prefault({}).meta({ description: "What all pods of that namespace may have together." }),
    limitRange: limitRange.prefault({}).meta({ description: "What one container has by default, and at most." }),
    metricsPort: port.default(9464).meta({ description: "Port at which workers serve the SDK's metrics." }),
    destinations: destinations.prefault({}).meta({
        description:
            "What the team's pods may dial besides the deployment's frontend and DNS, at any port, where NetworkPolicy is enforced.",
    }),
    autoscaling: z.array(autoscaling).default([]).meta({
        description:
            "Workers that KEDA (2.17 or later, not part of the program) scales by the backlog of a task queue.",
    }),
});

const alerts = object({
    receiver: label.meta({
        description: "Receiver of the platform's monitoring that is told of alerts about the team's namespaces.",
    }),
    severities: z
        .array(z.enum(["critical", "warning", "info"]))
        .min(1, { error: "must have at least one severity" })
        .default(["critical", "warning"])
        .meta({ description: "Severities that it is told of." }),
});

/** A tenant of one deployment. */
export const teamSchema = object({
    name: teamName.meta({ description: "Name of the team: the names of its things begin with it." }),
    deployment: deploymentName.meta({
        description: "Deployment that it uses: one of this stack, or any that runs on the platform.",
    }),
    environment: deploymentName.optional().meta({
        description: "Last part of its namespaces' names. Default: the deployment's name.",
    }),
    group: z.string().min(1).max(253).optional().meta({
        description:
            "Group of people, as the cluster's authentication names it, that may run workers in the team's Kubernetes namespace. Default: nobody.",
    }),
    namespaces: z.array(temporalNamespace).min(1, { error: "must have at least one namespace" }).prefault([{}]).meta({
        description: "Its Temporal namespaces, the workers' default first. Default: one, <team>-<environment>.",
    }),
    workers: workers.prefault({}).meta({ description: "The Kubernetes namespace of its workers." }),
    alerts: alerts
        .optional()
        .meta({ description: "Who is told of its alerts. Default: only whom the platform tells anyway." }),
});

/** What a platform lets its teams have. */
export const teamTermsSchema = object({
    allowed: z.array(teamName).optional().meta({
        description: "Teams of other stacks that may use the platform. Default: any; []: none.",
    }),
    retention: object({
        min: retention.default("1h").meta({ description: "Shortest; the server's own is 1h." }),
        max: retention.default("90d").meta({ description: "Longest; Temporal Cloud's is 90d." }),
    })
        .prefault({})
        .meta({ description: "Bounds of the retention of teams' namespaces." }),
    limits: object({
        rps: limit.default(2400).meta({ description: "Default: what the server gives every namespace." }),
        visibilityRps: limit.default(10).meta({ description: "Default: what the server gives every namespace." }),
        longPolls: limit.default(1200).meta({ description: "Default: what the server gives every namespace." }),
    })
        .prefault({})
        .meta({ description: "The most that a team may set its namespaces' limits to." }),
    receivers: z.array(label).optional().meta({
        description: "Receivers of alerts that teams may name. Default: all of monitoring.alerts.receivers.",
    }),
}).refine(({ retention: { min, max } }) => (parseDuration(min) ?? 0) <= (parseDuration(max) ?? 0), {
    error: "must have retention.min of at most retention.max",
});

/** Config of one team, with defaults filled in where they don't follow from others. */
export type TeamConfig = z.output<typeof teamSchema>;

/** Config of one Temporal namespace of a team. */
export type TeamNamespaceConfig = TeamConfig["namespaces"][number];
