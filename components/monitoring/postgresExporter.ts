import * as k8s from "@pulumi/kubernetes";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { PostgresExporterPlan } from "../../planning/monitoring/postgresExporterPlan.ts";
import { metricsPortName } from "../../planning/monitoring/relabeling.ts";
import { monitoringPorts } from "../../planning/monitoring/scrapeConfig.ts";
import { labels, restrictedContainer } from "../kubernetes.ts";
import { MonitoringPart } from "./part.ts";
import { nobodyUser } from "./prometheus.ts";

/** Inputs of {@link PostgresExporter}. */
export interface PostgresExporterArgs {
    /** The platform's namespace. */
    readonly namespace: string;
    readonly plan: PostgresExporterPlan;
}

/** postgres_exporter with a role of its own in PostgreSQL. Needs a kubernetes and a postgresql provider. */
export class PostgresExporter extends pulumi.ComponentResource {
    constructor(name: string, args: PostgresExporterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:PostgresExporter", name, {}, opts);
        const { plan, namespace } = args;
        const child = { parent: this };
        const password = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, child);
        const role = new postgresql.Role(
            `${name}-role`,
            { name: plan.role, login: true, password: password.result, roles: ["pg_monitor"] },
            child,
        );
        const secret = new k8s.core.v1.Secret(
            `${name}-credentials`,
            {
                metadata: { namespace, labels: labels("platform", "postgres-exporter") },
                stringData: { username: role.name, password: password.result },
            },
            child,
        );
        const fromSecret = (key: string) => ({ secretKeyRef: { name: secret.metadata.name, key } });
        // It answers whether or not PostgreSQL does; a restart would help neither.
        const probe = { httpGet: { path: "/", port: metricsPortName }, timeoutSeconds: 5 };
        new MonitoringPart(
            `${name}-server`,
            {
                component: "postgres-exporter",
                namespace,
                port: { name: metricsPortName, port: monitoringPorts.postgresExporter },
                user: nobodyUser,
                container: {
                    image: plan.image,
                    args: [...plan.args],
                    ports: [{ name: metricsPortName, containerPort: monitoringPorts.postgresExporter }],
                    env: [
                        { name: "DATA_SOURCE_URI", value: plan.dataSource },
                        { name: "DATA_SOURCE_USER", valueFrom: fromSecret("username") },
                        { name: "DATA_SOURCE_PASS", valueFrom: fromSecret("password") },
                    ],
                    resources: plan.resources,
                    securityContext: restrictedContainer,
                    readinessProbe: { ...probe, periodSeconds: 2 },
                    livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 6 },
                },
                volumes: [],
            },
            child,
        );
        this.registerOutputs({});
    }
}
