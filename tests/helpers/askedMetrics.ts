/** What rules and dashboards ask Prometheus for. */
import { dashboards } from "../../planning/monitoring/dashboards/dashboards.ts";
import { type DashboardQuery, dashboardQueries, withoutVariables } from "./dashboardQueries.ts";
import { groupingsOf, madeLabels } from "./groupings.ts";
import { type LabelMatcher, type Selector, selectorsOf } from "./promql.ts";
import type { WatchedPlan } from "./watchedStack.ts";

/** A selector, and where it stands. */
export interface AskedSelector {
    /** As Prometheus takes it. */
    readonly text: string;
    /** The same without the deployment, for people and lists: `service_requests{service_name="frontend"}`. */
    readonly key: string;
    readonly metric: string;
    /** Names of labels that its matchers have. */
    readonly labels: readonly string[];
    /** Rules and panels. */
    readonly places: readonly string[];
}

/** An aggregation, and where it stands. */
export interface AskedGrouping {
    /** Labels that the expression itself doesn't make. */
    readonly labels: readonly string[];
    /** Selectors of what is aggregated. */
    readonly selectors: readonly string[];
    readonly place: string;
}

interface Expression {
    readonly place: string;
    readonly expr: string;
}

/** Every query of every dashboard, with all deployments chosen. */
export function shownQueries(): readonly DashboardQuery[] {
    return dashboards({ cloud: false, runbooks: "" }).flatMap(({ json }) => dashboardQueries(json));
}

/** Expressions of the rules of the platform and of one deployment, and of all dashboards. */
export function expressionsOf({ monitoring, deployments }: WatchedPlan, deployment: string): readonly Expression[] {
    const own = deployments.find(({ name }) => name === deployment)?.monitoring;
    if (own?.mode !== "bundled") throw new Error(`no rules of ${deployment}`);
    const rules = [...monitoring.platformRules.groups, ...own.rules.groups].flatMap((group) =>
        group.rules.map((rule) => ({ place: "alert" in rule ? rule.alert : rule.record, expr: rule.expr })),
    );
    const panels = shownQueries().map(({ dashboard, panel, expr }) => ({
        place: `${dashboard}: ${panel}`,
        expr: withoutVariables(expr),
    }));
    return [...rules, ...panels];
}

/** Every selector, each once. */
export function askedSelectors(expressions: readonly Expression[]): readonly AskedSelector[] {
    const found = new Map<string, AskedSelector>();
    for (const { place, expr } of expressions) {
        for (const selector of selectorsOf(expr)) {
            const text = written(selector);
            const before = found.get(text)?.places ?? [];
            found.set(text, {
                text,
                key: written({ ...selector, labels: selector.labels.filter((label) => !choosesStack(label)) }),
                metric: selector.metric,
                labels: selector.labels.map(({ name }) => name),
                places: before.includes(place) ? before : [...before, place],
            });
        }
    }
    return [...found.values()];
}

/** Every aggregation. */
export function askedGroupings(expressions: readonly Expression[]): readonly AskedGrouping[] {
    return expressions.flatMap(({ place, expr }) => {
        const made = madeLabels(expr);
        return groupingsOf(expr).map(({ labels, inner }) => ({
            place,
            labels: labels.filter((label) => !made.includes(label)),
            selectors: selectorsOf(inner).map(written),
        }));
    });
}

/** Whether a matcher chooses a deployment or a platform, which differ from stack to stack. */
function choosesStack({ name, value }: LabelMatcher): boolean {
    return value !== "" && ["temporal_deployment", "namespace"].includes(name);
}

function written({ metric, labels }: Selector): string {
    const matchers = labels.map(({ name, op, value }) => `${name}${op}${JSON.stringify(value)}`);
    return matchers.length > 0 ? `${metric}{${matchers.join(",")}}` : metric;
}
