/** The deployments of a stack as a command finds them: by its file, in the cluster that the file names. */
import { existsSync } from "node:fs";

import type { KubeConfig } from "@kubernetes/client-node";

import { parseStackConfig } from "../config/parse.ts";
import { readStackFile } from "../config/stackFile.ts";
import { kubeConfigOf } from "../live/kubernetes.ts";
import { kubeconfigPath, nodeName } from "../local/cluster/layout.ts";
import { UserError } from "../local/userError.ts";
import { defaultNamespace } from "../planning/names.ts";

/** A deployment of the stack. */
export interface KnownDeployment {
    readonly name: string;
    /** Its Kubernetes namespace. */
    readonly namespace: string;
}

/** A stack and the cluster it is deployed to. */
export interface KnownStack {
    readonly kubeConfig: KubeConfig;
    /** In the order of the file. */
    readonly deployments: readonly KnownDeployment[];
}

/**
 * Reads Pulumi.<stack>.yaml.
 * @param folder where it is
 * @throws ConfigError for a mistake in it
 * @throws LiveError or UserError when the kubeconfig doesn't have the cluster that it names
 */
export function readStack(folder: string, stack: string): KnownStack {
    const { name, context, temporal } = readStackFile(folder, stack);
    const { deployments } = parseStackConfig(temporal);
    if (typeof context !== "string") {
        throw new UserError(
            `${name} names no cluster; set it with: pulumi config set --stack ${stack} kubernetes:context <context>`,
        );
    }
    return {
        kubeConfig: context === nodeName ? localKubeConfig() : kubeConfigOf(context),
        deployments: deployments.map(({ name, namespace }) => ({
            name,
            namespace: namespace ?? defaultNamespace(name),
        })),
    };
}

function localKubeConfig(): KubeConfig {
    if (!existsSync(kubeconfigPath)) {
        throw new UserError("The local cluster is not there; `npm start` brings it up.");
    }
    return kubeConfigOf(nodeName, kubeconfigPath);
}

/**
 * The deployment of that name.
 * @throws UserError that names those there are
 */
export function findDeployment(deployments: readonly KnownDeployment[], name: string): KnownDeployment {
    const found = deployments.find((deployment) => deployment.name === name);
    if (found) return found;
    const names = deployments.map((deployment) => deployment.name).join(", ");
    throw new UserError(`No deployment of the stack is called "${name}". There is: ${names}.`);
}
