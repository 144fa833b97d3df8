/** `npm run pulumi | kubectl | temporal -- …`: the tool itself, set up for the local cluster and the stack on it. */
import { kubeconfigPath } from "../cluster/layout.ts";
import type { Report } from "../progress.ts";
import { keepStackFile } from "../pulumi.ts";
import { ensureTools } from "../toolchain/tools.ts";
import { runInForeground } from "./foreground.ts";
import { chooseDeployment, reachableAddress } from "./frontend.ts";
import { ensureNode } from "./localCluster.ts";
import { stackEnvironment, stackOutputs } from "./stack.ts";
import { stackName } from "./stackSettings.ts";

/** Tools have nothing to say before their own output. */
const silent: Report = () => undefined;

/**
 * Runs the pulumi CLI on the stack dev, or on the one that `--stack` names, which is made if it isn't there yet. Answers
 * its exit code, as do the others here.
 */
export async function pulumi(args: readonly string[]): Promise<number> {
    await ensureNode();
    const { stack, others } = splitStack(args);
    const environment = await stackEnvironment(silent, stack);
    return keepStackFile(stack, () => runInForeground("pulumi", others, environment));
}

/** The stack that arguments name, and the arguments without it: the environment says it as well, to commands without the flag too. */
export function splitStack(args: readonly string[]): { readonly stack: string; readonly others: readonly string[] } {
    const index = args.findIndex((arg) => /^(--stack|-s)(=|$)/.test(arg));
    const flag = args[index];
    if (flag === undefined) return { stack: stackName, others: args };
    const joined = flag.includes("=");
    const stack = joined ? flag.slice(flag.indexOf("=") + 1) : args[index + 1];
    return { stack: stack ?? stackName, others: args.toSpliced(index, joined ? 1 : 2) };
}

/** Runs kubectl on the local cluster. */
export async function kubectl(args: readonly string[]): Promise<number> {
    await ensureNode();
    const tools = await ensureTools(["kubectl"], silent);
    return runInForeground(tools.kubectl.path, args, { KUBECONFIG: kubeconfigPath, ...tools.kubectl.env });
}

/** Runs the temporal CLI against the frontend of a deployment: `[--deployment NAME] …`, by default the first. */
export async function temporal(args: readonly string[]): Promise<number> {
    const [name, own] = args[0] === "--deployment" ? [args[1], args.slice(2)] : [undefined, args];
    await ensureNode();
    const deployment = chooseDeployment(await stackOutputs(await stackEnvironment(silent)), name);
    const tools = await ensureTools(["temporal"], silent);
    return runInForeground(tools.temporal.path, own, {
        TEMPORAL_ADDRESS: await reachableAddress(deployment.frontend.address),
        ...tools.temporal.env,
    });
}
