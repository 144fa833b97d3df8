import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { DashboardPlan } from "../../planning/monitoring/monitoring.ts";
import { labels } from "../kubernetes.ts";

/** Inputs of {@link Dashboards}. */
export interface DashboardsArgs {
    readonly namespace: string;
    /** The dashboards; plain, since there is a ConfigMap of each. */
    readonly dashboards: readonly DashboardPlan[];
    /** Labels and annotations by which Grafana's sidecar finds and sorts them. Default: none. */
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
}

/** A ConfigMap of each dashboard: together they would be larger than an object may be. */
export class Dashboards extends pulumi.ComponentResource {
    /** Names of the ConfigMaps. */
    readonly configMaps: readonly pulumi.Output<string>[];

    constructor(name: string, args: DashboardsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:Dashboards", name, {}, opts);
        const { namespace, dashboards, annotations } = args;
        this.configMaps = dashboards.map(
            (dashboard) =>
                new k8s.core.v1.ConfigMap(
                    `${name}-${dashboard.name}`,
                    {
                        metadata: {
                            name: `grafana-${dashboard.name}`,
                            namespace,
                            labels: { ...labels("platform", "dashboard"), ...args.labels },
                            ...(annotations ? { annotations } : {}),
                        },
                        data: { [`${dashboard.name}.json`]: dashboard.json },
                    },
                    { parent: this },
                ).metadata.name,
        );
        this.registerOutputs({});
    }
}
