/** A dashboard as the pages describe it, and how it becomes Grafana's. */
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import type { Dashboard, VariableModel } from "@grafana/grafana-foundation-sdk/dashboard";

import { datasource, panel, type PanelSpec } from "./panel.ts";
import { deployment, sdkWorkers, userQueues } from "./promql.ts";
import { sdk } from "./sdk.ts";

/** What a page lets one choose at its top, besides the data source. */
export type VariableName =
    | "temporal_deployment"
    | "temporal_namespace"
    | "taskqueue"
    | "task_queue"
    | "kubernetes_namespace"
    | "platform_namespace"
    | "cloud_namespace";

/** A dashboard. */
export interface DashboardSpec {
    /** File, key of a ConfigMap and uid in Grafana: bookmarks hold it, so it never changes. */
    readonly name: string;
    readonly title: string;
    /** What it answers. */
    readonly description: string;
    /** In the order in which they stand at the top; a variable asks only for what stands before it. */
    readonly variables: readonly VariableName[];
    /** Whether it shows all deployments until one is chosen; otherwise one at a time, since sums over several mean little. Default: false. */
    readonly allDeployments?: boolean;
    readonly rows: readonly { readonly title: string; readonly panels: readonly PanelSpec[] }[];
}

/** Every dashboard carries this tag, and the links between them go by it. */
export const tag = "temporal";

/** uid of the bundled Grafana's data source, the first choice of every dashboard. */
export const bundledDatasource = "prometheus";

/** Makes Grafana's dashboard. */
export function dashboard(spec: DashboardSpec, runbooks: string): Dashboard {
    const grafana = sdk().dashboard;
    const built = new grafana.DashboardBuilder(spec.title)
        .uid(spec.name)
        .description(spec.description)
        .tags([tag])
        .timezone("browser")
        .refresh("30s")
        .time({ from: "now-3h", to: "now" })
        .tooltip(grafana.DashboardCursorSync.Crosshair)
        .readonly()
        .links([
            new grafana.DashboardLinkBuilder("Temporal")
                .type(grafana.DashboardLinkType.Dashboards)
                .tags([tag])
                .asDropdown(true)
                .includeVars(true)
                .keepTime(true),
        ])
        .variables([
            new grafana.DatasourceVariableBuilder("datasource")
                .label("Data source")
                .type(datasource.type)
                .current({ text: bundledDatasource, value: bundledDatasource }),
            ...spec.variables.map((name) => variable(name, spec)),
        ]);
    if (spec.variables.includes("temporal_deployment")) built.annotation(firingAlerts());
    let id = 0;
    for (const row of spec.rows) {
        built.withRow(new grafana.RowBuilder(row.title).id(++id));
        for (const each of row.panels) built.withPanel(panel(each, ++id, runbooks));
    }
    const made = built.build();
    // The SDK's default hides links in a menu.
    return { ...made, links: made.links!.map(({ placement: _, ...link }) => link) };
}

const queries: Record<VariableName, { label: string; query: string }> = {
    temporal_deployment: {
        label: "Deployment",
        query: "label_values(build_information, temporal_deployment)",
    },
    temporal_namespace: {
        label: "Temporal namespace",
        query: `label_values(service_requests{${deployment},temporal_namespace!~"_unknown_|system|temporal-system"}, temporal_namespace)`,
    },
    taskqueue: {
        label: "Task queue",
        query: `label_values(approximate_backlog_count{${deployment},${userQueues}}, taskqueue)`,
    },
    task_queue: {
        label: "Task queue",
        query: `label_values(temporal_num_pollers{${deployment},${sdkWorkers}}, task_queue)`,
    },
    kubernetes_namespace: {
        label: "Kubernetes namespace",
        query: `label_values(build_information{${deployment}}, namespace)`,
    },
    platform_namespace: {
        label: "Platform",
        // Other PostgreSQL servers may be scraped too; this one holds databases of ours.
        query: 'label_values(pg_database_size_bytes{datname=~"temporal_.+"}, namespace)',
    },
    cloud_namespace: {
        label: "Cloud namespace",
        query: "label_values(temporal_cloud_v1_service_request_count, temporal_namespace)",
    },
};

function variable(name: VariableName, spec: DashboardSpec): Builder<VariableModel> {
    const { QueryVariableBuilder, VariableHide, VariableRefresh, VariableSort } = sdk().dashboard;
    const { label, query } = queries[name];
    const built = new QueryVariableBuilder(name)
        .label(label)
        .datasource(datasource)
        .query({ query, refId: name })
        .definition(query)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .sort(VariableSort.NaturalAsc);
    const all = { text: ["All"], value: ["$__all"] };
    switch (name) {
        case "temporal_deployment":
            return spec.allDeployments ? built.multi(true).includeAll(true).allValue(".*").current(all) : built;
        // A Prometheus that serves several clusters sees several.
        case "platform_namespace":
            return built;
        // Follows from the deployment, so nobody is asked.
        case "kubernetes_namespace":
            return built.hide(VariableHide.HideVariable).multi(true).includeAll(true).current(all);
        default:
            return built.multi(true).includeAll(true).allValue(".*").current(all);
    }
}

/** Marks on every chart the time in which an alert of the chosen deployments was firing. */
function firingAlerts() {
    return new (sdk().dashboard.AnnotationQueryBuilder)()
        .name("Firing alerts")
        .datasource(datasource)
        .enable(true)
        .iconColor("red")
        .expr(`ALERTS{alertstate="firing",severity=~"critical|warning",${deployment}}`)
        .titleFormat("{{alertname}}")
        .textFormat("{{temporal_deployment}} {{severity}}")
        .tagKeys("severity,temporal_deployment");
}
