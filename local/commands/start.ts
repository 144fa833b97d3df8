/** `npm start`: from nothing to a workflow completed on each Temporal that runs in Kubernetes, and one by a team's worker. */
import Table from "cli-table3";

import { phases, step } from "../progress.ts";
import { runSample, sampleNamespace } from "../sample/run.ts";
import { runTeamSample } from "../sample/team.ts";
import { endOnInterrupt } from "./interrupt.ts";
import { deployTeams, startAndDeploy } from "./localCluster.ts";
import { teamStackName } from "./stackSettings.ts";

/** Runs the command. Answers the exit code. */
export async function start(): Promise<number> {
    endOnInterrupt("Stopped. The next `npm start` continues from here; `npm run down` removes it all.");
    const { deployments } = await startAndDeploy();
    const teams = await deployTeams();
    const [samples, teamSamples] = await step("Sample workflows", (report) => {
        const of = (name: string) => (status: string) => report(`${name}: ${status}`);
        return Promise.all([
            Promise.all(deployments.map(({ name, frontend }) => runSample(frontend, of(name)))),
            Promise.all(teams.map((team) => runTeamSample(team, of(`team ${team.name}`)))),
        ]);
    });
    const table = new Table({
        head: ["deployment", "slot", "server", "frontend", "web UI", "ports (membership)", "sample workflow"],
        style: { head: [], border: [] },
    });
    for (const [index, { name, deployment, frontend, ui }] of deployments.entries()) {
        const ports = Object.values(deployment.ports).map(({ grpc, membership }) => `${grpc} (${membership})`);
        table.push([
            name,
            deployment.slot,
            deployment.serverVersion,
            frontend,
            ui ? `http://${ui}` : "none",
            ports.join("\n"),
            `${samples[index]?.workflowId ?? ""}\n${samples[index]?.result ?? ""}`,
        ]);
    }
    const teamTable = new Table({
        head: ["team", "deployment", "Temporal namespaces", "workers' Kubernetes namespace", "workflow of its worker"],
        style: { head: [], border: [] },
    });
    for (const [index, { name, team }] of teams.entries()) {
        const { workflowId = "", result = "", query = "" } = teamSamples[index] ?? {};
        teamTable.push([
            name,
            team.deployment,
            team.namespaces.join("\n"),
            team.workers.namespace,
            `${workflowId}\n${result}\nfound by ${query}`,
        ]);
    }
    const times = phases.map(
        ({ title, milliseconds }) => `  ${title.padEnd(24)} ${(milliseconds / 1000).toFixed(1).padStart(7)} s`,
    );
    const [first] = deployments;
    console.log(`
${table.toString()}
${teams.length > 0 ? teamTable.toString() : ""}

Time of each phase
${times.join("\n")}

What to try next
  npm run temporal -- workflow show --workflow-id ${samples[0]?.workflowId ?? "ID"} --namespace ${sampleNamespace}
  npm run kubectl -- get pods -n ${first?.deployment.namespace ?? "NAMESPACE"}
  npm run pulumi -- preview      after a change in Pulumi.dev.yaml; npm start deploys it
  npm run temporal -- workflow list --query "Customer = 'Ada'" --namespace ${teams[0]?.team.namespaces[0] ?? "NAMESPACE"}
  npm run pulumi -- --stack ${teamStackName} preview      after a change in Pulumi.${teamStackName}.yaml
  npm run pulumi -- --stack team-payments up      a tenant: another stack on the same platform
  npm run status                 what runs, and where
  npm run down                   removes the node and all that ran on it`);
    return 0;
}
