/** The Temporal servers of the deployments that teams are tenants of. */
import type * as pulumi from "@pulumi/pulumi";

import type { TeamDeployment } from "../../planning/team/teamPlan.ts";
import * as temporal from "../../providers/temporal/sdk/index.ts";

/**
 * Answers the provider of a deployment's server, which is reached through the Kubernetes API, the same one each time.
 * @param context kubeconfig context of the cluster
 * @param running this stack's own deployments, which must be there before
 */
export function temporalServers(
    context: string,
    running: readonly (pulumi.Resource & { readonly name: string })[],
): (deployment: TeamDeployment) => temporal.Provider {
    const providers = new Map<string, temporal.Provider>();
    return ({ name, namespace, frontend: { port } }) => {
        const own = running.filter((deployment) => deployment.name === name);
        const provider =
            providers.get(name) ??
            new temporal.Provider(
                `temporal-${name}`,
                { viaKubernetes: { context, namespace, port } },
                { dependsOn: own },
            );
        providers.set(name, provider);
        return provider;
    };
}
