/**
 * Writes config/stack.schema.json, by which editors complete and check Pulumi.<stack>.yaml, and docs/configuration.md.
 * Run after a change of the schema: `npm run schema`. A unit test fails while the files are stale.
 */
import { writeFileSync } from "node:fs";

import { configurationReference, stackFileSchema } from "./jsonSchema.ts";

writeFileSync(new URL("stack.schema.json", import.meta.url), stackFileSchema());
writeFileSync(new URL("../docs/configuration.md", import.meta.url), configurationReference());
