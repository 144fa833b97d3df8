/**
 * Writes planning/dynamicConfigKeys.json: every dynamic config key of the default server version with its type and scope,
 * read from the `New<Scope><Type>Setting("key", …)` calls in the server's own source (the Go module cache).
 * Run after a new default version: `node local/bootstrap.mjs run local/toolchain/dynamicConfigKeys.ts`.
 */
import { execFileSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { defaultServerVersion } from "../../planning/versions.ts";
import { repoRoot } from "../paths.ts";

const moduleCache = execFileSync("go", ["env", "GOMODCACHE"], { encoding: "utf8" }).trim();
const source = join(moduleCache, `go.temporal.io/server@v${defaultServerVersion}`);
const setting =
    /New(Global|Namespace|NamespaceID|TaskQueue|ShardID|TaskType|Destination|ChasmTaskType)(Bool|Int|Float|String|Duration|Map|Typed)Setting(?:With\w+)?(?:\[[^\]]*\])?\(\s*"([\w.-]+)"/g;

const keys: Record<string, { type: string; scope: string }> = {};
for (const file of globSync("{common,service,components,chasm}/**/*.go", { cwd: source })) {
    if (file.endsWith("_test.go")) continue;
    for (const [, scope, type, key] of readFileSync(join(source, file), "utf8").matchAll(setting)) {
        if (key && type && scope) keys[key] = { type: type.toLowerCase(), scope };
    }
}
const sorted = Object.fromEntries(Object.entries(keys).sort(([a], [b]) => a.localeCompare(b)));
writeFileSync(join(repoRoot, "planning", "dynamicConfigKeys.json"), `${JSON.stringify(sorted, null, 2)}\n`);
console.log(`${Object.keys(sorted).length} dynamic config keys of server ${defaultServerVersion}`);
