/** What the tests of alerting rules are made of: series go in, alerts come out. */
import type { MonitoredDeployment, MonitoredPlatform } from "../../planning/monitoring/alertRule.ts";
import { type ServiceName, serviceNames } from "../../planning/ports.ts";

/** One situation and the alerts of one name that it gives. */
export interface RuleCase {
    readonly alert: string;
    /** What the situation is, as a sentence goes on after the alert's name. */
    readonly title: string;
    /** Values by series, both in promtool's notation: `up{pod="x"}` is `1x5 0x10`. */
    readonly series: Readonly<Record<string, string>>;
    /** Time between two values and between two evaluations. Default: `1m`. */
    readonly interval?: string;
    /** When the alerts are looked at, counted from the first value, for example `12m`. */
    readonly at: string;
    /** The alerts that fire then; empty where it must be silent. */
    readonly fires: readonly FiringAlert[];
}

/** One alert that fires. Severity and the rule's other static labels, summary and runbook come from the rule. */
export interface FiringAlert {
    readonly labels: Readonly<Record<string, string>>;
    readonly description: string;
}

/** One situation and what a recording rule makes of it. */
export interface RecordCase {
    readonly record: string;
    readonly title: string;
    /** As in {@link RuleCase}. */
    readonly series: Readonly<Record<string, string>>;
    /** As in {@link RuleCase}. */
    readonly interval?: string;
    /** As in {@link RuleCase}. */
    readonly at: string;
    /** Values by their labels without the rule's static ones. */
    readonly values: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** The deployment whose series the cases have: `temporal_deployment="a"`, `namespace="temporal-a"`. */
export const deploymentA: MonitoredDeployment = deployment("a");

/** Its neighbour, which no case may fire anything for. */
export const deploymentB: MonitoredDeployment = deployment("b");

/** The platform whose series the cases have: `namespace="temporal-platform"`. */
export const platform: MonitoredPlatform = {
    namespace: "temporal-platform",
    postgresql: { kind: "bundled", maxConnections: 200 },
    bundled: true,
    cloud: true,
    runbooks: "https://runbooks.example",
};

/** A series of deployment A, for example `ofA("up", 'pod="x"')`. */
export function ofA(metric: string, labels = ""): string {
    return seriesOf(deploymentA, metric, labels);
}

/** The scrape of one of deployment A's own pods. */
export function upOfA(service: ServiceName, index: number): string {
    return upSeries(deploymentA, service, index);
}

/** All pods of a deployment, scraped well so many times and once more. */
export function healthyPods(target: MonitoredDeployment, times: number): Record<string, string> {
    const pods = serviceNames.flatMap((service) =>
        Array.from({ length: target.replicas[service] }, (_, index) => upSeries(target, service, index)),
    );
    return Object.fromEntries(pods.map((series) => [series, `1x${times}`]));
}

function upSeries(target: MonitoredDeployment, service: ServiceName, index: number): string {
    return seriesOf(target, "up", `temporal_service="${service}",pod="${service}-${index}"`);
}

function seriesOf({ namespace, name }: MonitoredDeployment, metric: string, labels: string): string {
    const own = `namespace="${namespace}",temporal_deployment="${name}"`;
    return `${metric}{${labels ? `${own},${labels}` : own}}`;
}

function deployment(name: string): MonitoredDeployment {
    return {
        name,
        namespace: `temporal-${name}`,
        historyShards: 512,
        replicas: { frontend: 2, history: 3, matching: 2, worker: 1 },
        serverVersion: "1.31.2",
        runbooks: "https://runbooks.example",
    };
}
