/** Limits of teams' Temporal namespaces as part of their deployment's dynamic config. */
import { parse } from "yaml";

import type { ConstrainedValue, DynamicConfigInput } from "../dynamicConfig.ts";
import { boundedLimits, limitKeys, limitNames, type TeamTerms } from "./bounds.ts";
import type { NamespaceLimits } from "./teamPlan.ts";
import type { TeamRecord } from "./teamRecord.ts";

/**
 * A deployment's dynamic config with its teams' limits in it. What the config itself says of a namespace goes before: whoever
 * runs the deployment has the last word.
 */
export function withTeamLimits(
    settings: DynamicConfigInput,
    teams: readonly TeamRecord[],
    terms: TeamTerms,
): DynamicConfigInput {
    const merged: Record<string, unknown> = { ...settings };
    const namespaces = teams.flatMap((team) => team.namespaces).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const limit of limitNames) {
        const key = limitKeys[limit];
        const own = valuesOf(settings[key]);
        const given = namespaces.flatMap(({ name, limits }): ConstrainedValue[] => {
            const value = boundedLimits(limits, terms.limits)[limit];
            return value === undefined || entryOf(own, name) ? [] : [{ value, constraints: { namespace: name } }];
        });
        if (given.length > 0) merged[key] = [...own, ...given];
    }
    return merged;
}

/** Limits of a namespace that a deployment's dynamic config, as it is, doesn't say so; undefined text: there is none yet. */
export function limitsNotInForce(
    limits: NamespaceLimits,
    namespace: string,
    dynamicConfig: string | undefined,
): string[] {
    const live = (parse(dynamicConfig ?? "{}") ?? {}) as DynamicConfigInput;
    return limitNames
        .filter((limit) => limits[limit] !== undefined)
        .filter((limit) => entryOf(valuesOf(live[limitKeys[limit]]), namespace)?.value !== limits[limit])
        .map((limit) => `${limit} ${limits[limit]}`);
}

function valuesOf(input: unknown): readonly ConstrainedValue[] {
    if (input === undefined) return [];
    return Array.isArray(input) ? (input as ConstrainedValue[]) : [{ value: input }];
}

function entryOf(values: readonly ConstrainedValue[], namespace: string): ConstrainedValue | undefined {
    return values.find(({ constraints }) => constraints?.namespace === namespace);
}
