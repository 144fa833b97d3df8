/** Volumes and containers of the platform: of PostgreSQL, and of the monitoring. */
import type { MonitoredPlatform, RuleGroup } from "../alertRule.ts";
import { platformAlert, selectPlatform } from "./platformRuleText.ts";

/** Share of a volume that is free: from `some` on down, whoever fills it is told; from `none` on down, somebody is called. */
const freeShare = { some: 0.5, none: 0.1 } as const;

/** Restarts within half an hour that are more than a node's move or an update. */
const restartsInHalfAnHour = 2;

/** Alerts on the platform's own pods; undefined where nothing of it that has a volume runs in the cluster. */
export function platformResourceRules(platform: MonitoredPlatform): RuleGroup | undefined {
    if (platform.postgresql.kind === "external" && !platform.bundled) return undefined;
    const by = "by (persistentvolumeclaim)";
    const available = selectPlatform(platform, "kubelet_volume_stats_available_bytes");
    const free = `min ${by} (${available}) / max ${by} (${selectPlatform(platform, "kubelet_volume_stats_capacity_bytes")})`;
    const tomorrow = `min ${by} (predict_linear(${available}[6h], 86400))`;
    const restarts = selectPlatform(platform, "kube_pod_container_status_restarts_total");
    return {
        name: `temporal.platform.${platform.namespace}`,
        rules: [
            platformAlert(platform, "PlatformVolumeFilling", {
                severity: "warning",
                expr: `${free} > ${freeShare.none} <= ${freeShare.some} and ${tomorrow} < 0`,
                for: "30m",
                summary: "A volume will be full within a day.",
                description:
                    "Volume {{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left, and none in a day if it fills on like this.",
            }),
            platformAlert(platform, "PlatformVolumeFull", {
                severity: "critical",
                expr: `${free} <= ${freeShare.none}`,
                for: "5m",
                summary: "A volume is nearly full.",
                description: "Volume {{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left.",
            }),
            platformAlert(platform, "PlatformContainerRestarting", {
                severity: "warning",
                expr: `max by (pod, container) (increase(${restarts}[30m])) > ${restartsInHalfAnHour}`,
                summary: "A container of the platform restarts again and again.",
                description:
                    'Pod {{ $labels.pod }}, container {{ $labels.container }}: {{ $value | printf "%.0f" }} restarts within 30 minutes.',
            }),
        ],
    };
}
