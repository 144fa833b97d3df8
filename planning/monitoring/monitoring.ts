/** The plan of the monitoring of a platform, and what it tells deployments, of this stack and of others. */
import type { MonitoringConfig } from "../../config/schema.ts";
import { chosenMonitoring } from "../../config/monitoringSchema.ts";
import { allTeamRoutes } from "../team/routes.ts";
import type { TeamRecord } from "../team/teamRecord.ts";
import type { MonitoredPlatform, RuleGroup } from "./alertRule.ts";
import { type BundledMonitoringPlan, planBundledMonitoring } from "./bundled.ts";
import { dashboards } from "./dashboards/dashboards.ts";
import { type OperatorMonitoringPlan, planOperatorMonitoring } from "./operator.ts";
import { type MonitoredPostgresql, planPostgresExporter, type PostgresExporterPlan } from "./postgresExporterPlan.ts";
import { platformRules } from "./rules/platformRules.ts";

/** How deployments are watched: the bundled Prometheus, objects for an operator, or not at all. */
export type MonitoringPlan =
    { readonly mode: "none" } | (CommonMonitoringPlan & (BundledMonitoringPlan | OperatorMonitoringPlan));

/** A dashboard of Grafana. */
export interface DashboardPlan {
    /** Its uid, and the name of its file. */
    readonly name: string;
    readonly json: string;
}

/** What both ways have. */
export interface CommonMonitoringPlan {
    /** Kubernetes namespace: the platform's. */
    readonly namespace: string;
    readonly runbooks: string;
    /** Rules of what deployments share. */
    readonly rules: readonly RuleGroup[];
    /** Dashboards; none where there is no Grafana to show them. */
    readonly dashboards: readonly DashboardPlan[];
    readonly postgresExporter: PostgresExporterPlan;
    /** Temporal Cloud namespaces whose metrics are collected; empty: all of the API key; undefined: none. */
    readonly cloud: { readonly namespaces: readonly string[] } | undefined;
}

/** What deployments are told of their platform's monitoring. */
export type MonitoringContract =
    | { readonly mode: "none" }
    | { readonly mode: "bundled"; readonly runbooks: string }
    | {
          readonly mode: "operator";
          readonly runbooks: string;
          /** Kubernetes namespace of the operator's Prometheus. */
          readonly prometheusNamespace: string;
          /** Labels by which it finds monitors and rules. */
          readonly labels: Readonly<Record<string, string>>;
      };

/** What the monitoring follows from besides its own config. */
export interface MonitoringContext {
    /** The platform's Kubernetes namespace. */
    readonly namespace: string;
    readonly postgresql: MonitoredPostgresql;
    /** Names of all deployments that the platform has or grants a slot. */
    readonly deployments: readonly string[];
    /** Records of the teams on it. */
    readonly teams: readonly TeamRecord[];
}

/** Plans the monitoring of a platform of this stack. */
export function planMonitoring(config: MonitoringConfig, context: MonitoringContext): MonitoringPlan {
    const choice = chosenMonitoring(config);
    if (choice.mode === "none") return choice;
    const { namespace, postgresql, deployments, teams } = context;
    const { runbooks, alerts, cloud } = config;
    const platform: MonitoredPlatform = {
        namespace,
        postgresql: { kind: postgresql.kind, maxConnections: postgresql.maxConnections },
        bundled: choice.mode === "bundled",
        cloud: cloud !== undefined,
        runbooks,
    };
    const rules = platformRules(platform);
    const shown = choice.mode === "operator" || choice.config.grafana.enabled;
    const all = shown ? dashboards({ cloud: platform.cloud, runbooks }) : [];
    const routes = allTeamRoutes(
        teams,
        alerts.receivers.map(({ name }) => name),
    );
    const common = {
        namespace,
        runbooks,
        rules,
        dashboards: all,
        postgresExporter: planPostgresExporter(postgresql, namespace),
        cloud,
    };
    return choice.mode === "bundled"
        ? {
              ...common,
              ...planBundledMonitoring(choice.config, {
                  namespace,
                  rules,
                  alerts,
                  cloud,
                  deployments,
                  teamRoutes: routes,
              }),
          }
        : { ...common, ...planOperatorMonitoring(choice.config, alerts, routes) };
}

/** What stacks on the platform are told. */
export function monitoringContract(plan: MonitoringPlan): MonitoringContract {
    if (plan.mode === "none") return { mode: "none" };
    const { runbooks } = plan;
    if (plan.mode === "bundled") return { mode: "bundled", runbooks };
    return { mode: "operator", runbooks, prometheusNamespace: plan.prometheusNamespace, labels: plan.labels };
}
