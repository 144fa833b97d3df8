/** Kubernetes objects that run a worker of the TypeScript SDK in pods: the image brings Node and the SDK, a ConfigMap the code. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";

import type { V1ConfigMap, V1Container, V1Deployment } from "@kubernetes/client-node";

import { metricsPortName } from "../../planning/monitoring/relabeling.ts";
import { workerImage } from "../images/worker.ts";
import { workflowBundle } from "./bundle.ts";

/** Port at which workers show their metrics; it may be any. */
export const workerMetricsPort = 9464;

/** Where the code is in the pod. */
const codeFolder = "/app";

/** The workflows' code, compressed: a ConfigMap takes 1 MiB. Programs read it beside themselves. */
export const bundleFile = "workflows.js.gz";

/** A worker. */
export interface WorkerDeployment {
    /** Name of its objects. */
    readonly name: string;
    /** Kubernetes namespace. */
    readonly namespace: string;
    /** Labels of its pods. */
    readonly labels: Readonly<Record<string, string>>;
    /** Modules of one folder, the program that is started first. */
    readonly modules: readonly [string, ...string[]];
    /** Module with the workflows. */
    readonly workflows: string;
    /** Where its environment comes from. Default: nowhere. */
    readonly environment?: Pick<V1Container, "env" | "envFrom">;
    /** Name of its ServiceAccount. Default: the namespace's own. */
    readonly serviceAccount?: string;
}

/** The objects, which Kubernetes admits in a namespace of the restricted profile, too. The pods are Ready once they serve metrics. */
export async function workerObjects(
    worker: WorkerDeployment,
): Promise<{ readonly code: V1ConfigMap; readonly deployment: V1Deployment }> {
    const { name, namespace, modules, serviceAccount } = worker;
    const [program] = modules.map((path) => basename(path));
    const data = Object.fromEntries(
        await Promise.all(modules.map(async (path) => [basename(path), await readFile(path, "utf8")] as const)),
    );
    const bundle = gzipSync(await readFile(await workflowBundle(worker.workflows))).toString("base64");
    const code: V1ConfigMap = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `${name}-code`, namespace },
        data,
        binaryData: { [bundleFile]: bundle },
    };
    const labels = { ...worker.labels, app: name };
    const metrics = { path: "/metrics", port: metricsPortName };
    const deployment: V1Deployment = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace },
        spec: {
            selector: { matchLabels: { app: name } },
            template: {
                metadata: {
                    labels,
                    annotations: {
                        "code-hash": createHash("sha256")
                            .update(JSON.stringify([data, bundle]))
                            .digest("hex"),
                    },
                },
                spec: {
                    ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    terminationGracePeriodSeconds: 5,
                    securityContext: {
                        runAsNonRoot: true,
                        runAsUser: 1000,
                        seccompProfile: { type: "RuntimeDefault" },
                    },
                    containers: [
                        {
                            name: "worker",
                            image: workerImage,
                            args: [`${codeFolder}/${program}`],
                            ...worker.environment,
                            ports: [{ name: metricsPortName, containerPort: workerMetricsPort }],
                            readinessProbe: { httpGet: metrics, periodSeconds: 1 },
                            resources: {
                                requests: { cpu: "10m", memory: "128Mi" },
                                limits: { cpu: "1", memory: "512Mi" },
                            },
                            securityContext: {
                                allowPrivilegeEscalation: false,
                                capabilities: { drop: ["ALL"] },
                                readOnlyRootFilesystem: true,
                            },
                            volumeMounts: [{ name: "code", mountPath: codeFolder, readOnly: true }],
                        },
                    ],
                    volumes: [{ name: "code", configMap: { name: `${name}-code` } }],
                },
            },
        },
    };
    return { code, deployment };
}
