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

/** Runs the pulumi CLI on the stack dev. Answers its exit code, as do the others here. */
export async function pulumi(args: readonly string[]): Promise<number> {
    await ensureNode();
    const environment = await stackEnvironment(silent);
    return keepStackFile(stackName, () => runInForeground("pulumi", args, environment));
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
