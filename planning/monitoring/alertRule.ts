/** Prometheus rules as data: what planning makes, and what becomes a rule file or a PrometheusRule. */
import type { ServiceName } from "../ports.ts";

/** `critical` pages somebody, `warning` waits for office hours, `info` is for dashboards, `none` is the dead-man's switch. */
export type Severity = "critical" | "warning" | "info" | "none";

/** An alerting rule. */
export interface AlertRule {
    readonly alert: string;
    readonly expr: string;
    /** How long the expression must hold, for example `5m`. Default: not at all. */
    readonly for?: string;
    /** How long the alert stays after the expression has ceased to hold. Default: not at all. */
    readonly keep_firing_for?: string;
    /** `severity`, and what the expression's own labels lack (`namespace`, `temporal_deployment`). */
    readonly labels: Readonly<Record<string, string>> & { readonly severity: Severity };
    readonly annotations: {
        /** One static line. */
        readonly summary: string;
        /** What is wrong, with the numbers, in Prometheus' template language. */
        readonly description: string;
        /** Page of docs/runbooks. */
        readonly runbook_url: string;
    };
}

/** A recording rule. */
export interface RecordingRule {
    readonly record: string;
    readonly expr: string;
    readonly labels?: Readonly<Record<string, string>>;
}

/** Rules that are evaluated together, one after the other. */
export interface RuleGroup {
    readonly name: string;
    /** Time between two evaluations. Default: Prometheus' own. */
    readonly interval?: string;
    readonly rules: readonly (AlertRule | RecordingRule)[];
}

/** A deployment as its rules need it: the literal values that a generic rule can't know. */
export interface MonitoredDeployment {
    readonly name: string;
    /** Its Kubernetes namespace. */
    readonly namespace: string;
    readonly historyShards: number;
    readonly replicas: Readonly<Record<ServiceName, number>>;
    readonly serverVersion: string;
    /** Where the runbooks are published: a rule's page is `<runbooks>/<alert>.md`. */
    readonly runbooks: string;
}

/** What deployments share, as its rules need it. */
export interface MonitoredPlatform {
    /** Its Kubernetes namespace, where PostgreSQL and the monitoring run. */
    readonly namespace: string;
    readonly postgresql: { readonly kind: "bundled" | "external"; readonly maxConnections: number };
    /** Whether Prometheus and Alertmanager are ours. */
    readonly bundled: boolean;
    /** Whether Temporal Cloud is scraped too. */
    readonly cloud: boolean;
    /** As in {@link MonitoredDeployment}. */
    readonly runbooks: string;
}
