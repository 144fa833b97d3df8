/** What a PromQL expression reads, by Prometheus' own grammar. */
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";

/** One label matcher, such as `operation=~"Start.*"`. */
export interface LabelMatcher {
    readonly name: string;
    readonly op: "=" | "!=" | "=~" | "!~";
    /** Unquoted. */
    readonly value: string;
}

/** One selector: a metric and its matchers. */
export interface Selector {
    /** Empty where the selector names none, as in `{__name__=~"…"}`. */
    readonly metric: string;
    readonly labels: readonly LabelMatcher[];
}

/** A quantile of a histogram that is compared with a number. */
export interface QuantileThreshold {
    /** The histogram, with its suffix `_bucket`. */
    readonly metric: string;
    readonly threshold: number;
}

/** Where a parse went wrong is a node of this kind. */
const errorName = "⚠";

/** Every selector of an expression, from left to right. Throws where the expression doesn't parse. */
export function selectorsOf(expr: string): Selector[] {
    return nodes(expr, "VectorSelector").map((node) => selector(expr, node));
}

/** Every `histogram_quantile(…) > number` of an expression. Throws where the expression doesn't parse. */
export function quantileThresholdsOf(expr: string): QuantileThreshold[] {
    return nodes(expr, "BinaryExpr").flatMap((node) => {
        const [left, , right] = childrenOf(node);
        if (left?.name !== "FunctionCall" || right?.name !== "NumberDurationLiteral") return [];
        if (textOf(expr, left.firstChild!) !== "histogram_quantile") return [];
        const metric = selectorsOf(textOf(expr, left))[0]!.metric;
        return [{ metric, threshold: Number(textOf(expr, right)) }];
    });
}

function nodes(expr: string, name: string): SyntaxNode[] {
    const found: SyntaxNode[] = [];
    parser.parse(expr).iterate({
        enter(node) {
            if (node.name === errorName) throw new Error(`No PromQL at character ${node.from}: ${expr}`);
            if (node.name === name) found.push(node.node);
        },
    });
    return found;
}

function selector(expr: string, node: SyntaxNode): Selector {
    const matchers = node.getChild("LabelMatchers");
    const quotedMetric = matchers?.getChild("QuotedLabelName");
    const metric = node.getChild("Identifier") ?? quotedMetric;
    return {
        metric: metric ? unquoted(textOf(expr, metric)) : "",
        labels: childrenOf(matchers)
            .filter(({ name }) => name.endsWith("LabelMatcher"))
            .map((matcher) => {
                const [name, op, value] = childrenOf(matcher).map((each) => textOf(expr, each));
                return { name: unquoted(name!), op: op as LabelMatcher["op"], value: unquoted(value!) };
            }),
    };
}

function childrenOf(node: SyntaxNode | null | undefined): SyntaxNode[] {
    const children: SyntaxNode[] = [];
    for (let child = node?.firstChild; child; child = child.nextSibling) children.push(child);
    return children;
}

function textOf(expr: string, { from, to }: SyntaxNode): string {
    return expr.slice(from, to);
}

function unquoted(text: string): string {
    if (text.startsWith("`")) return text.slice(1, -1);
    return /^["']/.test(text) ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
}
