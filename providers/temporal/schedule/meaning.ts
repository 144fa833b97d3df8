/** What inputs of a schedule mean, however they are spelled: what the server makes of them, in an order of its own. */
import { isDeepStrictEqual } from "node:util";

import { hasUnknown, type Value, type Values } from "../../protocol/values.ts";
import { formatDuration, parseDuration } from "../shapes/durations.ts";
import { fieldNames, fields, parseField, valuesOf } from "./calendarFields.ts";
import { type CalendarText, parseCron } from "./cron.ts";

/** Calendars and cron expressions of a spec, as calendars. */
export function calendarsOf({ calendars, cronExpressions }: Values): readonly CalendarText[] {
    const fromCron = ((cronExpressions ?? []) as readonly string[]).map((line) => parseCron(line) ?? {});
    return [...((calendars ?? []) as readonly CalendarText[]), ...fromCron];
}

/** Inputs with one spelling for all that means the same; two that are equal so need no change. */
export function meaningOf(inputs: Values): Values {
    const spec = (inputs.spec ?? {}) as Values;
    const action = (inputs.action ?? {}) as Values;
    const skip = (spec.skip ?? []) as readonly CalendarText[];
    const intervals = (spec.intervals ?? []) as readonly Values[];
    return {
        ...inputs,
        spec: {
            calendars: calendarsOf(spec).map(meaningOfCalendar).sort(),
            skip: skip.map(meaningOfCalendar).sort(),
            intervals: intervals.map(({ every, offset }) => `${normal(every)} ${normal(offset ?? "0s")}`).sort(),
            startAt: spec.startAt ?? null,
            endAt: spec.endAt ?? null,
            jitter: normal(spec.jitter ?? "0s"),
            timeZone: spec.timeZone === "UTC" ? "" : (spec.timeZone ?? ""),
        },
        action: {
            ...action,
            workflowId: workflowIdOf(inputs),
            // The temporal CLI always sends the server's default along.
            taskTimeout: action.taskTimeout ?? "10s",
            args: action.args ?? [],
            memo: action.memo ?? {},
            searchAttributes: action.searchAttributes ?? {},
        },
    };
}

/** Those of `spec` and `action` of `wanted` that mean the same as before. */
export function sameParts(before: Values, wanted: Values): Values {
    const parts = ["spec", "action"].filter((part) => {
        if (before[part] === undefined || wanted[part] === undefined || hasUnknown(wanted[part])) return false;
        const meaning = (inputs: Values) => meaningOf({ scheduleId: before.scheduleId, [part]: inputs[part] })[part];
        return isDeepStrictEqual(meaning(before), meaning(wanted));
    });
    return Object.fromEntries(parts.map((part) => [part, wanted[part]]));
}

/** The id that workflows of the schedule begin with. */
export function workflowIdOf({ scheduleId, action }: Values): string {
    const { workflowId } = (action ?? {}) as Values;
    return (workflowId as string | undefined) ?? `${scheduleId as string}-workflow`;
}

function meaningOfCalendar(calendar: CalendarText): string {
    const values = fieldNames.map((name) => {
        const ranges = parseField(name, calendar[name] ?? fields[name].usual) ?? [];
        return valuesOf(name, ranges).join(",");
    });
    return [...values, calendar.comment ?? ""].join(" ");
}

function normal(duration: Value): string {
    return formatDuration(parseDuration(duration as string) ?? 0);
}
