/** What a person may write under `temporal:platform.monitoring.alerts`: receivers and which alerts each gets. */
import { z } from "zod";

import { deploymentName, hostname, label, object, port } from "./shapes.ts";

const slack = object({
    channel: z
        .string()
        .min(1)
        .meta({ description: 'Channel or user, for example "#temporal". The secret is the webhook URL.' }),
});

const email = object({
    to: z.string().min(3).meta({ description: "Addresses, separated by commas." }),
    from: z.string().min(3).meta({ description: "Sender's address." }),
    smtpHost: hostname.meta({ description: "Mail server." }),
    smtpPort: port.default(587).meta({ description: "TCP port of the mail server." }),
    username: z.string().min(1).optional().meta({
        description: "User at the mail server; the secret is its password. Default: it asks for none.",
    }),
    requireTls: z
        .boolean()
        .default(true)
        .meta({ description: "Whether mails only go out over TLS; relays inside a cluster often have none." }),
});

/** The ways to tell somebody; a receiver has exactly one of them. */
export const receiverKinds = ["webhook", "slack", "pagerduty", "email"] as const;

const receiver = object({
    name: label.meta({ description: "Name by which routes and its secret refer to it." }),
    webhook: object({}).optional().meta({
        description: "Alertmanager's JSON to a URL, which is its secret: {} is all there is to say.",
    }),
    slack: slack.optional().meta({ description: "Slack." }),
    pagerduty: object({}).optional().meta({ description: "PagerDuty; the integration key is its secret: {}." }),
    email: email.optional().meta({ description: "Mail." }),
}).refine((value) => receiverKinds.filter((kind) => value[kind] !== undefined).length === 1, {
    error: `must have exactly one of ${receiverKinds.join(", ")}`,
});

const route = object({
    receiver: label.meta({ description: "Name of the receiver that is told." }),
    severities: z
        .array(z.enum(["critical", "warning", "info"]))
        .min(1, { error: "must have at least one severity" })
        .default(["critical", "warning"])
        .meta({ description: "Severities that it is told of." }),
    deployments: z.array(deploymentName).default([]).meta({
        description: "Deployments whose alerts it gets. Default: all, and the platform's own alerts.",
    }),
});

/** Who is told of alerts. */
export const alertsSchema = object({
    receivers: z.array(receiver).default([]).meta({
        description: "Each has a secret: pulumi config set --secret --path temporal:alertSecrets.<name>",
    }),
    routes: z.array(route).default([]).meta({
        description: "An alert goes to the receivers of all routes that it matches, and to nobody if it matches none.",
    }),
    deadMansSwitch: label.optional().meta({
        description:
            "Receiver that gets the alert Watchdog every minute, and raises an alarm of its own when it does not.",
    }),
    existingSecret: label.optional().meta({
        description:
            "Secret in the platform's namespace with one key per receiver, instead of temporal:alertSecrets in the stack file.",
    }),
});

/** Who is told of alerts, with defaults filled in. */
export type AlertsConfig = z.output<typeof alertsSchema>;

/** One receiver. */
export type ReceiverConfig = AlertsConfig["receivers"][number];
