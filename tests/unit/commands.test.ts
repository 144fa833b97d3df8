import assert from "node:assert/strict";

import { chooseDeployment } from "../../local/commands/frontend.ts";
import { teamRows } from "../../local/commands/teamRows.ts";
import { splitStack } from "../../local/commands/tool.ts";
import { closingLine, selectTests, total } from "../../local/commands/testSelection.ts";
import { UserError } from "../../local/userError.ts";

const files = ["tests/engine/random.test.ts", "tests/unit/ports.test.ts", "tests/unit/names.test.ts"];

describe("selectTests", () => {
    it("takes every tier that has files, unit first, files sorted", () => {
        assert.deepEqual(
            [...selectTests([], files)],
            [
                ["unit", ["tests/unit/names.test.ts", "tests/unit/ports.test.ts"]],
                ["engine", ["tests/engine/random.test.ts"]],
            ],
        );
    });

    it("takes named tiers and named files only", () => {
        assert.deepEqual(
            [...selectTests(["engine", "tests/unit/ports.test.ts"], files)],
            [
                ["unit", ["tests/unit/ports.test.ts"]],
                ["engine", ["tests/engine/random.test.ts"]],
            ],
        );
    });

    it("names what is allowed when an argument is neither", () => {
        assert.throws(
            () => selectTests(["units"], files),
            (error) => {
                assert(error instanceof UserError);
                assert.match(error.message, /"units".*unit, engine, cluster.*tests\/<tier>/);
                return true;
            },
        );
    });
});

describe("closingLine", () => {
    it("adds up the tiers and names skipped tests only where there are some", () => {
        const unit = { passed: 3, failed: 0, skipped: 0 };
        assert.equal(closingLine(total([unit, { passed: 2, failed: 1, skipped: 0 }])), "5 passed, 1 failed");
        assert.equal(closingLine(total([unit, { passed: 0, failed: 0, skipped: 4 }])), "3 passed, 0 failed, 4 skipped");
    });
});

describe("splitStack", () => {
    it("finds the stack wherever it stands, and is dev without one", () => {
        assert.deepEqual(splitStack(["up", "--yes"]), { stack: "dev", others: ["up", "--yes"] });
        for (const flag of [["--stack", "team-payments"], ["-s", "team-payments"], ["--stack=team-payments"]])
            assert.deepEqual(splitStack(["up", ...flag, "--yes"]), { stack: "team-payments", others: ["up", "--yes"] });
    });
});

describe("chooseDeployment", () => {
    const deployment = (namespace: string) => ({
        namespace,
        frontend: { address: `frontend.${namespace}.svc.cluster.local:7233` },
        ui: null,
        serverVersion: "1.31.2",
        slot: 0,
        ports: {},
    });
    const outputs = {
        platform: { namespace: "platform" },
        monitoring: { mode: "none", prometheus: null, alertmanager: null, grafana: null },
        deployments: { main: deployment("m"), orders: deployment("o") },
    } as const;

    it("takes the first, or the one that is named", () => {
        assert.equal(chooseDeployment(outputs).namespace, "m");
        assert.equal(chooseDeployment(outputs, "orders").namespace, "o");
    });

    it("says what there is when the name is unknown, and what to do when there is nothing", () => {
        assert.throws(() => chooseDeployment(outputs, "order"), /"order".*main, orders/);
        assert.throws(() => chooseDeployment(undefined), /npm start/);
    });
});

describe("teamRows", () => {
    it("show the teams of all stacks, deployment by deployment", () => {
        const record = (team: string, deployment: string) => ({
            ...{ team, deployment, stack: `organization/temporal/${team}`, workersNamespace: `${team}-workers` },
            namespaces: ["a", "b"].map((name) => ({ name, searchAttributes: {}, limits: {}, forceDelete: false })),
            alerts: undefined,
        });
        assert.deepEqual(teamRows([record("orders", "uat"), record("stock", "dev"), record("orders", "dev")]), [
            ["orders", "dev", "a\nb", "orders-workers", "organization/temporal/orders"],
            ["stock", "dev", "a\nb", "stock-workers", "organization/temporal/stock"],
            ["orders", "uat", "a\nb", "orders-workers", "organization/temporal/orders"],
        ]);
    });
});
