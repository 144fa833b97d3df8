/** What is wrong in the config of a team's Kubernetes namespace. */
import { type ConfigProblem, show } from "../../config/errors.ts";
import type { TeamConfig } from "../../config/schema.ts";
import { bytes, cores } from "../quantities.ts";
import { temporalNamespaceName } from "./names.ts";
import { environmentOf } from "./planTeam.ts";
import { taken } from "./taken.ts";

/** Every such mistake. */
export function workersProblems(key: string, team: TeamConfig): ConfigProblem[] {
    return [...sizeProblems(key, team.workers), ...autoscalingProblems(key, team)];
}

/** From the least to the most, none may be more than the next. */
function sizeProblems(key: string, { quota, limitRange }: TeamConfig["workers"]): ConfigProblem[] {
    const steps = [
        { at: "limitRange.defaultRequest", amounts: limitRange.defaultRequest },
        { at: "limitRange.default", amounts: limitRange.default },
        { at: "limitRange.max", amounts: limitRange.max },
        { at: "quota", amounts: quota },
    ];
    const parts = [
        { part: "cpu", amount: cores },
        { part: "memory", amount: bytes },
    ] as const;
    return steps.flatMap(({ at, amounts }, index) => {
        const next = steps[index + 1];
        if (!next) return [];
        return parts
            .filter(({ part, amount }) => amount(amounts[part]) > amount(next.amounts[part]))
            .map(({ part }) => ({
                key: `${key}.${at}.${part}`,
                message: `"${amounts[part]}" is more than ${next.at}.${part} "${next.amounts[part]}"; must be at most that`,
            }));
    });
}

function autoscalingProblems(key: string, team: TeamConfig): ConfigProblem[] {
    const { autoscaling } = team.workers;
    const names = team.namespaces.map(
        ({ name, suffix }) => name ?? temporalNamespaceName(team.name, environmentOf(team), suffix),
    );
    const strangers = autoscaling.flatMap(({ namespace }, index) =>
        namespace === undefined || names.includes(namespace)
            ? []
            : [
                  {
                      key: `${key}.autoscaling[${index}].namespace`,
                      message: `${show(namespace)} is no namespace of this team; must be one of ${names.join(", ")}`,
                  },
              ],
    );
    const twice = taken(
        autoscaling.map(({ deployment }, index) => ({
            key: `${key}.autoscaling[${index}].deployment`,
            what: "Deployment",
            scope: "",
            value: deployment,
        })),
    );
    return [...strangers, ...twice];
}
