/**
 * The benchmark: installation on empty databases, throughput at 1, 10 and 30 workflows in flight beside `temporal server
 * start-dev` in the same run, idle memory. `npm run bench`; `-- --runs 1` for a quick look (default 3, medians are shown).
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import pg from "pg";

import { startAndDeploy } from "../local/commands/localCluster.ts";
import { step } from "../local/progress.ts";
import { type LoadGenerator, startLoadGenerator } from "./load.ts";
import { type Usage, usage } from "./processes.ts";
import { type BenchResults, type MeasuredLoad, report } from "./report.ts";
import { benchNamespace, type BenchServer, benchStack } from "./stack.ts";
import { startDev } from "./startDev.ts";

/** Workflows of one run for each number in flight: about ten seconds each. */
const workflowsOf: Readonly<Record<number, number>> = { 1: 80, 10: 250, 30: 300 };
const installDeadline = 180_000;
/** A little longer than a session in a pool lives (planning/serverConfig.ts), in milliseconds. */
const idleTime = 240_000;
const servers = ["temporal-server"];
const database = ["postgres"];

const { values } = parseArgs({ options: { runs: { type: "string", default: "3" } } });
const runs = Number(values.runs);

const { deployments, platformNamespace } = await startAndDeploy();
const others = deployments.map(({ deployment }) => deployment.namespace);
const stack = await benchStack(platformNamespace);

// The deployments of the stack `dev` would take their share of two cores.
const replicas = await Promise.all(others.map((namespace) => stack.scaleAll(namespace, () => 0)));
try {
    for (const namespace of others)
        await until(async () => (await stack.podCount(namespace)) === 0, "pods of the stack dev to stop");
    report(await measure());
} finally {
    await step("Removing the stack bench", () => stack.destroy());
    for (const [index, namespace] of others.entries())
        await stack.scaleAll(namespace, (name) => replicas[index]?.[name] ?? 1);
}

async function measure(): Promise<BenchResults> {
    await stack.destroy();
    const install = [];
    for (let run = 1; run <= runs; run++) {
        if (run > 1) await stack.destroy();
        install.push(await step(`Installation ${run} of ${runs}`, measureInstall));
    }
    const generator = await startLoadGenerator(() => stack.frontend(), Date.now() + installDeadline);
    await step("Idle until sessions of the start have ended", () => sleep(idleTime));
    const idle = { servers: usage(servers, "pods"), postgresql: usage(database, "pods") };
    const baseline = await startDev();
    const baselineGenerator = await startLoadGenerator(
        () => Promise.resolve(baseline.address),
        Date.now() + installDeadline,
    );
    const loads = { deployment: [] as MeasuredLoad[], startDev: [] as MeasuredLoad[] };
    const commits = commitCounter(stack.server);
    try {
        // Caches, plans and connections of both are warm before anything counts.
        await generator.run(10, 50);
        await baselineGenerator.run(10, 50);
        for (let run = 1; run <= runs; run++) {
            for (const inFlight of Object.keys(workflowsOf).map(Number)) {
                await step(`Load ${run} of ${runs}, ${inFlight} in flight`, async () => {
                    loads.deployment.push(
                        await measureLoad(generator, inFlight, () => usage([...servers, ...database], "pods"), commits),
                    );
                    loads.startDev.push(
                        await measureLoad(
                            baselineGenerator,
                            inFlight,
                            () => usage([baseline.processName], "machine"),
                            undefined,
                        ),
                    );
                });
            }
        }
    } finally {
        await generator.close();
        await baselineGenerator.close();
        await baseline.stop();
    }
    return { date: new Date().toISOString(), install, idle, loads };
}

async function measureInstall() {
    const start = Date.now();
    const since = () => (Date.now() - start) / 1000;
    const available = until(() => stack.isAvailable().catch(() => false), "four services to be Available").then(since);
    const firstWorkflow = startLoadGenerator(() => stack.frontend(), start + installDeadline).then(
        async (generator) => {
            await generator.runOne();
            const seconds = since();
            await generator.close();
            return seconds;
        },
    );
    const [availableSeconds, firstWorkflowSeconds] = await Promise.all([available, firstWorkflow, stack.up()]);
    return { availableSeconds, firstWorkflowSeconds, restarts: await stack.restarts() };
}

async function measureLoad(
    generator: LoadGenerator,
    inFlight: number,
    used: () => Usage,
    commits: (() => Promise<number>) | undefined,
): Promise<MeasuredLoad> {
    const cpuBefore = used().cpuSeconds;
    const commitsBefore = await commits?.();
    const result = await generator.run(inFlight, workflowsOf[inFlight] ?? 0);
    const cpu = used().cpuSeconds - cpuBefore;
    const committed = commitsBefore === undefined ? undefined : ((await commits?.()) ?? 0) - commitsBefore;
    return {
        ...result,
        cpuPerWorkflow: (cpu * 1000) / result.workflows,
        commitsPerWorkflow: committed === undefined ? null : committed / result.workflows,
    };
}

/** Commits of the measured deployment's databases; statistics appear within a second of a session's last transaction. */
function commitCounter({ host, password }: BenchServer): () => Promise<number> {
    return async () => {
        await sleep(1500);
        const client = new pg.Client({ host, user: "postgres", password, database: "postgres" });
        await client.connect();
        const { rows } = await client.query<{ commits: string }>(
            "select sum(xact_commit)::bigint as commits from pg_stat_database where datname like 'temporal_bench%'",
        );
        await client.end();
        return Number(rows[0]?.commits);
    };
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
    const deadline = Date.now() + installDeadline;
    while (!(await condition())) {
        if (Date.now() > deadline)
            throw new Error(`waited ${installDeadline / 1000} s for ${what} (namespace ${benchNamespace})`);
        await sleep(200);
    }
}
