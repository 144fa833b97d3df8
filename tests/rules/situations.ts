/** The cases that most alerts have: a fault that lasts, and what looks like one but isn't. */
import type { FiringAlert, RuleCase } from "./ruleCase.ts";

/** A fault, told from both sides of the minute in which its alerts begin to fire. */
export function fault(
    alert: string,
    title: string,
    series: RuleCase["series"],
    minute: number,
    ...fires: readonly FiringAlert[]
): readonly RuleCase[] {
    return [
        { alert, title: `fires ${title}`, series, at: `${minute}m`, fires },
        { alert, title: `waits, ${title}`, series, at: `${minute - 1}m`, fires: [] },
    ];
}

/** No fault, however long one looks. */
export function calm(alert: string, title: string, series: RuleCase["series"], at = "3h"): RuleCase {
    return { alert, title: `is silent ${title}`, series, at, fires: [] };
}

/** A histogram to which every minute adds the same: how many of how much at most. */
export function histogram(
    bucket: (le: string) => string,
    perMinute: Readonly<Record<string, number>>,
): RuleCase["series"] {
    return Object.fromEntries(Object.entries(perMinute).map(([le, count]) => [bucket(`le="${le}"`), `0+${count}x180`]));
}
