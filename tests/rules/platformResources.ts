import type { RuleCase } from "./ruleCase.ts";
import { calm, fault } from "./situations.ts";

const volume = (available: string, namespace = "temporal-platform") => {
    const labels = `namespace="${namespace}",persistentvolumeclaim="postgresql-data",node="n"`;
    return {
        [`kubelet_volume_stats_available_bytes{${labels}}`]: available,
        [`kubelet_volume_stats_capacity_bytes{${labels}}`]: "100x180",
    };
};

const restarts = (values: string) => ({
    'kube_pod_container_status_restarts_total{namespace="temporal-platform",pod="prometheus-0",container="prometheus"}':
        values,
});

/** Situations of the alerts on the platform's pods and volumes. */
export const platformResourceCases: readonly RuleCase[] = [
    ...fault("PlatformVolumeFilling", "after 30 minutes of filling", volume("40-0.05x180"), 31, {
        labels: { persistentvolumeclaim: "postgresql-data" },
        description: "Volume postgresql-data has 38.45% left, and none in a day if it fills on like this.",
    }),
    {
        alert: "PlatformVolumeFilling",
        title: "fires down to a tenth",
        series: volume("13-0.02x180"),
        at: "31m",
        fires: [
            {
                labels: { persistentvolumeclaim: "postgresql-data" },
                description: "Volume postgresql-data has 12.38% left, and none in a day if it fills on like this.",
            },
        ],
    },
    calm("PlatformVolumeFilling", "where it fills in more than a day", volume("40-0.02x180")),
    calm("PlatformVolumeFilling", "while more than half is free", volume("60-0.05x180")),
    calm("PlatformVolumeFilling", "where PlatformVolumeFull fires", volume("9-0.01x180")),
    ...fault("PlatformVolumeFull", "after 5 minutes", volume("10x180"), 5, {
        labels: { persistentvolumeclaim: "postgresql-data" },
        description: "Volume postgresql-data has 10% left.",
    }),
    calm("PlatformVolumeFull", "with 11 % left", volume("11x180")),
    calm("PlatformVolumeFull", "of another namespace", volume("0x180", "elsewhere")),

    ...fault("PlatformContainerRestarting", "at the third restart", restarts("0+1x3 3x180"), 3, {
        labels: { pod: "prometheus-0", container: "prometheus" },
        description: "Pod prometheus-0, container prometheus: 3 restarts within 30 minutes.",
    }),
    calm("PlatformContainerRestarting", "at the second", restarts("0 1 2x180"), "20m"),
];
