import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { labels, plainPod, restrictedContainer, restrictedPod, selectorLabels, temporalUser } from "../kubernetes.ts";

/** Inputs of {@link AdminTools}. */
export interface AdminToolsArgs {
    /** Name of the deployment. */
    readonly deployment: string;
    readonly namespace: pulumi.Input<string>;
    /** admin-tools of the deployment's server version. */
    readonly image: string;
    /** Host and port of the frontend, as pods reach it. */
    readonly frontendAddress: string;
}

/** A pod with temporal, tdbg and temporal-sql-tool, set up for its deployment: `kubectl exec deploy/temporal-admin-tools -- tdbg …`. */
export class AdminTools extends pulumi.ComponentResource {
    constructor(name: string, args: AdminToolsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:AdminTools", name, {}, opts);
        const selector = selectorLabels(args.deployment, "admin-tools");
        const metadata = {
            name: "temporal-admin-tools",
            namespace: args.namespace,
            labels: labels(args.deployment, "admin-tools"),
        };
        new k8s.apps.v1.Deployment(
            `${name}-deployment`,
            {
                metadata,
                spec: {
                    replicas: 1,
                    selector: { matchLabels: selector },
                    template: {
                        metadata: { labels: metadata.labels },
                        spec: {
                            ...plainPod,
                            securityContext: restrictedPod(temporalUser),
                            containers: [
                                {
                                    name: "admin-tools",
                                    image: args.image,
                                    // As process 1 a plain sleep would not hear TERM and hold every end for the whole grace period.
                                    command: [
                                        "sh",
                                        "-c",
                                        "trap 'exit 0' TERM; while true; do sleep 86400 & wait $!; done",
                                    ],
                                    env: [
                                        { name: "TEMPORAL_ADDRESS", value: args.frontendAddress },
                                        { name: "TEMPORAL_CLI_ADDRESS", value: args.frontendAddress },
                                        // The tools keep settings and history in the home folder.
                                        { name: "HOME", value: "/tmp" },
                                    ],
                                    resources: {
                                        requests: { cpu: "10m", memory: "32Mi" },
                                        limits: { cpu: "1", memory: "512Mi" },
                                    },
                                    securityContext: restrictedContainer,
                                    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
                                },
                            ],
                            volumes: [{ name: "tmp", emptyDir: {} }],
                        },
                    },
                },
            },
            { parent: this, customTimeouts: { create: "6m", update: "6m" } },
        );
        this.registerOutputs({});
    }
}
