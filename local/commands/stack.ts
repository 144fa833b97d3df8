/** The stacks that the local commands deploy to the local cluster. */
import { execa } from "execa";

import { repoRoot } from "../paths.ts";
import type { Report } from "../progress.ts";
import { ensureStack, keepStackFile } from "../pulumi.ts";
import { UserError } from "../userError.ts";
import { requireLocalContext, stackName } from "./stackSettings.ts";

/** Environment in which the pulumi CLI works on one stack. */
export type StackEnvironment = Readonly<Record<string, string>>;

/** Name of that stack. */
export function stackOf(environment: StackEnvironment): string {
    return environment.PULUMI_STACK ?? stackName;
}

/** What index.ts puts out of one deployment, as far as the local commands need it. */
export interface DeploymentOutput {
    readonly namespace: string;
    /** `address` is for pods: host:port with a DNS name of the cluster. */
    readonly frontend: { readonly address: string };
    readonly ui: { readonly address: string } | null;
    readonly serverVersion: string;
    readonly slot: number;
    readonly ports: Readonly<Record<string, { readonly grpc: number; readonly membership: number }>>;
}

/** What index.ts puts out of one team, as far as the local commands need it. */
export interface TeamOutput {
    /** Name of its deployment. */
    readonly deployment: string;
    /** Its Temporal namespaces. */
    readonly namespaces: readonly string[];
    /** `address` is for pods. */
    readonly frontend: { readonly address: string };
    /** Its workers' Kubernetes namespace, their ServiceAccount there, and the ConfigMap with the way to the deployment. */
    readonly workers: { readonly namespace: string; readonly serviceAccount: string; readonly connection: string };
    /** The group whose members may work in that namespace; null for none. */
    readonly group: string | null;
    /** What only the stack of the deployment can do, in sentences. */
    readonly pending: readonly string[];
}

/** What index.ts puts out, as far as the local commands need it. */
export interface StackOutputs {
    readonly platform: { readonly namespace: string };
    /** `address` is for pods; null for what there isn't. */
    readonly monitoring: {
        readonly mode: "bundled" | "operator" | "none";
        readonly prometheus: { readonly address: string } | null;
        readonly alertmanager: { readonly address: string } | null;
        readonly grafana: { readonly address: string } | null;
    };
    /** By the deployment's name in the stack's config. */
    readonly deployments: Readonly<Record<string, DeploymentOutput>>;
}

/**
 * Prepares the pulumi CLI for a stack, which is made if there is none yet.
 * @throws UserError when the stack's config names another cluster
 */
export async function stackEnvironment(report: Report, stack = stackName): Promise<StackEnvironment> {
    requireLocalContext(stack);
    return ensureStack(stack, report);
}

/**
 * Runs pulumi without showing its output, and answers it.
 * @param input what it reads from standard input; default: nothing
 * @throws UserError with pulumi's own words
 */
export async function runPulumi(
    args: readonly string[],
    environment: StackEnvironment,
    input?: string,
): Promise<string> {
    const { failed, stdout, stderr } = await keepStackFile(stackOf(environment), () =>
        execa("pulumi", [...args, "--non-interactive"], {
            cwd: repoRoot,
            env: environment,
            ...(input === undefined ? { stdin: "ignore" } : { input }),
            reject: false,
        }),
    );
    if (failed) throw new UserError(`pulumi ${args.join(" ")} failed:\n${stderr || stdout}`);
    return stdout;
}

/** The teams of a stack, by their names; none before its first deployment. */
export async function teamOutputs(environment: StackEnvironment): Promise<Readonly<Record<string, TeamOutput>>> {
    const outputs = JSON.parse(await runPulumi(["stack", "output", "--json"], environment)) as {
        readonly teams?: Readonly<Record<string, TeamOutput>> | null;
    };
    return outputs.teams ?? {};
}

/** The stack's outputs; undefined before the first deployment. Secrets are masked. */
export async function stackOutputs(environment: StackEnvironment): Promise<StackOutputs | undefined> {
    const outputs = JSON.parse(await runPulumi(["stack", "output", "--json"], environment)) as Partial<StackOutputs>;
    return outputs.deployments && outputs.platform ? (outputs as StackOutputs) : undefined;
}
