/** By which labels expressions group. */
import { parser } from "@prometheus-io/lezer-promql";

import { selectorsOf } from "./promql.ts";

/** An aggregation such as `sum by (pod) (…)`. */
export interface Grouping {
    readonly labels: readonly string[];
    /** What is aggregated. */
    readonly inner: string;
}

/** Every aggregation of an expression that names the labels that it keeps. */
export function groupingsOf(expr: string): Grouping[] {
    selectorsOf(expr); // Throws where it is no PromQL.
    const found: Grouping[] = [];
    parser.parse(expr).iterate({
        enter({ node }) {
            if (node.name !== "AggregateExpr") return;
            const modifier = node.getChild("AggregateModifier");
            const body = node.getChild("FunctionCallBody");
            if (!modifier?.getChild("By") || !body) return;
            const names = modifier.getChild("GroupingLabels")?.getChildren("LabelName") ?? [];
            found.push({
                labels: names.map(({ from, to }) => expr.slice(from, to)),
                inner: expr.slice(body.from, body.to),
            });
        },
    });
    return found;
}

/** Labels that an expression makes itself. */
export function madeLabels(expr: string): string[] {
    // The second argument; the first may have commas of its own, so it is looked for by the quotes of the last four.
    return [...expr.matchAll(/, "(\w+)", "[^"]*", "\w*", "[^"]*"\)/g)].map(([, name]) => name ?? "");
}
