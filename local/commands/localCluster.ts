/** Brings up the local cluster and what runs on it, for the commands that need it. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { clusterStatus, startCluster } from "../cluster/cluster.ts";
import { nodeTools } from "../cluster/components.ts";
import { bringImages } from "../cluster/importImages.ts";
import { checkMachine } from "../cluster/machine.ts";
import { ensureImages } from "../images/images.ts";
import { workerImage } from "../images/worker.ts";
import { repoRoot } from "../paths.ts";
import { step } from "../progress.ts";
import { ensureTools } from "../toolchain/tools.ts";
import { deployStack } from "./deploy.ts";
import { reachableAddress } from "./frontend.ts";
import { type DeploymentOutput, stackEnvironment, stackOutputs, type TeamOutput, teamOutputs } from "./stack.ts";
import { requireLocalContext, stackImages, teamStackName } from "./stackSettings.ts";

/** Starts the node if it isn't ready. Silent when it is: a tool's own output is all that is to be seen then. */
export async function ensureNode(): Promise<void> {
    const { ready } = await clusterStatus();
    if (!ready) await step("Kubernetes node", startCluster);
}

/**
 * Brings up the node with the images of the stack dev and of workers; each step does only what is missing.
 * @throws UserError when the machine can't carry the node, or the stack's config has a mistake
 */
export async function startNode(): Promise<void> {
    await checkMachine();
    requireLocalContext();
    const references = [...stackImages(), workerImage];
    await step("Programs", (report) => ensureTools([...nodeTools, "pulumi", "temporal"], report));
    const archives = await step("Images", (report) => ensureImages(references, report));
    await step("Kubernetes node", startCluster);
    await step("Images to the node", (report) => bringImages(references, archives, report));
}

/** A deployment and where this machine reaches it. */
export interface Deployed {
    readonly name: string;
    readonly deployment: DeploymentOutput;
    /** host:port of the frontend. */
    readonly frontend: string;
    /** host:port of the web UI, or null without one. */
    readonly ui: string | null;
}

/** What `pulumi up` has deployed. */
export interface DeployedStack {
    /** Kubernetes namespace of what deployments share. */
    readonly platformNamespace: string;
    /** In the order of the stack's config. */
    readonly deployments: readonly Deployed[];
}

/** Brings up the node and deploys the stack dev to it. */
export async function startAndDeploy(): Promise<DeployedStack> {
    await startNode();
    const environment = await step("Pulumi and its plugins", stackEnvironment);
    await deployStack(environment);
    const outputs = await stackOutputs(environment);
    if (!outputs) throw new Error("pulumi up has ended without outputs");
    const deployments = Object.entries(outputs.deployments).map(async ([name, deployment]) => ({
        name,
        deployment,
        frontend: await reachableAddress(deployment.frontend.address),
        ui: deployment.ui && (await reachableAddress(deployment.ui.address)),
    }));
    return { platformNamespace: outputs.platform.namespace, deployments: await Promise.all(deployments) };
}

/** A team that is deployed, and where this machine reaches the frontend of its deployment. */
export interface DeployedTeam {
    readonly name: string;
    readonly team: TeamOutput;
    /** host:port. */
    readonly frontend: string;
}

/** Deploys the example team's stack; the platform's must be there. Answers its teams; none where somebody has taken its file away. */
export async function deployTeams(): Promise<readonly DeployedTeam[]> {
    if (!existsSync(join(repoRoot, `Pulumi.${teamStackName}.yaml`))) return [];
    const environment = await stackEnvironment(() => undefined, teamStackName);
    await deployStack(environment);
    const teams = Object.entries(await teamOutputs(environment)).map(async ([name, team]) => ({
        name,
        team,
        frontend: await reachableAddress(team.frontend.address),
    }));
    return Promise.all(teams);
}
