/** What is wrong between values of the monitoring's config that are right by themselves. */
import type { ConfigProblem } from "../../config/errors.ts";
import { chosenMonitoring } from "../../config/monitoringSchema.ts";
import type { MonitoringConfig } from "../../config/schema.ts";
import { resourceProblems } from "../quantities.ts";
import { alertProblems } from "./alerting.ts";
import type { MonitoringPlan } from "./monitoring.ts";

const key = "temporal:platform.monitoring";

/**
 * Every such mistake.
 * @param deployments names of all deployments that the platform has or grants a slot
 * @param forTeams receivers that are kept for teams
 */
export function monitoringProblems(
    config: MonitoringConfig,
    plan: MonitoringPlan,
    deployments: readonly string[],
    forTeams: readonly string[] = [],
): readonly ConfigProblem[] {
    if (chosenMonitoring(config).mode === "none") {
        const blocks = [
            ...(config.alerts.receivers.length > 0 ? ["alerts"] : []),
            ...(config.cloud === undefined ? [] : ["cloud"]),
        ];
        const message = "is not allowed beside none; nothing collects metrics then";
        return blocks.map((block) => ({ key: `${key}.${block}`, message }));
    }
    const problems = alertProblems(config.alerts, deployments, forTeams);
    if (plan.mode !== "bundled") return problems;
    const resources = resourceProblems(plan.prometheus.resources).map((problem) => ({
        key: `${key}.bundled.resources.${problem.key}`,
        message: problem.message,
    }));
    return [...resources, ...problems];
}
