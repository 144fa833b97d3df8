/**
 * The fault drill: real faults on the stack dev, the alerts that tell of them and how long they take, with the rules as they
 * are. Ends when everything is mended and nothing fires, in about an hour. `npm run bench:alerts`; `-- --calm 60` watches the
 * calm stack for an hour in the end (default 5 minutes), `-- --only-calm` does nothing else, `-- --replay` plays those
 * minutes over and over to the rules for two hours. Ctrl-C mends what is broken.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { Connection } from "@temporalio/client";

import { type Deployed, startAndDeploy } from "../local/commands/localCluster.ts";
import { stateDir } from "../local/paths.ts";
import { step } from "../local/progress.ts";
import { ensureNamespace } from "../local/sample/namespace.ts";
import { liveDynamicConfig } from "../tests/helpers/liveDynamicConfig.ts";
import { monitoringApi } from "../tests/helpers/prometheus.ts";
import { troubleNamespaces } from "../tests/helpers/troubles/troubles.ts";
import { watchedPlan } from "../tests/helpers/watchedStack.ts";
import { workerPods } from "../tests/helpers/workerPod.ts";
import { monitoringCost } from "./alertCost.ts";
import { drill, quiet } from "./alertDrill.ts";
import { type DrilledDeployment, faultPhases, faultQueues } from "./alertFaults.ts";
import { type Load, loadOf } from "./alertLoad.ts";
import { replay, type Replay } from "./alertReplay.ts";
import { costTable, type DrilledFault, faultTable } from "./alertReport.ts";
import { drillStack } from "./alertStack.ts";
import { watchAlerts } from "./alertWatch.ts";

/** Load before the first fault, in milliseconds. */
const warmUp = 60_000;
/** Queue of what goes well all the time. */
const steady = { namespace: troubleNamespaces.healthy, taskQueue: "steady" };

const { values } = parseArgs({
    options: {
        calm: { type: "string", default: "5" },
        "only-calm": { type: "boolean", default: false },
        replay: { type: "boolean", default: false },
    },
});
const calmMinutes = Number(values.calm);
const ended = new AbortController();
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
        interrupted = true;
        ended.abort();
    });
}

const { deployments, platformNamespace } = await startAndDeploy();
const [first, second] = deployments;
if (!first || !second) throw new Error("The drill needs two deployments in the stack dev.");
const api = await monitoringApi(platformNamespace);
const watch = watchAlerts(api);
const drilled = [await prepare(first), await prepare(second)] as const;
const loads: Load[] = [];
try {
    for (const { workers, connection } of drilled) {
        await workers.start("steady", [steady]);
        loads.push(loadOf(connection, steady.namespace).starts("completes", steady.taskQueue, 1));
    }
    await drilled[0].workers.start("orders", [{ ...steady, taskQueue: faultQueues.stopped }]);
    const faults = values["only-calm"] ? [] : await makeFaults();
    await step("Nothing fires", (report) => quiet(watch, report, ended.signal));
    const since = Date.now();
    await step(`Calm for ${calmMinutes} min`, () => pause(calmMinutes * 60_000));
    const cost = await monitoringCost(api, platformNamespace);
    const calm = { minutes: calmMinutes, fired: watch.fired.filter(({ at }) => at >= since) };
    console.log(`\n${costTable(cost)}\n`);
    const nothing = "nothing but the Watchdog fires";
    console.log(`Calm for ${calmMinutes} min: ${calm.fired.map(({ alert }) => alert).join(", ") || nothing}`);
    const replayed = values.replay ? await step("Replay", () => replay(api, watchedPlan(), calmMinutes)) : undefined;
    if (replayed) tellReplay(replayed);
    const path = join(stateDir, "alerts.json");
    mkdirSync(stateDir, { recursive: true });
    const results = { date: new Date().toISOString(), faults, fired: watch.fired, cost, calm, replayed };
    writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
    console.log(`\nEverything that fired: ${path}`);
    const wrong = faults.filter(({ missing, elsewhere }) => missing.length + elsewhere.length > 0);
    const replayWrong = replayed !== undefined && (replayed.fired !== "" || replayed.control === "");
    if (wrong.length + calm.fired.length > 0 || replayWrong) process.exitCode = 1;
} catch (error) {
    if (!interrupted) throw error;
    console.error("Stopped; what was broken is mended.");
    process.exitCode = 130;
} finally {
    await Promise.all(loads.map((load) => load.stop()));
    await watch.stop();
    for (const { workers, connection, dynamicConfig } of drilled) {
        await dynamicConfig.restore();
        await workers.remove();
        await connection.close();
    }
}

function tellReplay({ series, rules, minutes, fired, control }: Replay): void {
    const alerts = [...new Set([...control.matchAll(/alertname="(\w+)"/g)].map(([, name]) => name))];
    console.log(
        `Replayed to ${minutes} min, ${series} series to ${rules} rules: ${fired || "nothing but the Watchdog fires"}`,
    );
    console.log(`The same with the frontends gone for its second half: ${alerts.join(", ") || "NOTHING FIRES"}`);
}

async function makeFaults(): Promise<readonly DrilledFault[]> {
    await step("Load on both deployments", () => pause(warmUp));
    const faults: DrilledFault[] = [];
    for (const phase of faultPhases(drillStack(platformNamespace), drilled[0])) {
        const drills = phase.map((fault) =>
            step(fault.what, (report) => drill(fault, watch, report, ended.signal)).catch((error: unknown) => {
                // Those beside it are mended too.
                ended.abort();
                throw error;
            }),
        );
        await Promise.allSettled(drills);
        faults.push(...(await Promise.all(drills)));
    }
    console.log(`\n${faultTable(faults)}\n`);
    console.log("A certificate about to expire: no deployment has TLS yet, so there is none.");
    return faults;
}

async function prepare({ name, deployment, frontend }: Deployed): Promise<DrilledDeployment> {
    const { namespace } = deployment;
    const planned = watchedPlan().deployments.find((plan) => plan.name === name);
    if (!planned) throw new Error(`${name} is not planned`);
    const connection = await Connection.connect({ address: frontend, interceptors: [] });
    for (const each of Object.values(troubleNamespaces)) await ensureNamespace(connection, each, Date.now() + 60_000);
    const place = { name, namespace, frontend: deployment.frontend.address };
    const workers = await workerPods(place, `drill-workers-of-${name}`);
    return { name, namespace, connection, workers, dynamicConfig: liveDynamicConfig(planned) };
}

function pause(milliseconds: number): Promise<void> {
    return sleep(milliseconds, undefined, { signal: ended.signal });
}
