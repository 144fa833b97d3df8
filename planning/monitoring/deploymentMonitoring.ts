/** What a deployment brings to the monitoring: its rules, and for an operator the way to its pods. */
import type { MonitoredDeployment, RuleGroup } from "./alertRule.ts";
import type { MonitoringContract } from "./monitoring.ts";
import { deploymentRules } from "./rules/deploymentRules.ts";
import { deploymentRulesName, type RuleFilePlan } from "./ruleFile.ts";

/** What a deployment brings to the monitoring. */
export type DeploymentMonitoringPlan =
    | { readonly mode: "none" }
    | { readonly mode: "bundled"; readonly rules: RuleFilePlan }
    | {
          readonly mode: "operator";
          readonly rules: readonly RuleGroup[];
          /** Labels by which the operator finds rules and monitor. */
          readonly labels: Readonly<Record<string, string>>;
      };

/** Plans it by what the platform says of its monitoring. */
export function planDeploymentMonitoring(
    deployment: Omit<MonitoredDeployment, "runbooks">,
    platform: MonitoringContract,
): DeploymentMonitoringPlan {
    if (platform.mode === "none") return { mode: "none" };
    const rules = deploymentRules({ ...deployment, runbooks: platform.runbooks });
    if (platform.mode === "operator") return { mode: "operator", rules, labels: platform.labels };
    const { name } = deployment;
    const file = { configMap: deploymentRulesName(name), file: `deployment-${name}.yaml`, groups: rules };
    return { mode: "bundled", rules: file };
}
