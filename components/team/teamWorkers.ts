import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { TeamAccessPlan, WorkersPlan } from "../../planning/team/teamPlan.ts";
import { labels, restrictedNamespaceLabels } from "../kubernetes.ts";
import { NetworkPolicies } from "../networkPolicies.ts";
import { TeamAccess } from "./teamAccess.ts";

/** Inputs of {@link TeamWorkers}. */
export interface TeamWorkersArgs {
    /** The team's id, by which its objects are labelled. */
    readonly team: string;
    /** What is in the namespace; plain, since it decides which objects there are. */
    readonly plan: WorkersPlan;
    /** Who may do what in it. Default: nobody anything. */
    readonly access?: TeamAccessPlan | undefined;
}

/** The Kubernetes namespace in which a team's workers run, with what they need. Needs a kubernetes provider. */
export class TeamWorkers extends pulumi.ComponentResource {
    /** Its name, once it is there. */
    readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: TeamWorkersArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:TeamWorkers", name, {}, opts);
        const { team, plan, access } = args;
        const child = { parent: this };
        const namespace = new k8s.core.v1.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: plan.namespace,
                    labels: { ...labels(team, "workers"), ...restrictedNamespaceLabels, ...plan.labels },
                },
            },
            child,
        ).metadata.name;
        this.namespace = namespace;
        const metadata = (objectName: string) => ({ name: objectName, namespace, labels: labels(team, "workers") });
        new k8s.core.v1.ResourceQuota(
            `${name}-quota`,
            { metadata: metadata("temporal-workers"), spec: { hard: plan.quota } },
            child,
        );
        new k8s.core.v1.LimitRange(
            `${name}-limits`,
            {
                metadata: metadata("temporal-workers"),
                // The SDK's types know no readonly lists.
                spec: plan.limitRange as k8s.types.input.core.v1.LimitRangeSpec,
            },
            child,
        );
        new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            { metadata: metadata(plan.serviceAccount), automountServiceAccountToken: false },
            child,
        );
        new NetworkPolicies(`${name}-network`, { instance: team, namespace, policies: plan.networkPolicies }, child);
        for (const { configMap, data } of plan.connections) {
            new k8s.core.v1.ConfigMap(
                `${name}-${configMap}`,
                { metadata: metadata(configMap), data: { ...data } },
                child,
            );
        }
        for (const { name: objectName, spec } of plan.scaledObjects) {
            new k8s.apiextensions.CustomResource(
                `${name}-scaled-${objectName}`,
                { apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject", metadata: metadata(objectName), spec },
                child,
            );
        }
        if (access) new TeamAccess(`${name}-access`, { team, namespace, plan: access }, child);
        this.registerOutputs({ namespace });
    }
}
