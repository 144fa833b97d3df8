/** All situations that rules are tried with. */
import { availabilityCases } from "./availability.ts";
import { cloudCases } from "./cloud.ts";
import { frontendCases } from "./frontend.ts";
import { historyCases } from "./history.ts";
import { matchingCases } from "./matching.ts";
import { monitoringStackCases } from "./monitoringStack.ts";
import { persistenceCases } from "./persistence.ts";
import { platformResourceCases } from "./platformResources.ts";
import { postgresqlCases } from "./postgresql.ts";
import { recordingCases } from "./recording.ts";
import { resourceCases } from "./resources.ts";
import type { RecordCase, RuleCase } from "./ruleCase.ts";
import { workerCases } from "./workers.ts";
import { workflowCases } from "./workflows.ts";

/** Situations of alerts of a deployment. */
export const deploymentCases: readonly RuleCase[] = [
    ...availabilityCases,
    ...frontendCases,
    ...historyCases,
    ...matchingCases,
    ...workflowCases,
    ...persistenceCases,
    ...workerCases,
    ...resourceCases,
];

/** Situations of alerts of the platform. */
export const platformCases: readonly RuleCase[] = [
    ...postgresqlCases,
    ...platformResourceCases,
    ...monitoringStackCases,
    ...cloudCases,
];

/** Situations of what is recorded for a deployment. */
export const recordCases: readonly RecordCase[] = recordingCases;
