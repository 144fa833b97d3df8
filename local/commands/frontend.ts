/** Finds the address at which this machine reaches the frontend of a deployment. */
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";

import { kubeconfigPath } from "../cluster/layout.ts";
import { UserError } from "../userError.ts";
import type { DeploymentOutput, StackOutputs } from "./stack.ts";

/** host:port of a Service for this machine, which reaches the cluster's addresses but not its DNS. */
export async function reachableAddress(serviceAddress: string): Promise<string> {
    const [host = "", port = ""] = serviceAddress.replace(/^\w+:\/\//, "").split(":");
    const [name = "", namespace = ""] = host.split(".");
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const service = await config.makeApiClient(CoreV1Api).readNamespacedService({ name, namespace });
    return `${service.spec?.clusterIP ?? host}:${port}`;
}

/**
 * The deployment of that name, or the first if none is named.
 * @throws UserError when there is none (of that name)
 */
export function chooseDeployment(outputs: StackOutputs | undefined, name?: string): DeploymentOutput {
    const deployments = outputs?.deployments ?? {};
    const names = Object.keys(deployments);
    const chosen = name ?? names[0];
    if (chosen === undefined) throw new UserError("Nothing is deployed yet. Run `npm start` first.");
    const deployment = deployments[chosen];
    if (!deployment) throw new UserError(`No deployment is called "${chosen}". There is: ${names.join(", ")}.`);
    return deployment;
}
