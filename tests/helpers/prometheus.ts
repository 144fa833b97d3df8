/** Prometheus and Alertmanager of a platform, asked over their HTTP APIs from this machine. */
import { reachableAddress } from "../../local/commands/frontend.ts";
import { monitoringPorts } from "../../planning/monitoring/scrapeConfig.ts";

/** Labels of a series. */
export type Labels = Readonly<Record<string, string>>;

/** One series of an instant query's answer. */
export interface Sample {
    readonly labels: Labels;
    readonly value: number;
}

/** One series of a range query's answer. */
export interface SampledSeries {
    readonly labels: Labels;
    /** By time, in seconds since the epoch. */
    readonly values: ReadonlyMap<number, string>;
}

/** A target that Prometheus scrapes (api/v1/targets, activeTargets). */
export interface Target {
    readonly labels: Labels;
    readonly scrapeUrl: string;
    readonly health: "up" | "down" | "unknown";
    readonly lastError: string;
    /** Seconds that the last scrape took. */
    readonly lastScrapeDuration: number;
}

/** A rule as Prometheus has loaded it (api/v1/rules). */
export interface LoadedRule {
    readonly name: string;
    readonly query: string;
    readonly health: "ok" | "err" | "unknown";
    readonly lastError?: string;
}

/** A group of loaded rules. */
export interface LoadedGroup {
    readonly name: string;
    readonly rules: readonly LoadedRule[];
}

/** An alert that Prometheus has sent and Alertmanager holds (api/v2/alerts). */
export interface ActiveAlert {
    readonly labels: Labels;
    readonly annotations: Labels;
    /** When it began to fire, which is after its rule's `for`. */
    readonly startsAt: string;
}

/** The two APIs. */
export interface MonitoringApi {
    /** Value of every series that an expression gives now. */
    query(expr: string): Promise<readonly Sample[]>;
    /** Values of every series that an expression gives, from `start` to `end` at every `step`, all in seconds. */
    range(expr: string, start: number, end: number, step: number): Promise<readonly SampledSeries[]>;
    /** Names of the metric families that are counters or histograms, as their targets say. */
    counters(): Promise<ReadonlySet<string>>;
    /** Names of all labels of the series that a selector selects, of the last `seconds`. */
    labelNames(selector: string, seconds: number): Promise<readonly string[]>;
    /** Targets that are scraped. */
    targets(): Promise<readonly Target[]>;
    rules(): Promise<readonly LoadedGroup[]>;
    /** All alerts that fire, silenced, inhibited or neither. */
    alerts(): Promise<readonly ActiveAlert[]>;
}

/** How long one question may take, in milliseconds; Prometheus itself gives up after two minutes. */
const patience = 60_000;

/** Finds both Services in the platform's namespace, which must let this machine in (`bundled.clients`). */
export async function monitoringApi(platformNamespace: string): Promise<MonitoringApi> {
    const address = (name: "prometheus" | "alertmanager") =>
        reachableAddress(`${name}.${platformNamespace}.svc.cluster.local:${monitoringPorts[name]}`);
    const [prometheus, alertmanager] = [await address("prometheus"), await address("alertmanager")];

    /** Answer to a question that may be longer than an address line may be. */
    const ask = async <T>(path: string, parameters?: Labels): Promise<T> => {
        const response = await fetch(`http://${prometheus}/api/v1/${path}`, {
            ...(parameters ? { method: "POST", body: new URLSearchParams(parameters) } : {}),
            signal: AbortSignal.timeout(patience),
        });
        const answer = (await response.json()) as { status: string; error?: string; data: T };
        if (answer.status !== "success") {
            throw new Error(`${path} ${JSON.stringify(parameters)}: ${answer.error ?? response.statusText}`);
        }
        return answer.data;
    };

    return {
        async query(expr) {
            interface Vector {
                readonly resultType: string;
                readonly result: readonly { metric: Labels; value: readonly [number, string] }[];
            }
            const { resultType, result } = await ask<Vector>("query", { query: expr });
            if (resultType !== "vector") throw new Error(`${expr} gives a ${resultType}, not a vector`);
            return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
        },
        async range(expr, start, end, step) {
            interface Matrix {
                readonly result: readonly { metric: Labels; values: readonly (readonly [number, string])[] }[];
            }
            const times = { start: String(start), end: String(end), step: String(step) };
            const { result } = await ask<Matrix>("query_range", { query: expr, ...times });
            return result.map(({ metric, values }) => ({ labels: metric, values: new Map(values) }));
        },
        async counters() {
            const families = await ask<Readonly<Record<string, readonly { type: string }[]>>>("metadata");
            const counts = ({ type }: { type: string }) => ["counter", "histogram", "summary"].includes(type);
            return new Set(Object.entries(families).flatMap(([name, all]) => (all.some(counts) ? [name] : [])));
        },
        labelNames(selector, seconds) {
            const start = String(Math.floor(Date.now() / 1000) - seconds);
            return ask("labels", { "match[]": selector, start });
        },
        async targets() {
            return (await ask<{ activeTargets: readonly Target[] }>("targets?state=active")).activeTargets;
        },
        async rules() {
            return (await ask<{ groups: readonly LoadedGroup[] }>("rules")).groups;
        },
        async alerts() {
            const response = await fetch(`http://${alertmanager}/api/v2/alerts?active=true`, {
                signal: AbortSignal.timeout(patience),
            });
            if (!response.ok) throw new Error(`Alertmanager answers ${response.status}`);
            return (await response.json()) as readonly ActiveAlert[];
        },
    };
}

/** Label values of samples with their values, for example of `count by (job) (up)`. */
export function byLabel(samples: readonly Sample[], name: string): Readonly<Record<string, number>> {
    return Object.fromEntries(samples.map(({ labels, value }) => [labels[name] ?? "", value]));
}
