/** The parts that rules of a deployment are written with. */
import type { AlertRule, MonitoredDeployment, RecordingRule, Severity } from "../alertRule.ts";

/** What one alert says; the rest of an {@link AlertRule} is the same for all alerts of a deployment. */
export interface AlertText {
    readonly severity: Severity;
    readonly expr: string;
    /** As in {@link AlertRule}. */
    readonly for?: string;
    /** As in {@link AlertRule}. */
    readonly keep_firing_for?: string;
    /** One static line. */
    readonly summary: string;
    /** What is wrong, with the numbers, in Prometheus' template language. */
    readonly description: string;
}

/** The value as a whole number; `increase()` extrapolates, so that it may answer 1.07 for one event. */
export const count = '{{ printf "%.0f" $value }}';

/** The value as a number per second; `humanize` would write 0.1 as 100m. */
export const perSecond = '{{ printf "%.2f" $value }} per second';

/**
 * A selector of one deployment's series. Every selector names the deployment literally, so that a fault of one never fires
 * an alert of another.
 *
 * @param matchers Further matchers, such as `operation="ShardInfo"`.
 */
export function select(target: MonitoredDeployment, metric: string, matchers = ""): string {
    const own = `temporal_deployment="${target.name}"`;
    return `${metric}{${matchers ? `${own},${matchers}` : own}}`;
}

/** An alert of one deployment. Its labels are static, whatever the expression aggregates away. */
export function alertOf(target: MonitoredDeployment, alert: string, text: AlertText): AlertRule {
    const { severity, summary, description, ...rest } = text;
    return {
        alert,
        ...rest,
        labels: { severity, ...ownLabels(target) },
        annotations: { summary, description, runbook_url: `${target.runbooks}/${alert}.md` },
    };
}

/** A recording rule of one deployment. */
export function recordOf(
    target: MonitoredDeployment,
    record: string,
    expr: string,
    labels: Readonly<Record<string, string>> = {},
): RecordingRule {
    return { record, expr, labels: { ...labels, ...ownLabels(target) } };
}

/** A counter or a histogram's buckets over some time. */
export interface Range {
    readonly metric: string;
    /** As in {@link select}. */
    readonly matchers?: string;
    /** For example `15m`. */
    readonly window: string;
    /** Labels that the result keeps. Default: none, which makes it one sum. */
    readonly by?: readonly string[];
}

/**
 * Whether a counter has counted anything within a window. The server makes a counter at its first event, with the value 1,
 * which `increase()` doesn't see: so a series that wasn't there a window ago counts too, unless its pod wasn't scraped then,
 * or nothing of the deployment was, as when the monitoring itself has just begun. The value is the number of events.
 */
export function rareEvent(target: MonitoredDeployment, { metric, matchers = "", window, by = [] }: Range): string {
    const counter = select(target, metric, matchers);
    const up = `${select(target, "up")} offset ${window}`;
    const aggregate = by.length > 0 ? `sum by (${by.join(", ")})` : "sum";
    const fresh = `${counter} unless ${counter} offset ${window} unless on (pod) (${up} == 0) and on () (${up} == 1)`;
    return `${aggregate} (increase(${counter}[${window}])) > 0 or ${aggregate} (${fresh}) > 0`;
}

/** A quantile over the last `window` of a histogram whose buckets are named `metric`, kept apart by `by`. */
export function quantile(
    target: MonitoredDeployment,
    q: number,
    { metric, matchers = "", window, by = [] }: Range,
): string {
    const labels = [...by, "le"].join(", ");
    return `histogram_quantile(${q}, sum by (${labels}) (rate(${select(target, metric, matchers)}[${window}])))`;
}

function ownLabels({ namespace, name }: MonitoredDeployment) {
    return { namespace, temporal_deployment: name };
}
