/** How each kind of panel is drawn. */
import type { ThresholdsConfigBuilder } from "@grafana/grafana-foundation-sdk/dashboard";

import type { PanelSpec, Thresholds } from "./panel.ts";
import { sdk } from "./sdk.ts";

/** An empty panel of the kind that the description asks for, drawn as all of that kind are. */
export function visualization(spec: PanelSpec) {
    switch (spec.show ?? "lines") {
        case "number":
            return number(spec);
        case "table":
            return table(spec);
        case "heatmap":
            return heatmap();
        default:
            return lines(spec);
    }
}

function lines(spec: PanelSpec) {
    const { common, timeseries } = sdk();
    const stacked = spec.show === "stacked";
    return new timeseries.PanelBuilder()
        .min(0)
        .lineWidth(1)
        .fillOpacity(stacked ? 30 : 5)
        .showPoints(common.VisibilityMode.Never)
        .stacking(
            new common.StackingConfigBuilder()
                .mode(stacked ? common.StackingMode.Normal : common.StackingMode.None)
                .group("A"),
        )
        .thresholdsStyle(
            new common.GraphThresholdsStyleConfigBuilder().mode(
                spec.thresholds ? common.GraphThresholdsStyleMode.Dashed : common.GraphThresholdsStyleMode.Off,
            ),
        )
        .legend(
            new common.VizLegendOptionsBuilder()
                .showLegend(true)
                .displayMode(common.LegendDisplayMode.Table)
                .placement(common.LegendPlacement.Bottom)
                .calcs(["lastNotNull", "max"]),
        )
        .tooltip(
            new common.VizTooltipOptionsBuilder()
                .mode(common.TooltipDisplayMode.Multi)
                .sort(common.SortOrder.Descending),
        );
}

function number(spec: PanelSpec) {
    const { common, stat } = sdk();
    return new stat.PanelBuilder()
        .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
        .graphMode(common.BigValueGraphMode.Area)
        .colorMode(spec.thresholds ? common.BigValueColorMode.Background : common.BigValueColorMode.Value);
}

/** A table of latest values: one row for each value of the first column, one column for each query. */
function table(spec: PanelSpec) {
    const columns = Object.entries(spec.columns ?? {});
    const values = spec.queries.map((query, index) => ({
        field: spec.queries.length === 1 ? "Value" : `Value #${refId(index)}`,
        query,
    }));
    const fields = [...columns.map(([label]) => label), ...values.map(({ field }) => field)];
    const titles = [...columns.map(([, title]) => title), ...values.map(({ query }) => query.legend)];
    const built = new (sdk().table.PanelBuilder)().showHeader(true).filterable(true);
    if (spec.queries.length > 1) {
        built.withTransformation({ id: "joinByField", options: { byField: fields[0], mode: "outer" } });
    }
    built.withTransformation({ id: "filterFieldsByName", options: { include: { names: fields } } });
    built.withTransformation({
        id: "organize",
        options: {
            renameByName: Object.fromEntries(fields.map((field, index) => [field, titles[index]])),
            indexByName: Object.fromEntries(fields.map((field, index) => [field, index])),
        },
    });
    for (const { query } of values) {
        built.overrideByName(query.legend, [{ id: "unit", value: query.unit ?? spec.unit }]);
    }
    const deployments = spec.columns?.["temporal_deployment"];
    if (deployments) built.overrideByName(deployments, [{ id: "links", value: [linkToDeployment] }]);
    return built;
}

/** Leads from a deployment's name to its own page. */
const linkToDeployment = {
    title: "Open ${__value.text}",
    url: "/d/temporal-deployment?var-temporal_deployment=${__value.text}&${__url_time_range}",
};

function heatmap() {
    const { common, heatmap: heatmaps } = sdk();
    return new heatmaps.PanelBuilder()
        .calculate(false)
        .cellGap(1)
        .yAxis(new heatmaps.YAxisConfigBuilder().unit("s").axisPlacement(common.AxisPlacement.Left).reverse(false))
        .color(
            new heatmaps.HeatmapColorOptionsBuilder()
                .mode(heatmaps.HeatmapColorMode.Scheme)
                .scheme("Oranges")
                .steps(64)
                .exponent(0.5),
        )
        .showLegend();
}

/** The colours of values: green where all is well. */
export function thresholds(spec: Thresholds = {}): ThresholdsConfigBuilder {
    const { dashboard } = sdk();
    const limits = [
        ...("warning" in spec ? [{ value: spec.warning!, color: "orange" }] : []),
        ...("critical" in spec ? [{ value: spec.critical!, color: "red" }] : []),
    ];
    // A step's colour holds from its value upwards, the first one's from below all values.
    const steps =
        spec.bad === "below"
            ? [
                  { value: null, color: limits[0]!.color },
                  { value: limits[0]!.value, color: "green" },
              ]
            : [{ value: null, color: "green" }, ...limits];
    return new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(steps);
}

/** Grafana's name of a panel's query: A, B and so on. */
export function refId(index: number): string {
    return String.fromCharCode("A".charCodeAt(0) + index);
}
