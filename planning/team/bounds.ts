/** What a platform lets its teams have: its table of teams and the bounds of what they may ask for. */
import type { ReceiverConfig } from "../../config/alertsSchema.ts";
import type { PlatformConfig } from "../../config/schema.ts";
import { formatDuration, parseDuration } from "../../providers/temporal/shapes/durations.ts";
import type { NamespaceLimits } from "./teamPlan.ts";

/** What teams are told by the platform's contract. */
export interface TeamTerms {
    /** Teams that may come; undefined: any. */
    readonly allowed: readonly string[] | undefined;
    /** Shortest and longest retention of their namespaces, for example `24h`. */
    readonly retention: { readonly min: string; readonly max: string };
    /** The most that a namespace's limits can be set to. */
    readonly limits: Required<NamespaceLimits>;
    /** Receivers of alerts that teams may name. */
    readonly receivers: readonly ReceiverConfig[];
}

/** The names of limits with the server's keys for them. */
export const limitKeys = {
    rps: "frontend.namespaceRPS",
    visibilityRps: "frontend.namespaceRPS.visibility",
    longPolls: "frontend.namespaceCount",
} as const satisfies Record<keyof NamespaceLimits, string>;

/** Names of the limits that a team can set. */
export const limitNames = Object.keys(limitKeys) as readonly (keyof NamespaceLimits)[];

/** The terms as a platform's config has them. */
export function teamTerms({ teams, monitoring }: Pick<PlatformConfig, "teams" | "monitoring">): TeamTerms {
    const { receivers } = monitoring.alerts;
    const named = teams.receivers;
    return {
        allowed: teams.allowed,
        retention: teams.retention,
        limits: teams.limits,
        receivers: named === undefined ? receivers : receivers.filter(({ name }) => named.includes(name)),
    };
}

/** Why a retention is out of bounds, or undefined if it isn't. */
export function retentionProblem(retention: string, { min, max }: TeamTerms["retention"]): string | undefined {
    const seconds = parseDuration(retention) ?? 0;
    if (seconds < (parseDuration(min) ?? 0)) return `must be at least ${min}`;
    return seconds > (parseDuration(max) ?? 0) ? `must be at most ${max}` : undefined;
}

/** Limits, none above its bound: a platform's bounds may have become lower since a team's stack last ran. */
export function boundedLimits(limits: NamespaceLimits, bounds: Required<NamespaceLimits>): NamespaceLimits {
    return Object.fromEntries(
        limitNames.flatMap((name) => {
            const value = limits[name];
            return value === undefined ? [] : [[name, Math.min(value, bounds[name])]];
        }),
    );
}

/** A length of time in the one spelling that is compared. */
export function normalDuration(text: string): string {
    return formatDuration(parseDuration(text) ?? 0);
}
