/** How a Prometheus Operator's Prometheus finds our pods: specs of its own kinds, with the bundled one's relabeling. */
import { componentLabel, instanceLabels, selectorLabels } from "../labels.ts";
import { serviceNames } from "../ports.ts";
import {
    metricsPortName,
    sampleLimits,
    serverMetrics,
    serverTargets,
    workerLabel,
    workerMetrics,
    workerTargets,
} from "./relabeling.ts";
import { cloudHost, cloudScrapeInterval, scrapeInterval } from "./scrapeConfig.ts";

/** Spec of the PodMonitor (monitoring.coreos.com/v1) of one deployment's servers, in their namespace. */
export function serverMonitorSpec(deployment: string) {
    return {
        selector: {
            matchLabels: instanceLabels(deployment),
            matchExpressions: [{ key: componentLabel, operator: "In", values: serviceNames }],
        },
        sampleLimit: sampleLimits.server,
        podMetricsEndpoints: [endpoint({ relabelings: serverTargets, metricRelabelings: serverMetrics })],
    };
}

/** Spec of the PodMonitor of all workers that say of which deployment they are, in whichever namespace. */
export const workerMonitorSpec = {
    selector: { matchExpressions: [{ key: workerLabel, operator: "Exists" }] },
    namespaceSelector: { any: true },
    sampleLimit: sampleLimits.worker,
    podMetricsEndpoints: [endpoint({ relabelings: workerTargets, metricRelabelings: workerMetrics })],
};

/** Spec of the ServiceMonitor of postgres_exporter. */
export const postgresMonitorSpec = {
    selector: { matchLabels: selectorLabels("platform", "postgres-exporter") },
    endpoints: [endpoint({})],
};

function endpoint(relabelings: object) {
    return { port: metricsPortName, interval: scrapeInterval, ...relabelings };
}

/**
 * Spec of the ScrapeConfig (monitoring.coreos.com/v1alpha1) of Temporal Cloud.
 * @param secret name of the Secret in the same namespace whose key `api-key` is the API key
 */
export function cloudScrapeSpec(namespaces: readonly string[], secret: string) {
    return {
        jobName: "temporal-cloud",
        scheme: "HTTPS",
        metricsPath: "/v1/metrics",
        scrapeInterval: cloudScrapeInterval,
        scrapeTimeout: "30s",
        honorTimestamps: true,
        ...(namespaces.length > 0 ? { params: { namespaces } } : {}),
        authorization: { credentials: { name: secret, key: "api-key" } },
        staticConfigs: [{ targets: [cloudHost] }],
    };
}
