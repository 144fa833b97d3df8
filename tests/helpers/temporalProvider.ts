/** Stacks whose programs use the provider of this repo. */
import assert from "node:assert/strict";
import { join } from "node:path";

import { repoRoot } from "../../local/paths.ts";
import { makeStack, type Run, type TestStack } from "./engine.ts";

const folder = join(repoRoot, "providers", "temporal");

/** What to add to a Pulumi.yaml. */
export const projectSettings = `plugins: { providers: [{ name: temporal-objects, path: ${JSON.stringify(folder)} }] }\n`;

/** The beginning of a program: the SDK as `temporal`, and `provider`, an explicit provider of these arguments. */
export function prelude(providerArgs: string): string {
    return `
        import * as pulumi from "@pulumi/pulumi";
        import * as temporal from ${JSON.stringify(join(folder, "sdk", "index.ts"))};
        const provider = new temporal.Provider("server", ${providerArgs});
    `;
}

/** The beginning of a program for the server at `address`. */
export function at(address: string): string {
    return prelude(`{ address: ${JSON.stringify(address)} }`);
}

/** {@link makeStack} with the plugin at hand. */
export function makeProviderStack(program = "", env: Readonly<Record<string, string>> = {}): Promise<TestStack> {
    return makeStack(program, env, projectSettings);
}

/** The run, which must have succeeded. */
export function ok(run: Run): Run {
    assert.equal(run.code, 0, run.output);
    return run;
}

/** The output of the run, which must have failed. */
export function failed(run: Run): string {
    assert.notEqual(run.code, 0, run.output);
    return run.output;
}

/** What happened, as `update payments`, but what was only looked at. */
export function changes({ steps }: Run): string[] {
    return steps.filter(({ op }) => op !== "same" && op !== "refresh").map(({ op, name }) => `${op} ${name}`);
}

/** The detailed difference of the resource `name`. */
export function differences({ steps }: Run, name: string): Readonly<Record<string, string>> | undefined {
    return steps.find((step) => step.name === name && step.op !== "same")?.detailedDiff;
}
