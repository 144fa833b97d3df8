import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { repoRoot } from "../../local/paths.ts";
import { keepStackFile } from "../../local/pulumi.ts";

const name = "unit-test";
const path = join(repoRoot, `Pulumi.${name}.yaml`);
const salt = "encryptionsalt: v1:abc=:v1:def:ghi==\n";
const settings = "# kept\nconfig:\n  a:list:\n    - { slot: 0, on: true }\n\n  a:size: 1 # why\n";
/** The same as the CLI writes it. */
const rewritten = '# kept\nconfig:\n  a:list:\n    - {slot: 0, on: true}\n  a:size: "1" # why\n';

describe("the stack's file after a run of the CLI", () => {
    afterEach(() => rm(path, { force: true }));

    async function after(before: string, written: string): Promise<string> {
        await writeFile(path, before);
        await keepStackFile(name, () => writeFile(path, written));
        return readFile(path, "utf8");
    }

    it("is as before when only the salt and the notation have changed", async () => {
        assert.equal(await after(settings, rewritten + salt), settings);
    });

    it("has no salt that a killed run has left", async () => {
        assert.equal(await after(settings + salt, rewritten + salt), settings);
    });

    it("keeps what config set has changed", async () => {
        const changed = rewritten.replace('"1"', '"2"');
        assert.equal(await after(settings, changed + salt), changed);
    });

    it("keeps the salt that its secrets belong to", async () => {
        const secret = `${rewritten}  a:key:\n    secure: v1:x:y\n${salt}`;
        assert.equal(await after(settings, secret), secret);
        assert.equal(await after(secret, secret), secret);
    });

    it("is as before when the run has failed", async () => {
        await writeFile(path, settings);
        await assert.rejects(
            keepStackFile(name, async () => {
                await writeFile(path, rewritten + salt);
                throw new Error("stopped");
            }),
            /stopped/,
        );
        assert.equal(await readFile(path, "utf8"), settings);
    });
});
