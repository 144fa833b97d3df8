/** `npm run copy-namespaces`: brings the Temporal namespaces of one deployment to another, without their workflows. */
import { withFrontend } from "../live/frontend.ts";
import { copyNamespaces } from "../live/copyNamespaces.ts";
import { UserError } from "../local/userError.ts";
import { readArguments } from "./arguments.ts";
import { copyReport } from "./copyReport.ts";
import { runCommand } from "./run.ts";
import { findDeployment, readStack } from "./stack.ts";

const usage = "npm run copy-namespaces -- <from> <to> [--stack <name>] [--json]";

await runCommand(async (args) => {
    const { stack, json, names } = readArguments(args, usage, [2, 2]);
    const [from = "", to = ""] = names;
    if (from === to) throw new UserError(`"${from}" can't be copied to itself.\nUsage: ${usage}`);
    const { kubeConfig, deployments } = readStack(process.cwd(), stack);
    const [source, target] = [findDeployment(deployments, from), findDeployment(deployments, to)];
    const copied = await withFrontend(kubeConfig, source, (sourceConnection) =>
        withFrontend(kubeConfig, target, (targetConnection) => copyNamespaces(sourceConnection, targetConnection)),
    );
    console.log(json ? JSON.stringify(copied, null, 2) : copyReport(copied));
    return 0;
});
