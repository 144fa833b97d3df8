/** What a user's terminal sees of the commands: exit codes, messages, Ctrl-C. */
import assert from "node:assert/strict";
import { join } from "node:path";

import { execa } from "execa";

import { repoRoot } from "../../local/paths.ts";

describe("bootstrap.mjs", () => {
    const bootstrap = (...args: string[]) =>
        execa(process.execPath, [join(repoRoot, "local/bootstrap.mjs"), ...args], { reject: false, stdin: "ignore" });

    it("tells a mistake in one message without a stack trace", async () => {
        const { exitCode, stderr, stdout } = await bootstrap("strat");
        assert.equal(exitCode, 1);
        assert.match(stderr, /^Unknown command "strat"\. There is: start, test, .*\.$/);
        assert.equal(stdout, "");
    });

    it("shows a script's user error by its sentence alone", async () => {
        const { exitCode, stderr, stdout } = await bootstrap("run", "tests/helpers/failWith.ts", "The port is taken.");
        assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 1, stdout: "", stderr: "The port is taken." });
    });

    it("hands on arguments, output and exit code, and adds nothing", async () => {
        const { exitCode, stdout, stderr } = await bootstrap("run", "tests/helpers/exitWith.ts", "7", "a b");
        assert.deepEqual({ exitCode, stdout, stderr }, { exitCode: 7, stdout: '["a b"]', stderr: "" });
    });
});

describe("Ctrl-C", () => {
    // The child says when it is ready, and ends a moment after it was asked to, with a last word.
    const program = `
        import { spawn } from "node:child_process";
        import { endCarefully, endOnInterrupt } from "./local/commands/interrupt.ts";
        endOnInterrupt("The next run continues.");
        const script = "process.on('SIGINT', () => setTimeout(() => { console.log('written down'); process.exit(1); }, 100));"
            + "setInterval(() => {}, 1000); console.log('ready');";
        const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "inherit", "inherit"], detached: true });
        await endCarefully(child);
        console.log("went on");`;

    it("lets the careful child end first, says how to continue, and ends with 130", async () => {
        const command = execa(process.execPath, ["--input-type=module-typescript", "-e", program], {
            cwd: repoRoot,
            reject: false,
            timeout: 10_000,
        });
        command.stdout.once("data", () => {
            command.kill("SIGINT");
            command.kill("SIGINT"); // npm and the terminal both deliver the same press
        });
        const { exitCode, stdout, stderr } = await command;
        assert.equal(exitCode, 130);
        assert.match(stderr, /The next run continues\.$/);
        assert.equal(stdout, "ready\nwritten down");
    });
});
