/** The dashboards as Grafana reads them, and what they ask of Prometheus. */

/** A query of a panel. */
export interface DashboardTarget {
    readonly expr: string;
    readonly legendFormat: string;
    readonly datasource: unknown;
    readonly format: string;
    readonly instant: boolean;
    readonly range: boolean;
}

/** A panel or a row, as far as tests look at it. */
export interface DashboardPanel {
    readonly type: string;
    readonly id: number;
    readonly title: string;
    readonly description: string;
    readonly datasource: unknown;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly links: readonly { readonly url: string; readonly targetBlank: boolean }[];
    readonly targets: readonly DashboardTarget[];
    readonly transformations?: readonly { readonly id: string; readonly options: unknown }[];
    readonly fieldConfig: {
        readonly defaults: {
            readonly unit: string;
            readonly thresholds: {
                readonly steps: readonly { readonly value: number | null; readonly color: string }[];
            };
        };
        readonly overrides: readonly {
            readonly matcher: { readonly options: string };
            readonly properties: readonly { readonly id: string; readonly value: unknown }[];
        }[];
    };
}

/** A dashboard, as far as tests look at it. */
export interface Dashboard {
    readonly id?: number;
    readonly uid: string;
    readonly title: string;
    readonly description: string;
    readonly schemaVersion: number;
    readonly timezone: string;
    readonly refresh: string;
    readonly tags: readonly string[];
    readonly links: readonly { type: string; tags: readonly string[]; includeVars: boolean; placement?: string }[];
    readonly panels: readonly DashboardPanel[];
    readonly annotations: { readonly list?: readonly { readonly expr: string }[] };
    readonly templating: {
        readonly list: readonly {
            readonly name: string;
            readonly type: string;
            readonly query: unknown;
            readonly definition: string;
            readonly includeAll: boolean;
            readonly multi: boolean;
            readonly current: { readonly value: unknown };
        }[];
    };
}

/** One query of one panel. */
export interface DashboardQuery {
    /** uid of the dashboard. */
    readonly dashboard: string;
    /** Title of the panel. */
    readonly panel: string;
    /** As the dashboard has it, with its variables. */
    readonly expr: string;
    readonly legend: string;
    /** Why a healthy system may have no such series; undefined where it must have some. */
    readonly noData: string | undefined;
}

/** Panels of a dashboard without the rows that they stand in. */
export function panelsOf(dashboard: Dashboard): DashboardPanel[] {
    return dashboard.panels.filter(({ type }) => type !== "row");
}

/** Every query of a dashboard's panels, from the text that Grafana gets. */
export function dashboardQueries(json: string): DashboardQuery[] {
    const dashboard = JSON.parse(json) as Dashboard;
    return panelsOf(dashboard).flatMap((panel) =>
        panel.targets.map((target) => ({
            dashboard: dashboard.uid,
            panel: panel.title,
            expr: target.expr,
            legend: target.legendFormat,
            noData: /No data: (.*)$/s.exec(panel.description)?.[1],
        })),
    );
}

/** A query as Grafana sends it when All is chosen everywhere. */
export function withoutVariables(expr: string): string {
    return expr.replaceAll("$__rate_interval", "5m").replaceAll(/"\$\w+"/g, '".*"');
}
