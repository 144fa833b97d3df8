import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";

import { deploymentRules } from "../../planning/monitoring/rules/deploymentRules.ts";
import { platformRules } from "../../planning/monitoring/rules/platformRules.ts";
import { selectorsOf } from "../helpers/promql.ts";
import { deploymentA, platform } from "../rules/ruleCase.ts";

const docs = new URL("../../docs/", import.meta.url);
const troubleshooting = readFileSync(new URL("troubleshooting.md", docs), "utf8");

describe("the troubleshooting page", () => {
    it("asks Prometheus what it understands", () => {
        const blocks = [...troubleshooting.matchAll(/```promql\n(.*?)```/gs)].map(([, block]) => block!.trim());
        const inTables = [...troubleshooting.matchAll(/`([^`\n]*\([^`\n]*\{[^`\n]*\}[^`\n]*)`/g)].map(
            ([, query]) => query!,
        );
        const queries = [...blocks.flatMap((block) => block.split("\n")), ...inTables];
        assert.ok(queries.length > 6);
        for (const query of queries) assert.ok(selectorsOf(query).length > 0, query);
    });

    it("points at pages and headings that are there", () => {
        const headings = [...troubleshooting.matchAll(/^## (.*)$/gm)].map(([, heading]) =>
            heading!
                .toLowerCase()
                .replaceAll(/[^a-z0-9_ -]/g, "")
                .replaceAll(" ", "-"),
        );
        for (const [, page, heading] of troubleshooting.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)) {
            if (page) assert.ok(existsSync(new URL(page, docs)), page);
            else assert.ok(headings.includes(heading!), heading);
        }
    });
});

describe("the pages on faults", () => {
    it("name only alerts that are there", () => {
        const rules = [...deploymentRules(deploymentA), ...platformRules(platform)].flatMap((group) => group.rules);
        const known = new Set(rules.flatMap((rule) => ("alert" in rule ? [rule.alert] : [])));
        const runbooks = new URL("runbooks/", docs);
        const pages = readdirSync(runbooks).map((file) => readFileSync(new URL(file, runbooks), "utf8"));
        const names = /`((?:Temporal|Postgres|Platform|Prometheus|Alertmanager|Kubernetes)[A-Z][A-Za-z]+)`/g;
        for (const text of [troubleshooting, ...pages]) {
            for (const [, alert] of text.matchAll(names))
                assert.ok(known.has(alert!), `${text.split("\n")[0]}: ${alert}`);
        }
    });
});
