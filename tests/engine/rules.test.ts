import assert from "node:assert/strict";

import type { RuleGroup } from "../../planning/monitoring/alertRule.ts";
import { deploymentRules } from "../../planning/monitoring/rules/deploymentRules.ts";
import { platformRules } from "../../planning/monitoring/rules/platformRules.ts";
import { alertTests, checkRules, recordTests, silentTest, testRules } from "../helpers/promtool.ts";
import { deploymentCases, platformCases, recordCases } from "../rules/cases.ts";
import { deploymentA, deploymentB, healthyPods, platform, type RuleCase } from "../rules/ruleCase.ts";

const minutes = (duration: string) => Number.parseInt(duration, 10) * (duration.endsWith("h") ? 60 : 1);
const rulesOf = (groups: readonly RuleGroup[]) => groups.flatMap((group) => group.rules);

/** Cases in groups that can happen at one time, since no two have other values for the same series: saves evaluations. */
function together(cases: readonly RuleCase[]): RuleCase[][] {
    const groups: RuleCase[][] = [];
    for (const each of cases) {
        const fits = (other: RuleCase) =>
            other.interval === each.interval &&
            Object.entries(each.series).every(([name, values]) => (other.series[name] ?? values) === values);
        const group = groups.find((others) => others.every(fits));
        if (group) group.push(each);
        else groups.push([each]);
    }
    return groups;
}

describe("the rules, by promtool", function () {
    this.timeout(600_000);

    const groupsOfA = deploymentRules(deploymentA);
    const platformGroups = platformRules(platform);

    it("are what Prometheus takes", async () => {
        assert.equal(await checkRules([...groupsOfA, ...deploymentRules(deploymentB), ...platformGroups]), "");
    });

    it("record what the cases say", async () => {
        assert.equal(await testRules(recordTests(rulesOf(groupsOfA), recordCases)), "");
    });

    it("of a deployment fire and keep silent as the cases say", async () => {
        assert.equal(await testRules(alertTests(rulesOf(groupsOfA), deploymentCases)), "");
    });

    it("of the platform fire and keep silent as the cases say", async () => {
        assert.equal(await testRules(alertTests(rulesOf(platformGroups), platformCases)), "");
    });

    it("of one deployment fire nothing for the faults of another", async () => {
        const rules = rulesOf(deploymentRules(deploymentB));
        const faults = deploymentCases.filter(({ fires }) => fires.length > 0);
        const suites = together(faults).map((batch) => {
            const longest = Math.max(...batch.map(({ at }) => minutes(at)));
            const series = Object.fromEntries(
                [healthyPods(deploymentB, longest), ...batch.map((each) => each.series)].flatMap(
                    Object.entries<string>,
                ),
            );
            const name = batch.map(({ alert, title }) => `${alert} ${title}`).join(", ");
            const times = batch.map(({ at }) => at);
            return { rules, interval: batch[0]!.interval ?? "1m", tests: [silentTest(name, series, times)] };
        });
        assert.equal(await testRules(suites), "");
    });
});
