/** All rules of one deployment. */
import type { MonitoredDeployment, RuleGroup } from "../alertRule.ts";
import { availabilityRules } from "./availability.ts";
import { frontendRules } from "./frontend.ts";
import { historyRules } from "./history.ts";
import { matchingRules } from "./matching.ts";
import { persistenceRules } from "./persistence.ts";
import { recordingRules } from "./recording.ts";
import { resourceRules } from "./resources.ts";
import { workerRules } from "./workers.ts";
import { workflowRules } from "./workflows.ts";

/** The groups of a deployment's rules, with its literal name, shards and replicas; what others read is recorded first. */
export function deploymentRules(target: MonitoredDeployment): readonly RuleGroup[] {
    return [
        recordingRules,
        availabilityRules,
        frontendRules,
        historyRules,
        matchingRules,
        workflowRules,
        persistenceRules,
        workerRules,
        resourceRules,
    ].map((rules) => rules(target));
}
