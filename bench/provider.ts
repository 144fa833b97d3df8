/**
 * The provider's own scale, on Temporal's development server: `up` of 100 namespaces, a second `up`, a preview and a refresh of
 * 1,000 in the state, against the temporal CLI in a loop. `npm run bench:provider`; `-- --runs 1` for a quick look (default 3,
 * medians are shown), `--small` and `--large` for other numbers of namespaces.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";

import { repoRoot } from "../local/paths.ts";
import type { TestStack } from "../tests/helpers/engine.ts";
import { at, makeProviderStack, ok } from "../tests/helpers/temporalProvider.ts";
import { startTemporal, type TemporalServer } from "../tests/helpers/temporalServer.ts";
import { median } from "./median.ts";

const { values } = parseArgs({
    options: {
        runs: { type: "string", default: "3" },
        small: { type: "string", default: "100" },
        large: { type: "string", default: "1000" },
    },
});
const [runs, small, large] = [Number(values.runs), Number(values.small), Number(values.large)];

/** So many namespaces, called `<prefix>-0` and on. */
function program(server: TemporalServer, prefix: string, count: number, description: string): string {
    const args = `{ name: \`${prefix}-\${n}\`, retention: "72h", description: "${description}" }`;
    // Imported first, as by the project's own program.
    return `import ${JSON.stringify(join(repoRoot, "nativeStackTraces.ts"))};
        ${at(server.address)}
        for (let n = 0; n < ${count}; n++) new temporal.Namespace(\`${prefix}-\${n}\`, ${args}, { provider });`;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
    const started = performance.now();
    await work();
    return (performance.now() - started) / 1000;
}

async function withStack<T>(work: (stack: TestStack) => Promise<T>): Promise<T> {
    const stack = await makeProviderStack();
    try {
        return await work(stack);
    } finally {
        await stack.remove();
    }
}

/** Makes, changes and deletes namespaces, by the provider and by the CLI in turn. */
async function few(server: TemporalServer, run: number): Promise<Record<string, number>> {
    const names = Array.from({ length: small }, (_, n) => `cli${run}-${n}`);
    const cli = async (verb: string, ...args: string[]) => {
        for (const name of names) await server.cli("operator", "namespace", verb, "-n", name, ...args);
    };
    return withStack(async (stack) => {
        const up = (description: string) => async () => {
            await stack.setProgram(program(server, `up${run}`, small, description));
            ok(await stack.up());
        };
        return {
            [`up of ${small} new`]: await seconds(up("first")),
            [`CLI loop, create ${small}`]: await seconds(() =>
                cli("create", "--retention", "72h", "--description", "first"),
            ),
            [`up without a change`]: await seconds(up("first")),
            [`CLI loop, describe ${small}`]: await seconds(() => cli("describe")),
            [`up that changes ${small}`]: await seconds(up("second")),
            [`CLI loop, update ${small}`]: await seconds(() => cli("update", "--description", "second")),
            [`destroy of ${small}`]: await seconds(async () => ok(await stack.destroy())),
            [`CLI loop, delete ${small}`]: await seconds(() => cli("delete", "--yes")),
        };
    });
}

/** Looks at many. */
async function many(server: TemporalServer): Promise<Record<string, number>[]> {
    return withStack(async (stack) => {
        await stack.setProgram(program(server, "many", large, "first"));
        const first = { [`up of ${large} new`]: await seconds(async () => ok(await stack.up())) };
        const rest: Record<string, number>[] = [];
        for (let run = 0; run < runs; run++) {
            const unchanged = await seconds(async () => ok(await stack.preview()));
            const refreshed = await seconds(async () => ok(await stack.refresh()));
            await stack.setProgram(program(server, "many", large, "second"));
            const changed = await seconds(async () => ok(await stack.preview()));
            await stack.setProgram(program(server, "many", large, "first"));
            rest.push({
                [`preview of ${large} unchanged`]: unchanged,
                [`preview of ${large} changes`]: changed,
                [`refresh of ${large}`]: refreshed,
            });
        }
        return [first, ...rest];
    });
}

function report(results: readonly Record<string, number>[]): void {
    const names = [...new Set(results.flatMap((result) => Object.keys(result)))];
    for (const name of names) {
        const figures = results.flatMap((result) => (result[name] === undefined ? [] : [result[name]]));
        console.log(`${name.padEnd(28)} ${median(figures).toFixed(1).padStart(8)} s   (${figures.length} runs)`);
    }
}

// As on a server for many teams: by default it takes 20 of these requests per second.
const server = await startTemporal("frontend.rps.namespaceReplicationInducingAPIs=200");
try {
    const fewResults: Record<string, number>[] = [];
    for (let run = 0; run < runs; run++) fewResults.push(await few(server, run));
    report([...fewResults, ...(await many(server))]);
} finally {
    await server.remove();
}
