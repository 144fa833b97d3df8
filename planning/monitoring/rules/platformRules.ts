/** All rules of what the deployments of a platform share. */
import type { MonitoredPlatform, RuleGroup } from "../alertRule.ts";
import { cloudRules } from "./cloud.ts";
import { monitoringStackRules } from "./monitoringStack.ts";
import { platformResourceRules } from "./platformResources.ts";
import { postgresqlRules } from "./postgresql.ts";

/** The rule groups of a platform. */
export function platformRules(platform: MonitoredPlatform): readonly RuleGroup[] {
    const resources = platformResourceRules(platform);
    return [
        postgresqlRules(platform),
        ...(resources ? [resources] : []),
        monitoringStackRules(platform),
        ...(platform.cloud ? [cloudRules(platform)] : []),
    ];
}
