import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { configurationReference, stackFileSchema } from "../../config/jsonSchema.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("files made from the schema", () => {
    it("config/stack.schema.json is up to date (npm run schema)", () => {
        assert.equal(read("config/stack.schema.json"), stackFileSchema());
    });

    it("docs/configuration.md is up to date (npm run schema)", () => {
        assert.equal(read("docs/configuration.md"), configurationReference());
    });

    it("every key is described", () => {
        const undescribed = configurationReference()
            .split("\n")
            .filter((line) => /^\| `[^|]*\| *\|/.test(line));
        assert.deepEqual(undescribed, []);
    });
});
