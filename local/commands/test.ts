/** `npm test [tier | file …]`: the tests that this machine can run, tier by tier, each file after the other. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { clusterStatus } from "../cluster/cluster.ts";
import { clusterDir } from "../cluster/layout.ts";
import { checkMachine } from "../cluster/machine.ts";
import { repoRoot } from "../paths.ts";
import { UserError } from "../userError.ts";
import { removeCluster } from "./down.ts";
import { endOnInterrupt } from "./interrupt.ts";
import { startAndDeploy, startNode } from "./localCluster.ts";
import { closingLine, selectTests, total } from "./testSelection.ts";
import type { TierCounts, TierName } from "./testSelection.ts";

interface Tier {
    /** How long a test may take unless it says so itself, in milliseconds. */
    readonly timeout: number;
    /** Brings up what the tier's tests use, which is the local node and what is on it. */
    readonly prepare?: () => Promise<unknown>;
    /** Files that others can't run beside. */
    readonly alone: RegExp;
}

const tiers: Readonly<Record<TierName, Tier>> = {
    unit: { timeout: 20_000, alone: /./ },
    // Each file has stacks, servers and ports of its own.
    engine: { timeout: 120_000, prepare: startNode, alone: /^$/ },
    // Each file has namespaces, stacks and slots of its own; but some end the node's own processes or a pod of the stack dev, one
    // counts on the order of pod addresses, one has ten pulumi at work.
    cluster: {
        timeout: 300_000,
        prepare: startAndDeploy,
        alone: /\/(node(Down)?|crossTalk|provider|team)\.test\.ts$/,
    },
};

/** What a tier counts whose tests could not be run. */
const notRun: TierCounts = { passed: 0, failed: 1, skipped: 0 };

/** Why this machine can't carry the local node, in one sentence; undefined where it can. */
async function whyNoNode(): Promise<string | undefined> {
    try {
        await checkMachine();
        return undefined;
    } catch (error) {
        if (error instanceof UserError) return error.message;
        throw error;
    }
}

/** Files that run at the same time where they may: more wait for pods than for a core. */
const jobs = 2;

/** Runs a tier's files: one after the other those that need it, then the others beside each other. */
async function runTier(files: readonly string[], { timeout, alone }: Tier): Promise<TierCounts> {
    const groups = [
        { files: files.filter((file) => alone.test(file)), jobs: 1 },
        { files: files.filter((file) => !alone.test(file)), jobs },
    ];
    const counts: TierCounts[] = [];
    for (const group of groups.filter(({ files }) => files.length > 0)) {
        counts.push(await runFiles(group.files, group.jobs, timeout));
    }
    return total(counts);
}

/** Runs the files in a process of their own, so that a tier which crashes or leaves something open doesn't spoil the next. */
async function runFiles(files: readonly string[], jobs: number, timeout: number): Promise<TierCounts> {
    const script = fileURLToPath(new URL("./testTier.ts", import.meta.url));
    const child = spawn(
        process.execPath,
        ["--disable-warning=ExperimentalWarning", script, String(timeout), String(jobs), ...files],
        {
            cwd: repoRoot,
            stdio: ["ignore", "inherit", "inherit", "ipc"],
        },
    );
    let counts = notRun;
    child.on("message", (message) => (counts = message as TierCounts));
    await once(child, "close");
    return counts;
}

/** Runs the command. Answers the exit code: 1 when a test failed or none was run. */
export async function test(args: readonly string[]): Promise<number> {
    endOnInterrupt("Stopped. `npm run down` removes what the tests have started.");
    const ranBefore = (await clusterStatus()).running;
    const dataBefore = existsSync(clusterDir);
    const results: { readonly tier: TierName; readonly counts: TierCounts; readonly seconds: number }[] = [];
    const leftOut: string[] = [];
    for (const [tier, files] of selectTests(args, globSync("tests/*/*.test.ts", { cwd: repoRoot }))) {
        const { prepare } = tiers[tier];
        const reason = prepare && (await whyNoNode());
        if (reason) {
            leftOut.push(`Left out: ${tier} (${files.length} files). ${reason}`);
            continue;
        }
        console.log(`\n── ${tier}: ${files.length} files ──`);
        const start = Date.now();
        let counts = notRun;
        try {
            await prepare?.();
            counts = await runTier(files, tiers[tier]);
        } catch (error) {
            console.error(error instanceof UserError ? error.message : error);
        }
        results.push({ tier, counts, seconds: Math.round((Date.now() - start) / 1000) });
    }
    if (!ranBefore && (await clusterStatus()).running) await removeCluster(dataBefore);
    console.log("");
    for (const { tier, counts, seconds } of results) console.log(`${tier}: ${closingLine(counts)} (${seconds} s)`);
    for (const line of leftOut) console.log(line);
    const counts = total(results.map((result) => result.counts));
    console.log(closingLine(counts));
    return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}
