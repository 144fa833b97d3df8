import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { PlatformPlan } from "../../planning/plan.ts";
import { labels, restrictedNamespaceLabels } from "../kubernetes.ts";
import { BundledPostgresql } from "./bundledPostgresql.ts";

/** Inputs of {@link Platform}. */
export interface PlatformArgs {
    /** What the platform consists of; plain, since it decides which objects there are. */
    readonly plan: PlatformPlan;
    /** Password of the admin role of an external PostgreSQL server; a bundled one makes its own. */
    readonly postgresqlAdminPassword?: pulumi.Input<string> | undefined;
}

/** How Pulumi logs in to the PostgreSQL server as admin. */
export interface PostgresqlAdmin {
    readonly host: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    readonly username: string;
    readonly database: string;
    /** Secret. */
    readonly password: pulumi.Output<string>;
    readonly sslmode: string;
}

/** What all deployments share: the namespace of shared objects and the PostgreSQL server. */
export class Platform extends pulumi.ComponentResource {
    /** Kubernetes namespace of the shared objects. */
    readonly namespace: pulumi.Output<string>;
    /** Where and as whom Pulumi makes roles and databases. */
    readonly postgresqlAdmin: PostgresqlAdmin;

    constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:Platform", name, {}, opts);
        const { postgresql, protect } = args.plan;
        const namespace = new k8s.core.v1.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: args.plan.namespace,
                    labels: { ...labels("platform", "namespace"), ...restrictedNamespaceLabels },
                },
            },
            { parent: this },
        );
        this.namespace = namespace.metadata.name;
        if (postgresql.kind === "bundled") {
            const server = new BundledPostgresql(
                `${name}-postgresql`,
                { namespace: this.namespace, plan: postgresql, protect },
                { parent: this },
            );
            this.postgresqlAdmin = {
                host: server.host,
                port: server.port,
                username: server.adminUser,
                database: "postgres",
                password: server.adminPassword,
                sslmode: postgresql.store.sslmode,
            };
        } else {
            this.postgresqlAdmin = {
                host: pulumi.output(postgresql.pulumiAddress.host),
                port: pulumi.output(postgresql.pulumiAddress.port),
                username: postgresql.adminUser,
                database: postgresql.adminDatabase,
                password: pulumi.secret(args.postgresqlAdminPassword ?? ""),
                sslmode: postgresql.store.sslmode,
            };
        }
        this.registerOutputs({ namespace: this.namespace });
    }
}
