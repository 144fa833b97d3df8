/** `npm start`: from nothing to a workflow completed on a Temporal that runs in Kubernetes. */
import { phases, step } from "../progress.ts";
import { runSample, sampleNamespace } from "../sample/run.ts";
import { endOnInterrupt } from "./interrupt.ts";
import { startAndDeploy } from "./localCluster.ts";

/** Runs the command. Answers the exit code. */
export async function start(): Promise<number> {
    endOnInterrupt("Stopped. The next `npm start` continues from here; `npm run down` removes it all.");
    const { deployment, frontend, ui } = await startAndDeploy();
    const { workflowId, result } = await step("Sample workflow", (report) => runSample(frontend, report));
    const times = phases.map(
        ({ title, milliseconds }) => `  ${title.padEnd(24)} ${(milliseconds / 1000).toFixed(1).padStart(7)} s`,
    );
    console.log(`
Temporal ${deployment.serverVersion} runs in the Kubernetes namespace ${deployment.namespace}.
  Sample workflow  ${workflowId}: ${result}
  Frontend         ${frontend} (in the cluster: ${deployment.frontend.address})
  Web UI           ${ui ? `http://${ui}` : "not deployed"}

Time of each phase
${times.join("\n")}

What to try next
  npm run temporal -- workflow show --workflow-id ${workflowId} --namespace ${sampleNamespace}
  npm run kubectl -- get pods -n ${deployment.namespace}
  npm run pulumi -- preview      after a change in Pulumi.dev.yaml; npm start deploys it
  npm run status                 what runs, and where
  npm run down                   removes the node and all that ran on it`);
    return 0;
}
