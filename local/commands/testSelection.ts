/** Which tests `npm test` runs, and the line it ends with. */
import { UserError } from "../userError.ts";

/** The tiers, in the order in which they run; each has its folder in tests/. */
export const tierNames = ["unit", "engine", "cluster"] as const;

/** One of the tiers. */
export type TierName = (typeof tierNames)[number];

/** How many tests ended which way. */
export interface TierCounts {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
}

/**
 * The test files to run, by tier and sorted: all of them, or those of the tiers and files that `args` name.
 * @param files paths of all test files, tests/<tier>/<name>.test.ts
 * @throws UserError for an argument that is neither
 */
export function selectTests(
    args: readonly string[],
    files: readonly string[],
): ReadonlyMap<TierName, readonly string[]> {
    for (const arg of args) {
        if (!(tierNames as readonly string[]).includes(arg) && !files.includes(arg)) {
            throw new UserError(
                `"${arg}" is neither a tier (${tierNames.join(", ")}) nor a file tests/<tier>/<name>.test.ts.`,
            );
        }
    }
    const selected = new Map<TierName, readonly string[]>();
    for (const tier of tierNames) {
        const wanted = (file: string) => args.length === 0 || args.includes(tier) || args.includes(file);
        const own = files.filter((file) => file.startsWith(`tests/${tier}/`) && wanted(file));
        if (own.length > 0) selected.set(tier, own.toSorted());
    }
    return selected;
}

/** The sum over several tiers. */
export function total(counts: readonly TierCounts[]): TierCounts {
    const sum = (key: keyof TierCounts) => counts.reduce((sofar, tier) => sofar + tier[key], 0);
    return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** "N passed, N failed", and how many were skipped if any. */
export function closingLine({ passed, failed, skipped }: TierCounts): string {
    return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
