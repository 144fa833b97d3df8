/** The plan of the monitoring by a Prometheus Operator that is there already. */
import type { AlertsConfig } from "../../config/alertsSchema.ts";
import type { OperatorMonitoringConfig } from "../../config/monitoringSchema.ts";
import { type AlertmanagerConfigSpec, alertmanagerConfigSpec } from "./alertmanagerConfigSpec.ts";
import { type AlertRoute, receiversWithSecret } from "./alerting.ts";

/** Objects for an operator that is there already. */
export interface OperatorMonitoringPlan {
    readonly mode: "operator";
    /** Kubernetes namespace of its Prometheus. */
    readonly prometheusNamespace: string;
    /** Labels by which it finds the objects. */
    readonly labels: Readonly<Record<string, string>>;
    /** How Grafana finds the dashboards. */
    readonly dashboardPlace: {
        readonly labels: Readonly<Record<string, string>>;
        /** Grafana's folder. */
        readonly folder: string;
    };
    /** The AlertmanagerConfig of each namespace; undefined where nobody is told of anything. */
    readonly alertmanagerConfig: AlertmanagerConfigSpec | undefined;
    /** Receivers that have a secret. */
    readonly secrets: readonly string[];
    readonly existingSecret: string | undefined;
}

/** Name of the Secret with the receivers' secrets, in each namespace that has an AlertmanagerConfig. */
export const alertSecretName = "temporal-alert-receivers";

/**
 * Plans it.
 * @param teams routes of teams
 */
export function planOperatorMonitoring(
    { namespace, labels, dashboardLabels, dashboardFolder }: OperatorMonitoringConfig,
    alerts: AlertsConfig,
    teams: readonly AlertRoute[] = [],
): OperatorMonitoringPlan {
    return {
        mode: "operator",
        prometheusNamespace: namespace,
        labels,
        dashboardPlace: { labels: dashboardLabels, folder: dashboardFolder },
        alertmanagerConfig:
            alerts.receivers.length > 0
                ? alertmanagerConfigSpec(alerts, alerts.existingSecret ?? alertSecretName, teams)
                : undefined,
        secrets: receiversWithSecret(alerts),
        existingSecret: alerts.existingSecret,
    };
}
