/** What a tenant stack may do on the platform of another stack. */
import type { ConfigProblem } from "../config/errors.ts";
import type { StackConfig } from "../config/schema.ts";
import { describeDemand, totalDemand } from "./connections.ts";
import type { DeploymentPlan } from "./deployment.ts";
import type { SharedPlatformPlan } from "./platform.ts";

/** What a tenant's deployments ask for that the platform's table doesn't give. */
export function tenantProblems(
    config: StackConfig,
    deployments: readonly DeploymentPlan[],
    { stack, contract }: SharedPlatformPlan,
): ConfigProblem[] {
    return config.deployments.flatMap((entry, index) => {
        const key = `temporal:deployments[${index}]`;
        const grant = contract.slots.find(({ deployment }) => deployment === entry.name);
        if (!grant) {
            const given = contract.slots.map(({ deployment }) => deployment).join(", ") || "nobody";
            const message = `"${entry.name}" has no slot in stack ${stack}; add it there under temporal:platform.slots (now: ${given})`;
            return [{ key: `${key}.name`, message }];
        }
        const problems: ConfigProblem[] = [];
        const given = `is given by temporal:platform.slots of stack ${stack}; must be left out here`;
        if (entry.slot !== undefined)
            problems.push({ key: `${key}.slot`, message: `${entry.slot} is not allowed; it ${given}` });
        if (Object.keys(entry.ports).length > 0) problems.push({ key: `${key}.ports`, message: given });
        const demand = deployments[index]?.connections ?? [];
        if (totalDemand(demand) > grant.connections) {
            problems.push({
                key: `${key}.services`,
                message:
                    `its pods may open ${totalDemand(demand)} connections: ${describeDemand(entry.name, demand)}; must be at most ` +
                    `${grant.connections}, which temporal:platform.slots of stack ${stack} gives (pods count one more than replicas, for restarts)`,
            });
        }
        return problems;
    });
}
