import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { monitoringContract } from "../../planning/monitoring/monitoring.ts";
import type { OwnedPlatformPlan } from "../../planning/platform.ts";
import { contractVersion, type PlatformContract } from "../../planning/platformContract.ts";
import { labels, restrictedNamespaceLabels } from "../kubernetes.ts";
import { NetworkPolicies } from "../networkPolicies.ts";
import { BundledPostgresql } from "./bundledPostgresql.ts";

/** Inputs of {@link Platform}. */
export interface PlatformArgs {
    /** What the platform consists of; plain, since it decides which objects there are. */
    readonly plan: OwnedPlatformPlan;
    /** Password of the admin role of an external PostgreSQL server; a bundled one makes its own. */
    readonly postgresqlAdminPassword?: pulumi.Input<string> | undefined;
}

/** What deployments need of their platform, be it of this stack or of another. */
export interface PlatformAccess {
    /** Kubernetes namespace of the shared objects, once it is there. */
    readonly namespace: pulumi.Output<string>;
    /** What stacks that use the platform are told, and this one's own deployments too. */
    readonly contract: pulumi.Output<PlatformContract>;
    /** Password with which Pulumi makes roles and databases; secret. */
    readonly postgresqlAdminPassword: pulumi.Output<string>;
}

/** What all deployments share: the namespace of shared objects and the PostgreSQL server. */
export class Platform extends pulumi.ComponentResource implements PlatformAccess {
    /** Kubernetes namespace of the shared objects. */
    readonly namespace: pulumi.Output<string>;
    /** What stacks that use the platform are told. */
    readonly contract: pulumi.Output<PlatformContract>;
    /** Password of the PostgreSQL server's admin role; secret. */
    readonly postgresqlAdminPassword: pulumi.Output<string>;

    constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:Platform", name, {}, opts);
        const { postgresql, protect, slots, teams } = args.plan;
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

        new NetworkPolicies(
            `${name}-network`,
            { instance: "platform", namespace: this.namespace, policies: args.plan.networkPolicies },
            { parent: this },
        );
        let admin: pulumi.Input<PlatformContract["postgresql"]["admin"]>;
        if (postgresql.kind === "bundled") {
            const server = new BundledPostgresql(
                `${name}-postgresql`,
                { namespace: this.namespace, plan: postgresql, protect },
                { parent: this },
            );
            admin = pulumi
                .all([server.host, server.port])
                .apply(([host, port]) => ({ host, port, username: server.adminUser, database: "postgres" }));
            this.postgresqlAdminPassword = server.adminPassword;
        } else {
            admin = {
                ...postgresql.pulumiAddress,
                username: postgresql.adminUser,
                database: postgresql.adminDatabase,
            };
            this.postgresqlAdminPassword = pulumi.secret(args.postgresqlAdminPassword ?? "");
        }
        this.contract = pulumi.output(admin).apply((admin): PlatformContract => ({
            contractVersion,
            namespace: args.plan.namespace,
            postgresql: { kind: postgresql.kind, store: postgresql.store, admin },
            monitoring: monitoringContract(args.plan.monitoring),
            slots,
            teams,
        }));
        this.registerOutputs({ contract: this.contract });
    }
}
