/** What rules and dashboards ask Prometheus for. */
import type { AlertRule } from "../../planning/monitoring/alertRule.ts";
import { dashboards } from "../../planning/monitoring/dashboards/dashboards.ts";
import { deploymentRules } from "../../planning/monitoring/rules/deploymentRules.ts";
import { platformRules } from "../../planning/monitoring/rules/platformRules.ts";
import { deploymentA, platform } from "../rules/ruleCase.ts";
import { dashboardQueries, withoutVariables } from "./dashboardQueries.ts";
import { selectorsOf } from "./promql.ts";

/** Every metric that a rule or a dashboard asks for. */
export function usedMetrics(): ReadonlySet<string> {
    const rules = [...deploymentRules(deploymentA), ...platformRules({ ...platform, cloud: true })].flatMap(
        (group) => group.rules,
    );
    const queries = dashboards({ cloud: true, runbooks: "docs/runbooks" }).flatMap(({ json }) =>
        dashboardQueries(json).map(({ expr }) => withoutVariables(expr)),
    );
    const all = [...rules.map((rule) => (rule as AlertRule).expr), ...queries].flatMap(selectorsOf);
    return new Set(all.map(({ metric }) => metric ?? "").filter(Boolean));
}
