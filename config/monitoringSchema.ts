/** What a person may write under `temporal:platform.monitoring`. */
import { z } from "zod";

import { alertsSchema } from "./alertsSchema.ts";
import { clients, duration, label, object, resources, storage } from "./shapes.ts";

const grafana = object({
    enabled: z.boolean().default(true).meta({ description: "Whether Grafana runs beside Prometheus." }),
    storage: storage
        .default("1Gi")
        .meta({ description: "Size of its volume: people's own dashboards, users and stars." }),
    storageClass: label
        .optional()
        .meta({ description: "Storage class of the volume. Default: the cluster's default class." }),
});

const bundled = object({
    storage: storage.default("20Gi").meta({
        description: "Size of Prometheus' volume; the oldest metrics go when four fifths of it are full.",
    }),
    storageClass: label
        .optional()
        .meta({ description: "Storage class of Prometheus' and Alertmanager's volumes. Default: the cluster's own." }),
    retention: duration.default("15d").meta({ description: "How long metrics are kept." }),
    resources: resources.prefault({}).meta({ description: "Of Prometheus. Default: 100m to 2 CPU, 512Mi to 2Gi." }),
    grafana: grafana.prefault({}).meta({ description: "Dashboards." }),
    clients: clients.prefault({}).meta({
        description:
            "Who may reach the pages of Prometheus, Alertmanager and Grafana besides the cluster's nodes, where NetworkPolicy is enforced.",
    }),
});

const operator = object({
    namespace: label.default("monitoring").meta({
        description: "Kubernetes namespace of the operator's Prometheus; its pods may read the metrics.",
    }),
    labels: z.record(z.string(), z.string()).default({ release: "kube-prometheus-stack" }).meta({
        description:
            "Labels by which the operator's Prometheus and Alertmanager select monitors, rules and alert configs.",
    }),
    dashboardLabels: z
        .record(z.string(), z.string())
        .default({ grafana_dashboard: "1" })
        .meta({ description: "Labels by which Grafana's sidecar finds ConfigMaps with dashboards." }),
    dashboardFolder: z
        .string()
        .min(1)
        .default("Temporal")
        .meta({ description: "Grafana's folder for them (annotation grafana_folder)." }),
});

const cloud = object({
    namespaces: z.array(z.string().min(1)).default([]).meta({
        description:
            "Temporal Cloud namespaces with their account, for example orders.a1b2c. Default: all of the API key.",
    }),
});

/** How deployments are watched. */
export const monitoringSchema = object({
    bundled: bundled.optional().meta({
        description: "Prometheus, Alertmanager and Grafana that the program runs itself. The default.",
    }),
    operator: operator.optional().meta({ description: "Objects for a Prometheus Operator that is there already." }),
    none: object({}).optional().meta({ description: "Nothing: no metrics are collected, no alerts." }),
    alerts: alertsSchema.prefault({}).meta({ description: "Who is told of alerts." }),
    runbooks: z.string().min(1).default("docs/runbooks").meta({
        description: "Address below which the pages of docs/runbooks are published; alerts and dashboards link to it.",
    }),
    cloud: cloud.optional().meta({
        description: "Collects metrics of Temporal Cloud as well, with the API key temporal:temporalCloudApiKey.",
    }),
}).refine(({ bundled, operator, none }) => [bundled, operator, none].filter(Boolean).length <= 1, {
    error: 'must have one of "bundled" (a Prometheus of its own), "operator" (one that is there already) and "none"',
});

/** Config of the bundled monitoring with its defaults filled in. */
export type BundledMonitoringConfig = z.output<typeof bundled>;

/** Config for a Prometheus Operator with its defaults filled in. */
export type OperatorMonitoringConfig = z.output<typeof operator>;

/** Which of the three ways a config asks for, with its settings. */
export type MonitoringChoice =
    | { readonly mode: "bundled"; readonly config: BundledMonitoringConfig }
    | { readonly mode: "operator"; readonly config: OperatorMonitoringConfig }
    | { readonly mode: "none" };

/** The way that the config names, or else the bundled one. */
export function chosenMonitoring(config: z.output<typeof monitoringSchema>): MonitoringChoice {
    if (config.none) return { mode: "none" };
    if (config.operator) return { mode: "operator", config: config.operator };
    return { mode: "bundled", config: config.bundled ?? bundled.parse({}) };
}
