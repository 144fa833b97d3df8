/** Plays some live minutes over and over to all rules, as if they had gone on for an hour and more. */
import { selectorsOf } from "../tests/helpers/promql.ts";
import type { Labels, MonitoringApi, SampledSeries } from "../tests/helpers/prometheus.ts";
import { testGroups } from "../tests/helpers/promtool.ts";
import type { WatchedPlan } from "../tests/helpers/watchedStack.ts";

/** What was replayed, and what came of it. */
export interface Replay {
    readonly series: number;
    readonly rules: number;
    /** How long the replay was, in minutes. */
    readonly minutes: number;
    /** What promtool says of alerts that fired; empty where only the Watchdog did. */
    readonly fired: string;
    /** The same where all frontends were gone for the second half: it must not be empty. */
    readonly control: string;
}

/** Between two values and two evaluations, in seconds: Prometheus' own here (scrapeConfig.ts). */
const step = 30;

/** Longer than an hour, since rates and ratios look back, and some rules wait for half an hour. */
const replayed = 130;

/** Replays the last `minutes` of a platform. */
export async function replay(
    api: MonitoringApi,
    { monitoring, deployments }: WatchedPlan,
    minutes: number,
): Promise<Replay> {
    const groups = [
        ...monitoring.platformRules.groups,
        ...deployments.flatMap(({ monitoring: own }) => (own.mode === "bundled" ? own.rules.groups : [])),
    ];
    const rules = groups.flatMap((group) => group.rules);
    const recorded = new Set(rules.flatMap((rule) => ("record" in rule ? [rule.record] : [])));
    const metrics = new Set(rules.flatMap(({ expr }) => selectorsOf(expr)).map(({ metric }) => metric));
    const scraped = [...metrics].filter((metric) => metric && !recorded.has(metric) && !metric.startsWith("ALERTS"));

    const end = Math.floor(Date.now() / 1000 / step) * step;
    const start = end - minutes * 60;
    const counters = await api.counters();
    const input: InputSeries[] = [];
    for (const metric of scraped) {
        const counts = counters.has(metric) || counters.has(metric.replace(/_(bucket|sum|count)$/, ""));
        for (const series of await api.range(metric, start, end, step)) {
            input.push({ labels: series.labels, values: prolonged(series, start, minutes, counts) });
        }
    }
    const half = (replayed * 60) / step / 2;
    const gone = ({ labels, values }: InputSeries): InputSeries =>
        labels.__name__ === "up" && labels.temporal_service === "frontend"
            ? { labels, values: values.map((value, index) => (index > half ? "0" : value)) }
            : { labels, values };
    return {
        series: input.length,
        rules: rules.length,
        minutes: replayed,
        fired: await verdict(groups, input),
        control: await verdict(groups, input.map(gone)),
    };
}

interface InputSeries {
    readonly labels: Labels;
    readonly values: readonly string[];
}

/** The values over and over; a counter goes on from where it was. */
function prolonged({ values }: SampledSeries, start: number, minutes: number, counts: boolean): readonly string[] {
    const period = (minutes * 60) / step;
    const at = (index: number) => values.get(start + index * step);
    const [first, last] = [at(0), at(period)];
    const growth = counts && first !== undefined && last !== undefined ? Number(last) - Number(first) : 0;
    return Array.from({ length: (replayed * 60) / step + 1 }, (_, index) => {
        const value = at(index % period);
        if (value === undefined) return "_";
        return growth === 0 ? value : String(Number(value) + Math.floor(index / period) * growth);
    });
}

/** Says what fires at any time of the replay, beside the Watchdog that must. */
async function verdict(groups: Parameters<typeof testGroups>[0], input: readonly InputSeries[]): Promise<string> {
    const times = Array.from({ length: replayed / 2 }, (_, index) => `${(index + 1) * 2}m`);
    const firing = 'ALERTS{alertstate="firing",alertname';
    return testGroups(groups, {
        interval: `${step}s`,
        test: {
            name: "replay",
            input_series: input.map(({ labels, values }) => ({ series: written(labels), values: values.join(" ") })),
            promql_expr_test: times.flatMap((at) => [
                { expr: `${firing}!="Watchdog"}`, eval_time: at, exp_samples: [] },
                { expr: `count(${firing}="Watchdog"})`, eval_time: at, exp_samples: [{ labels: "{}", value: 1 }] },
            ]),
        },
    });
}

function written({ __name__: name = "", ...labels }: Labels): string {
    const matchers = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    return `${name}{${matchers.join(",")}}`;
}
