import assert from "node:assert/strict";

import { resourceRules } from "../../planning/monitoring/rules/resources.ts";
import { workerRules } from "../../planning/monitoring/rules/workers.ts";
import { selectorsOf } from "../helpers/promql.ts";
import { deploymentA } from "../rules/ruleCase.ts";

describe("the rules on workers", () => {
    // The server's own workers export the same metrics, and idle or busy as they are say nothing of the users'.
    it("read nothing of the server's own workers", () => {
        const selectors = [workerRules(deploymentA), resourceRules(deploymentA)]
            .flatMap(({ rules }) => rules)
            .flatMap(({ expr }) => selectorsOf(expr))
            .filter(({ metric }) => metric === "up" || metric.startsWith("temporal_"));
        assert.ok(selectors.length > 20);
        for (const { metric, labels } of selectors) {
            const service = labels.find(({ name }) => name === "temporal_service");
            assert.deepEqual([service?.op, service?.value], ["=", "sdk-worker"], metric);
        }
    });
});
