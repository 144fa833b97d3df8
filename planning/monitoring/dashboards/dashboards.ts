/** The dashboards: data of the pages beside this file, made Grafana's by its own SDK. */
import { cloudPage } from "./cloud.ts";
import { dashboard } from "./dashboard.ts";
import { deploymentPage } from "./deployment.ts";
import { historyPage } from "./history.ts";
import { matchingPage } from "./matching.ts";
import { namespacesPage } from "./namespaces.ts";
import { overviewPage } from "./overview.ts";
import { persistencePage } from "./persistence.ts";
import { servicesPage } from "./services.ts";
import { workersPage } from "./workers.ts";

/** What the dashboards follow from. */
export interface DashboardOptions {
    /** Whether Temporal Cloud is scraped too. */
    readonly cloud: boolean;
    /** Where the runbooks are published: an alert's page is `<runbooks>/<alert>.md`. */
    readonly runbooks: string;
}

/** A dashboard as Grafana reads it. */
export interface DashboardFile {
    /** File and key of a ConfigMap, without suffix; uid of the dashboard. */
    readonly name: string;
    readonly json: string;
}

/** Every dashboard. */
export function dashboards(options: DashboardOptions): readonly DashboardFile[] {
    const pages = [
        overviewPage,
        deploymentPage,
        servicesPage,
        historyPage,
        matchingPage,
        persistencePage,
        namespacesPage,
        workersPage,
        ...(options.cloud ? [cloudPage] : []),
    ];
    return pages.map((page) => ({ name: page.name, json: JSON.stringify(dashboard(page, options.runbooks)) }));
}
