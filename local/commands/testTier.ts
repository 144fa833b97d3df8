/** Runs test files with mocha, several at a time if told so, and sends the counts to the parent process: test.ts. */
import Mocha from "mocha";

import type { TierCounts } from "./testSelection.ts";

process.on("disconnect", () => process.exit(130)); // the parent was stopped

const [timeout, jobs, ...files] = process.argv.slice(2);
const parallel = Number(jobs) > 1;
const mocha = new Mocha({
    timeout: Number(timeout),
    forbidOnly: process.env.CI === "true",
    reporter: "spec",
    parallel,
    jobs: Number(jobs),
});
for (const file of files) mocha.addFile(file);
// In parallel each file is loaded by the process that runs it.
if (!parallel) await mocha.loadFilesAsync();
const runner = mocha.run(() => {
    const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
    const counts: TierCounts = { passed: passes, failed: failures, skipped: pending };
    process.send?.(counts, () => process.exit());
});
