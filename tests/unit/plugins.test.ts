import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ensureProviders, providerPlugins } from "../../local/plugins/install.ts";

describe("the plugins of the pulumi CLI", () => {
    let directory: string;
    let calls: string;

    beforeEach(async () => {
        directory = await mkdtemp(join(tmpdir(), "plugins-"));
        calls = join(directory, "calls");
        await writeFile(calls, "");
    });

    afterEach(() => rm(directory, { recursive: true, force: true }));

    /** A CLI whose `plugin install` notes what it is asked for and then does what `script` says. */
    async function cli(script: string): Promise<string> {
        const path = join(directory, "pulumi");
        await writeFile(path, `#!/bin/sh\necho "$3 $4 $5" >> '${calls}'\nname=$4 version=$5\n${script}\n`);
        await chmod(path, 0o755);
        return path;
    }

    const asked = async () => (await readFile(calls, "utf8")).trim().split("\n").filter(Boolean);
    const file = (name: string, version: string) =>
        join(directory, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`);

    it("are the official ones where they can be downloaded", async () => {
        const pulumi = await cli(
            'd="$PULUMI_HOME/plugins/resource-$name-v$version"; mkdir -p "$d"; echo ELF > "$d/pulumi-resource-$name"',
        );
        assert.equal(await ensureProviders(pulumi, directory, () => undefined), true);
        assert.deepEqual(
            (await asked()).sort(),
            providerPlugins()
                .map(({ name, version }) => `resource ${name} ${version}`)
                .sort(),
        );
        assert.equal(await ensureProviders(pulumi, directory, () => undefined), true);
        assert.equal((await asked()).length, 3, "what is there isn't downloaded again");
    });

    it("are stand-ins where the first can't be downloaded, and that is asked only once", async () => {
        const pulumi = await cli("exit 1");
        assert.equal(await ensureProviders(pulumi, directory, () => undefined), false);
        assert.equal(await ensureProviders(pulumi, directory, () => undefined), false);
        assert.equal((await asked()).length, 1);
        for (const { name, version } of providerPlugins()) {
            assert.ok((await readFile(file(name, version), "utf8")).includes(`plugins/${name}/main.ts`));
        }
    });
});
