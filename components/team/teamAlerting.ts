import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { alertSecretName } from "../../planning/monitoring/operator.ts";
import type { TeamAlertingPlan } from "../../planning/team/teamPlan.ts";
import { labels } from "../kubernetes.ts";
import { secretsOf } from "../monitoring/alertmanager.ts";
import { operatorObject } from "../monitoring/operatorObject.ts";

/** Inputs of {@link TeamAlerting}. */
export interface TeamAlertingArgs {
    /** The team's id, by which its objects are labelled. */
    readonly team: string;
    /** Kubernetes namespace of its workers: the operator applies routes to the alerts of their own namespace. */
    readonly namespace: pulumi.Input<string>;
    readonly plan: TeamAlertingPlan;
    /** Secrets of receivers, by their names. */
    readonly secrets: pulumi.Input<Readonly<Record<string, string>>>;
}

/** The route of a team's alerts to its receiver, for a Prometheus Operator. */
export class TeamAlerting extends pulumi.ComponentResource {
    constructor(name: string, args: TeamAlertingArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:TeamAlerting", name, {}, opts);
        const { team: instance, namespace, plan } = args;
        const secret =
            plan.secrets.length > 0 &&
            new k8s.core.v1.Secret(
                `${name}-receivers`,
                {
                    metadata: { name: alertSecretName, namespace, labels: labels(instance, "monitoring") },
                    stringData: secretsOf(plan.secrets, args.secrets),
                },
                { parent: this },
            );
        operatorObject(
            `${name}-routes`,
            {
                ...{ kind: "AlertmanagerConfig", version: "v1alpha1", name: `temporal-${instance}`, instance },
                ...{ namespace, labels: plan.labels, spec: plan.spec },
            },
            { parent: this, dependsOn: secret ? [secret] : [] },
        );
        this.registerOutputs({});
    }
}
