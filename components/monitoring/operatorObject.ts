import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { labels } from "../kubernetes.ts";

/** Inputs of {@link operatorObject}. */
export interface OperatorObjectArgs {
    readonly kind: string;
    /** Of its API group. Default: v1. */
    readonly version?: string | undefined;
    readonly name: string;
    /** The deployment that it is of, or `platform`. */
    readonly instance: string;
    readonly namespace: pulumi.Input<string>;
    /** Labels by which the operator selects it. */
    readonly labels: Readonly<Record<string, string>>;
    readonly spec: object;
}

/** An object of one of the Prometheus Operator's kinds. */
export function operatorObject(
    name: string,
    args: OperatorObjectArgs,
    opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
    const { kind, version = "v1", instance, namespace, spec } = args;
    const metadata = { name: args.name, namespace, labels: { ...labels(instance, "monitoring"), ...args.labels } };
    return new k8s.apiextensions.CustomResource(
        name,
        { apiVersion: `monitoring.coreos.com/${version}`, kind, metadata, spec },
        opts,
    );
}
