import * as pulumi from "@pulumi/pulumi";

import type { TeamPlan } from "../../planning/team/teamPlan.ts";
import { TeamAlerting } from "./teamAlerting.ts";
import { TeamClaims } from "./teamClaims.ts";
import { TeamNamespace } from "./teamNamespace.ts";
import { TeamWorkers } from "./teamWorkers.ts";

/** Inputs of {@link Team}. */
export interface TeamArgs {
    /** What the team has; plain, since it decides which objects there are. */
    readonly plan: TeamPlan;
    /** The platform's namespace, where claims and records are. */
    readonly platformNamespace: pulumi.Input<string>;
    /** Secrets of alert receivers, by their names. */
    readonly alertSecrets?: pulumi.Input<Readonly<Record<string, string>>> | undefined;
}

/** What a team and its programs need to use what they have. */
export interface TeamOutputs {
    readonly team: string;
    readonly environment: string;
    /** Name of its deployment. */
    readonly deployment: string;
    /** The deployment's gRPC API, by name for pods of the cluster. */
    readonly frontend: { readonly address: string };
    /** Its Temporal namespaces, the default of its workers first. */
    readonly namespaces: readonly string[];
    /** Its workers' Kubernetes namespace, and there their ServiceAccount and the ConfigMap with the way to the first Temporal namespace. */
    readonly workers: { readonly namespace: string; readonly serviceAccount: string; readonly connection: string };
    /** The group whose members may work in that namespace, or null. */
    readonly group: string | null;
    /** What waits for the next `pulumi up` of another stack. */
    readonly pending: readonly string[];
}

/** A tenant of a deployment: Temporal namespaces, and a Kubernetes namespace for its workers. Needs a kubernetes and a temporal-objects provider. */
export class Team extends pulumi.ComponentResource {
    /** What is needed to use it. */
    readonly outputs: pulumi.Output<TeamOutputs>;

    constructor(name: string, args: TeamArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:Team", name, {}, opts);
        const { plan } = args;
        const { deployment, record, claims: claimed } = plan;
        const claims = new TeamClaims(
            `${name}-claims`,
            { deployment: deployment.name, namespace: args.platformNamespace, record, claims: claimed },
            { parent: this },
        );
        const workers = new TeamWorkers(
            `${name}-workers`,
            { team: plan.id, plan: plan.workers, access: plan.access },
            { parent: this, dependsOn: claims },
        );
        const alerting =
            plan.alerting &&
            new TeamAlerting(
                `${name}-alerting`,
                {
                    ...{ team: plan.id, namespace: workers.namespace, plan: plan.alerting },
                    secrets: args.alertSecrets ?? {},
                },
                { parent: this },
            );
        // Last to come and so first to go: where open workflows keep a namespace, its workers stay as well.
        const namespaces = plan.namespaces.map(
            (namespace) =>
                new TeamNamespace(
                    `${name}-${namespace.name}`,
                    { plan: namespace },
                    { parent: this, dependsOn: alerting ? [workers, alerting] : [workers] },
                ),
        );
        for (const sentence of plan.pending) void pulumi.log.warn(sentence, this);
        const [connection] = plan.workers.connections;
        this.outputs = pulumi
            .all([workers.namespace, pulumi.all(namespaces.map(({ namespace }) => namespace))])
            .apply(([workersNamespace, names]) => ({
                team: plan.name,
                environment: plan.environment,
                deployment: deployment.name,
                frontend: { address: `${deployment.frontend.host}:${deployment.frontend.port}` },
                namespaces: names,
                workers: {
                    namespace: workersNamespace,
                    serviceAccount: plan.workers.serviceAccount,
                    connection: connection.configMap,
                },
                group: plan.access?.group ?? null,
                pending: plan.pending,
            }));
        this.registerOutputs({ outputs: this.outputs });
    }
}
