/** What a person may write under `temporal:` in Pulumi.<stack>.yaml. Unknown keys are mistakes everywhere. */
import { z } from "zod";

import { deploymentSchema } from "./deploymentSchema.ts";
import { platformSchema } from "./platformSchema.ts";
import { object } from "./shapes.ts";
import { teamSchema } from "./teamSchema.ts";

/** A key under `temporal:` that stands encrypted in the stack file, outside the schema. */
export interface SecretKey {
    readonly description: string;
    /** When it must be set. */
    readonly required: string;
    /** What takes a secret each, when the key is a block of them. */
    readonly each?: string;
}

/** All of them, by name. */
export const secrets: Readonly<Record<string, SecretKey>> = {
    postgresqlAdminPassword: {
        description: "Password of the external server's admin role.",
        required: "with `external`",
    },
    alertSecrets: {
        description:
            "What each alert receiver keeps secret: URL of a webhook or of Slack's webhook, PagerDuty's integration key, mail password.",
        required: "with receivers, unless `existingSecret`",
        each: "receiver",
    },
    temporalCloudApiKey: {
        description: "API key of a Temporal Cloud service account with the role Metrics Read-Only.",
        required: "with `monitoring.cloud`",
    },
};

/** Their names. */
export const secretKeys: readonly string[] = Object.keys(secrets);

/** A stack's whole config. */
export const stackSchema = object({
    platform: platformSchema
        .optional()
        .meta({ description: "What the deployments share. Default: a platform with its defaults." }),
    platformStack: z
        .string()
        .regex(/^[^/\s]+\/[^/\s]+\/[^/\s]+$/, {
            error: 'must be a stack\'s full name, for example "organization/temporal/dev"',
        })
        .optional()
        .meta({ description: "The stack whose platform this one uses, by its full name; makes this a tenant stack." }),
    protect: z.boolean().default(true).meta({
        description:
            "Whether databases, server and volume refuse to be deleted. To destroy a stack: set false, `pulumi up`, `pulumi destroy`.",
    }),
    deployments: z
        .array(deploymentSchema)
        .default([])
        .meta({ description: "Temporal clusters, each with its own databases, services and ports." }),
    teams: z.array(teamSchema).default([]).meta({
        description: "Tenants of deployments: Temporal namespaces, and a Kubernetes namespace for their workers.",
    }),
});

/** Config of what the deployments share, with defaults filled in. */
export type PlatformConfig = z.output<typeof platformSchema>;

/** Config of the monitoring, with defaults filled in. */
export type MonitoringConfig = PlatformConfig["monitoring"];

/** What the platform's table gives to a deployment of another stack. */
export type SlotGrantConfig = PlatformConfig["slots"][number];

/** Config of one deployment, with defaults filled in where they don't follow from others. */
export type DeploymentConfig = z.output<typeof deploymentSchema>;

/** Config of one service of a deployment. */
export type ServiceConfig = DeploymentConfig["services"]["frontend"];

/** Config of one team. */
export type { TeamConfig, TeamNamespaceConfig } from "./teamSchema.ts";

/** A stack's config with defaults filled in. */
export type StackConfig = z.output<typeof stackSchema>;
