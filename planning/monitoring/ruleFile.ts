/** Rules as Prometheus reads them. */
import { stringify } from "yaml";

import type { RuleGroup } from "./alertRule.ts";

/** Text of a rule file. Aliases would be refused by nothing, but nobody could read them. */
export function ruleFile(groups: readonly RuleGroup[]): string {
    return stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** A rule file that the bundled Prometheus finds as a ConfigMap of the platform's namespace, whoever has made it. */
export interface RuleFilePlan {
    /** Name of the ConfigMap. */
    readonly configMap: string;
    /** Name of the file, alone among all that Prometheus reads. */
    readonly file: string;
    readonly groups: readonly RuleGroup[];
}

/** Name of the ConfigMap with the rules of a deployment; Prometheus mounts it before it is there. */
export function deploymentRulesName(deployment: string): string {
    return `temporal-rules-${deployment}`;
}

/** Name of the ConfigMap with the rules of what deployments share; no deployment's ConfigMap can have it. */
export const platformRulesName = "temporal-platform-rules";
