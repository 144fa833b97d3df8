import assert from "node:assert/strict";

import { compare } from "bcryptjs";

import { makeStack, type TestStack } from "../helpers/engine.ts";

const password = (args: string) => `
    import * as random from "@pulumi/random";
    const password = new random.RandomPassword("password", ${args});
    export const result = password.result;
    export const hash = password.bcryptHash;
`;

describe("the stand-in of the random plugin", () => {
    let stack: TestStack;
    let first: string;

    before(async () => {
        stack = await makeStack(password("{ length: 32, special: false }"));
    });

    after(() => stack.remove());

    async function result(): Promise<string> {
        return String((await stack.outputs()).result);
    }

    async function steps(): Promise<string[]> {
        const { code, output, steps } = await stack.up();
        assert.equal(code, 0, output);
        return steps.map(({ op }) => op);
    }

    it("makes nothing at preview", async () => {
        const { code, output, steps } = await stack.preview();
        assert.equal(code, 0, output);
        assert.deepEqual(
            steps.map(({ op }) => op),
            ["create"],
        );
        assert.deepEqual(stack.resources(), []);
    });

    it("makes a password and keeps it secret", async () => {
        assert.deepEqual(await steps(), ["create"]);
        first = await result();
        assert.match(first, /^[a-zA-Z0-9]{32}$/);
        assert.ok(!stack.stateText().includes(first));
        assert.ok(await compare(first, String((await stack.outputs()).hash)));
        const { id, inputs, outputs } = stack.resource("password");
        assert.equal(id, "none");
        assert.deepEqual(inputs, { __defaults: [], length: 32, special: false });
        assert.deepEqual(
            { ...outputs, result: undefined, bcryptHash: undefined },
            {
                id: "none",
                length: 32,
                lower: true,
                upper: true,
                numeric: true,
                number: true,
                special: false,
                minLower: 0,
                minUpper: 0,
                minNumeric: 0,
                minSpecial: 0,
                result: undefined,
                bcryptHash: undefined,
            },
        );
    });

    it("keeps it when nothing changes, and on refresh", async () => {
        assert.deepEqual(await steps(), ["same"]);
        const { code, output, steps: refreshed } = await stack.refresh();
        assert.equal(code, 0, output);
        assert.deepEqual(
            refreshed.map(({ op, diffs }) => [op, diffs]),
            [["refresh", []]],
        );
        assert.deepEqual(await steps(), ["same"]);
        assert.equal(await result(), first);
    });

    it("replaces it when any input changes", async () => {
        await stack.setProgram(password('{ length: 32, special: false, keepers: { rotation: "1" } }'));
        const { steps: previewed } = await stack.preview();
        assert.deepEqual(
            previewed.find(({ op }) => op === "replace")?.detailedDiff,
            { keepers: "add-replace" },
            JSON.stringify(previewed),
        );
        assert.equal(await result(), first);
        assert.deepEqual(await steps(), ["create-replacement", "replace", "delete-replaced"]);
        assert.notEqual(await result(), first);
    });

    it("follows the rules for characters", async () => {
        await stack.setProgram(
            password('{ length: 8, minSpecial: 4, minNumeric: 3, overrideSpecial: "_~", upper: false, minUpper: 1 }'),
        );
        await steps();
        const characters = [...(await result())];
        assert.equal(characters.length, 8);
        assert.ok(characters.filter((character) => "_~".includes(character)).length >= 4);
        assert.ok(characters.filter((character) => /\d/.test(character)).length >= 3);
        assert.equal(characters.filter((character) => /[A-Z]/.test(character)).length, 1);
    });

    for (const [args, reason] of [
        ["{ length: 3, minLower: 2, minUpper: 2 }", /length 3 is below the sum of the minimums, 4/],
        ["{ length: 0 }", /length 0 must be a whole number above 0/],
        [
            "{ length: 9, lower: false, upper: false, numeric: false, special: false }",
            /at least one of lower, upper, numeric and special/,
        ],
    ] as const) {
        it(`refuses ${args}`, async () => {
            await stack.setProgram(password(args));
            const { code, output } = await stack.preview();
            assert.notEqual(code, 0);
            assert.match(output, reason);
        });
    }

    it("refuses other types in one sentence", async () => {
        await stack.setProgram('import * as random from "@pulumi/random";\nnew random.RandomPet("pet", {});\n');
        const { code, output } = await stack.preview();
        assert.notEqual(code, 0);
        assert.match(output, /RandomPet: the local stand-in of this plugin knows RandomPassword only\./);
    });

    it("imports a password", async () => {
        const { code, output } = await stack.import("random:index/randomPassword:RandomPassword", "other", "imported");
        assert.equal(code, 0, output);
        assert.ok(!stack.stateText().includes("imported"));
        assert.equal(stack.resource("other").id, "none");
        await stack.setProgram(password("{ length: 8 }").replace('"password",', '"other",'));
        await steps();
        assert.equal(await result(), "imported");
    });

    it("destroys", async () => {
        const { code, output } = await stack.destroy();
        assert.equal(code, 0, output);
        assert.deepEqual(stack.resources(), []);
    });
});
