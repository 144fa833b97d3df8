/** A panel as the dashboards describe it, and how it becomes Grafana's. */
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { sdk } from "./sdk.ts";
import { refId, thresholds, visualization } from "./visualization.ts";

/** Grafana's name of a unit (https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit). */
export type Unit = "short" | "percentunit" | "s" | "bytes" | "reqps" | "ops" | "bool_yes_no" | "suffix: cores";

/** One query of a panel. */
export interface Query {
    readonly expr: string;
    /** Name of each series; of the column, in a table. */
    readonly legend: string;
    /** Unit of the column, in a table. Default: the panel's. */
    readonly unit?: Unit;
}

/** Where a value turns from good to bad: the numbers of the alerts that watch the panel. */
export type Thresholds =
    | { readonly bad?: "above"; readonly warning?: number; readonly critical?: number }
    | { readonly bad: "below"; readonly warning: number }
    | { readonly bad: "below"; readonly critical: number };

/** A panel. */
export interface PanelSpec {
    readonly title: string;
    /** What it shows and what good looks like. */
    readonly description: string;
    /** Why a healthy system may have no such series, as with counters that appear with the first event. */
    readonly noData?: string;
    readonly unit: Unit;
    readonly queries: readonly Query[];
    readonly thresholds?: Thresholds;
    /** The alerts that watch what it shows: each is a link to its runbook. */
    readonly alerts?: readonly string[];
    /** Lines over time, the same stacked, the latest value, a table of latest values, or a histogram over time. Default: lines. */
    readonly show?: "lines" | "stacked" | "number" | "table" | "heatmap";
    /** Columns of 24. Default: 12; a number 4. */
    readonly width?: number;
    /** Labels that a table shows, each with the title of its column; the first is what queries are joined by. */
    readonly columns?: Readonly<Record<string, string>>;
}

/** What panels and queries ask: the data source that was chosen at the top of the page. */
export const datasource = { type: "prometheus", uid: "${datasource}" } as const;

/** Makes Grafana's panel. */
export function panel(spec: PanelSpec, id: number, runbooks: string): Builder<Panel> {
    const { dashboard } = sdk();
    const built = visualization(spec);
    built
        .id(id)
        .title(spec.title)
        .description([spec.description, ...(spec.noData ? [`No data: ${spec.noData}`] : [])].join("\n\n"))
        .datasource(datasource)
        .unit(spec.unit)
        .thresholds(thresholds(spec.thresholds))
        .span(spec.width ?? (spec.show === "number" ? 4 : 12))
        .height(spec.show === "number" ? 4 : 8)
        .links(
            (spec.alerts ?? []).map((alert) =>
                new dashboard.DashboardLinkBuilder(`Runbook: ${alert}`)
                    .type(dashboard.DashboardLinkType.Link)
                    .url(`${runbooks}/${alert}.md`)
                    .targetBlank(true),
            ),
        )
        .targets(spec.queries.map((query, index) => target(spec, query, index)));
    return built;
}

function target(spec: PanelSpec, query: Query, index: number) {
    const { prometheus } = sdk();
    const built = new prometheus.DataqueryBuilder()
        .refId(refId(index))
        .datasource(datasource)
        .editorMode(prometheus.QueryEditorMode.Code)
        .expr(query.expr)
        .legendFormat(query.legend);
    if (spec.show === "table") return built.format(prometheus.PromQueryFormat.Table).instant();
    if (spec.show === "heatmap") return built.format(prometheus.PromQueryFormat.Heatmap).range();
    return built.format(prometheus.PromQueryFormat.TimeSeries).range();
}
