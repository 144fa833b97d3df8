import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { webUiPort } from "../../planning/ports.ts";
import {
    labels,
    plainPod,
    restrictedContainer,
    restrictedPod,
    selectorLabels,
    skipAwait,
    temporalUser,
} from "../kubernetes.ts";

/** Inputs of {@link WebUi}. */
export interface WebUiArgs {
    /** Name of the deployment. */
    readonly deployment: string;
    readonly namespace: pulumi.Input<string>;
    readonly image: string;
    /** Host and port of the frontend, as pods reach it. */
    readonly frontendAddress: string;
}

/** Temporal's web UI of one deployment. */
export class WebUi extends pulumi.ComponentResource {
    constructor(name: string, args: WebUiArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:WebUi", name, {}, opts);
        const selector = selectorLabels(args.deployment, "ui");
        const metadata = { name: "temporal-ui", namespace: args.namespace, labels: labels(args.deployment, "ui") };
        new k8s.core.v1.Service(
            `${name}-service`,
            {
                metadata: { ...metadata, annotations: skipAwait },
                spec: { selector, ports: [{ name: "http", port: webUiPort, targetPort: "http" }] },
            },
            { parent: this },
        );
        const probe = { httpGet: { path: "/healthz", port: "http" } };
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
                                    name: "ui",
                                    image: args.image,
                                    ports: [{ name: "http", containerPort: webUiPort }],
                                    env: [
                                        { name: "TEMPORAL_ADDRESS", value: args.frontendAddress },
                                        { name: "TEMPORAL_UI_PORT", value: String(webUiPort) },
                                        // Else the page asks GitHub for newer versions.
                                        { name: "TEMPORAL_NOTIFY_ON_NEW_VERSION", value: "false" },
                                    ],
                                    resources: {
                                        requests: { cpu: "20m", memory: "64Mi" },
                                        limits: { cpu: "500m", memory: "256Mi" },
                                    },
                                    // The image's start script writes its config below its own folder.
                                    securityContext: { ...restrictedContainer, readOnlyRootFilesystem: false },
                                    readinessProbe: { ...probe, periodSeconds: 2 },
                                    livenessProbe: {
                                        ...probe,
                                        initialDelaySeconds: 30,
                                        periodSeconds: 10,
                                        failureThreshold: 6,
                                    },
                                },
                            ],
                        },
                    },
                },
            },
            { parent: this, customTimeouts: { create: "6m", update: "6m" } },
        );
        this.registerOutputs({});
    }
}
