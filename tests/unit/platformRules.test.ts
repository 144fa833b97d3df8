import assert from "node:assert/strict";

import type { MonitoredPlatform, RuleGroup } from "../../planning/monitoring/alertRule.ts";
import { platformRules } from "../../planning/monitoring/rules/platformRules.ts";
import { platform } from "../rules/ruleCase.ts";

const alertsOf = (groups: readonly RuleGroup[]) =>
    groups.flatMap(({ rules }) => rules.flatMap((rule) => ("alert" in rule ? [rule.alert] : [])));

const all = alertsOf(platformRules(platform));

/** Alerts that a platform lacks which differs in this from one with all. */
function withoutBy(difference: Partial<MonitoredPlatform>): string[] {
    const rest = alertsOf(platformRules({ ...platform, ...difference }));
    assert.deepEqual(
        rest.filter((name) => !all.includes(name)),
        [],
    );
    return all.filter((name) => !rest.includes(name)).sort();
}

const ofOurPrometheus = [
    "AlertmanagerConfigRejected",
    "AlertmanagerNotificationsFail",
    "MonitoringTargetDown",
    "PostgresConnectionsOvercommitted",
    "PrometheusConfigRejected",
    "PrometheusRulesFail",
    "Watchdog",
];

const external: MonitoredPlatform["postgresql"] = { kind: "external", maxConnections: 100 };

describe("the rules of a platform", () => {
    it("leave Prometheus and Alertmanager to whom they belong", () => {
        assert.deepEqual(withoutBy({ bundled: false }), ofOurPrometheus);
    });

    it("watch volumes and containers where the platform has any", () => {
        assert.deepEqual(withoutBy({ postgresql: external }), []);
        const ofPods = ["PlatformContainerRestarting", "PlatformVolumeFilling", "PlatformVolumeFull"];
        assert.deepEqual(withoutBy({ postgresql: external, bundled: false }), [...ofOurPrometheus, ...ofPods].sort());
    });

    it("watch Temporal Cloud where it is scraped", () => {
        assert.deepEqual(withoutBy({ cloud: false }), all.filter((name) => name.startsWith("TemporalCloud")).sort());
    });

    it("compare PostgreSQL's max_connections with the stack's", () => {
        const rules = platformRules({ ...platform, postgresql: external }).flatMap((group) => group.rules);
        const rule = rules.find((each) => "alert" in each && each.alert === "PostgresMaxConnectionsTooLow")!;
        assert.match(rule.expr, / < 100$/);
    });
});
