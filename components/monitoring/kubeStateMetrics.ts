import * as pulumi from "@pulumi/pulumi";

import type { KubeStateMetricsPlan } from "../../planning/monitoring/bundled.ts";
import { kubeStateMetricsResources } from "../../planning/monitoring/kubeStateMetrics.ts";
import { metricsPortName } from "../../planning/monitoring/relabeling.ts";
import { monitoringPorts } from "../../planning/monitoring/scrapeConfig.ts";
import { restrictedContainer } from "../kubernetes.ts";
import { MonitoringPart } from "./part.ts";
import { nobodyUser } from "./prometheus.ts";

/** Inputs of {@link KubeStateMetrics}. */
export interface KubeStateMetricsArgs {
    /** The platform's namespace; plain, since rights of the whole cluster are named after it. */
    readonly namespace: string;
    readonly plan: KubeStateMetricsPlan;
}

/** kube-state-metrics: restarts, replicas and limits as the Kubernetes API knows them. */
export class KubeStateMetrics extends pulumi.ComponentResource {
    constructor(name: string, args: KubeStateMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:KubeStateMetrics", name, {}, opts);
        const { plan, namespace } = args;
        new MonitoringPart(
            `${name}-server`,
            {
                component: "kube-state-metrics",
                namespace,
                port: { name: metricsPortName, port: monitoringPorts.kubeStateMetrics },
                user: nobodyUser,
                clusterRole: {
                    name: `${namespace}-kube-state-metrics`,
                    rules: Object.entries(kubeStateMetricsResources).map(([apiGroup, resources]) => ({
                        apiGroups: [apiGroup],
                        resources: [...resources],
                        verbs: ["list", "watch"],
                    })),
                },
                container: {
                    image: plan.image,
                    args: [...plan.args],
                    ports: [
                        { name: metricsPortName, containerPort: monitoringPorts.kubeStateMetrics },
                        { name: "telemetry", containerPort: monitoringPorts.kubeStateMetricsTelemetry },
                    ],
                    resources: plan.resources,
                    securityContext: restrictedContainer,
                    readinessProbe: {
                        httpGet: { path: "/readyz", port: "telemetry" },
                        periodSeconds: 2,
                        timeoutSeconds: 5,
                    },
                    // Says whether the API server answers, too, hence the patience.
                    livenessProbe: {
                        httpGet: { path: "/livez", port: metricsPortName },
                        periodSeconds: 30,
                        timeoutSeconds: 5,
                        failureThreshold: 6,
                    },
                },
                volumes: [],
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
