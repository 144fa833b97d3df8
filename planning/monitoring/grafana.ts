/** What the bundled Grafana is told: its settings, its data source and where its dashboards are. */
import { stringify } from "yaml";

import { scrapeInterval } from "./scrapeConfig.ts";

/** Where things stand in the pod. */
export const grafanaPaths = {
    provisioning: "/etc/grafana/provisioning",
    dashboards: "/etc/grafana/temporal-dashboards",
    data: "/var/lib/grafana",
} as const;

/** The one user that is there from the beginning; the password comes from a Secret and applies when the volume is empty. */
export const grafanaAdmin = "admin";

/** Settings as environment variables: nobody may sign up, and nothing is sent or asked for outside. */
export const grafanaSettings: Readonly<Record<string, string>> = {
    GF_SECURITY_ADMIN_USER: grafanaAdmin,
    GF_SECURITY_DISABLE_GRAVATAR: "true",
    GF_USERS_ALLOW_SIGN_UP: "false",
    GF_ANALYTICS_REPORTING_ENABLED: "false",
    GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
    GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: "false",
    GF_NEWS_NEWS_FEED_ENABLED: "false",
    GF_SNAPSHOTS_EXTERNAL_ENABLED: "false",
    GF_PLUGINS_PREINSTALL_DISABLED: "true",
    GF_PLUGINS_PLUGIN_ADMIN_ENABLED: "false",
};

/** Files below the provisioning folder. The data source's uid is the one that dashboards start with. */
export function grafanaProvisioning(prometheusUrl: string): {
    readonly datasources: string;
    readonly dashboards: string;
} {
    const datasource = {
        name: "Prometheus",
        uid: "prometheus",
        type: "prometheus",
        access: "proxy",
        url: prometheusUrl,
        isDefault: true,
        editable: false,
        // $__rate_interval follows from it.
        jsonData: { timeInterval: scrapeInterval, httpMethod: "POST", prometheusType: "Prometheus" },
    };
    const provider = {
        name: "temporal",
        folder: "Temporal",
        type: "file",
        allowUiUpdates: false,
        options: { path: grafanaPaths.dashboards },
    };
    return {
        datasources: stringify({ apiVersion: 1, datasources: [datasource] }),
        dashboards: stringify({ apiVersion: 1, providers: [provider] }),
    };
}
