/** What inputs of a schedule mean, however they are spelled: what the server makes of them, in an order of its own. */
import type { Value, Values } from "../../protocol/values.ts";
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
            args: action.args ?? [],
            memo: action.memo ?? {},
            searchAttributes: action.searchAttributes ?? {},
        },
    };
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
