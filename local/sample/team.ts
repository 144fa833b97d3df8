/** The sample as a product team runs it: its worker is a pod in the team's own Kubernetes namespace. */
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { Client } from "@temporalio/client";
import { execa } from "execa";

import { workerLabel } from "../../planning/monitoring/relabeling.ts";
import { kubeconfigPath } from "../cluster/layout.ts";
import type { DeployedTeam } from "../commands/localCluster.ts";
import type { Report } from "../progress.ts";
import { ensureTools } from "../toolchain/tools.ts";
import { workerObjects } from "../worker/objects.ts";
import { type Begin, connect, inStages, limit } from "./stages.ts";
import { workflowsPath } from "./worker.ts";
import { order, paid } from "./workflows.ts";

/** Name of the sample's worker in the team's namespace. */
const workerName = "sample-worker";

/** Task queue that workerProgram.ts polls. */
const taskQueue = "orders";

const customer = "Ada";

/** The sample's outcome. */
export interface TeamSampleResult {
    readonly workflowId: string;
    readonly result: string;
    /** The visibility query by which the workflow was found. */
    readonly query: string;
}

/**
 * Deploys a worker as a member of the team's group would, and has it complete a workflow that sets a search attribute; a
 * visibility query must then find it. The worker finds its connection in the team's ConfigMap alone.
 * @throws UserError that names the part that got stuck
 */
export function runTeamSample(deployed: DeployedTeam, report: Report): Promise<TeamSampleResult> {
    const { name, team, frontend } = deployed;
    const where = `team ${name}, Kubernetes namespace ${team.workers.namespace}, frontend ${frontend}`;
    return inStages("The team's sample workflow", where, report, (begin, deadline) =>
        complete(deployed, deadline, begin),
    );
}

async function complete({ team, frontend }: DeployedTeam, deadline: number, begin: Begin): Promise<TeamSampleResult> {
    begin("deploying its worker");
    await deployWorker(team);
    begin("connecting");
    const connection = await connect(frontend, deadline);
    try {
        begin("running the workflow");
        const namespace = team.namespaces[0] ?? "";
        const client = new Client({ connection, namespace });
        const workflowId = `sample-order-${randomUUID().slice(0, 8)}`;
        const handle = await client.workflow.start(order, {
            workflowId,
            taskQueue,
            workflowExecutionTimeout: limit,
            args: [{ item: "a box of tea", customer, coolingOffMilliseconds: 1000 }],
        });
        await handle.signal(paid, customer);
        const result = await handle.result();
        begin("looking for it by its search attribute");
        const query = `Customer = '${customer}'`;
        while ((await client.workflow.count(`${query} AND WorkflowId = '${workflowId}'`)).count === 0) {
            if (Date.now() > deadline) throw new Error("visibility doesn't know it");
            await setTimeout(100);
        }
        return { workflowId, result, query };
    } finally {
        await connection.close();
    }
}

/** Applies the worker's objects with the rights of the team's group, and waits until its pod is Ready. */
async function deployWorker({ deployment, workers, group }: DeployedTeam["team"]): Promise<void> {
    const { kubectl } = await ensureTools(["kubectl"], () => undefined);
    const { namespace, serviceAccount, connection } = workers;
    const objects = await workerObjects({
        name: workerName,
        namespace,
        labels: { [workerLabel]: deployment },
        modules: ["workerProgram.ts", "activities.ts"].map((file) =>
            fileURLToPath(new URL(`./${file}`, import.meta.url)),
        ) as [string, string],
        workflows: workflowsPath,
        environment: { envFrom: [{ configMapRef: { name: connection } }] },
        serviceAccount,
    });
    const somebody = group === null ? [] : ["--as", "somebody", "--as-group", group];
    const run = async (args: readonly string[], input = "") => {
        const common = ["--kubeconfig", kubeconfigPath, "--namespace", namespace, ...somebody];
        const { failed, stderr, all } = await execa(kubectl.path, [...common, ...args], {
            input,
            all: true,
            reject: false,
        });
        if (failed) throw new Error(`kubectl ${args[0]} failed: ${stderr || all}`);
    };
    const list = { apiVersion: "v1", kind: "List", items: [objects.code, objects.deployment] };
    // Not client-side: that writes all of it into an annotation as well, for which the code is too long.
    await run(["apply", "--server-side", "--force-conflicts", "--filename", "-"], JSON.stringify(list));
    await run(["rollout", "status", `deployment/${workerName}`, `--timeout=${limit / 1000}s`]);
}
