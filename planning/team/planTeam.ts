/** Plans a team. */
import type { TeamConfig } from "../../config/teamSchema.ts";
import type { MonitoringContract } from "../monitoring/monitoring.ts";
import type { DeploymentPorts } from "../ports.ts";
import type { TeamPlan } from "./teamPlan.ts";

/** What a team's plan follows from besides its own config. */
export interface TeamContext {
    /** Full name of the stack that has the team. */
    readonly stack: string;
    /** The platform's Kubernetes namespace. */
    readonly platformNamespace: string;
    /** Its deployment. */
    readonly deployment: { readonly name: string; readonly namespace: string; readonly ports: DeploymentPorts };
    readonly monitoring: MonitoringContract;
    /** What waits for another stack's `pulumi up`, in sentences. */
    readonly pending: readonly string[];
}

/** Plans one team. */
export declare function planTeam(config: TeamConfig, context: TeamContext): TeamPlan;
