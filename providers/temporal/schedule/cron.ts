/** Cron expressions, read as the server reads them (service/worker/scheduler/calendar.go): it keeps calendars only. */
import { type FieldName, parseField } from "./calendarFields.ts";

/** A calendar as a program writes it. */
export type CalendarText = Readonly<Partial<Record<FieldName | "comment", string>>>;

const named: Readonly<Record<string, string>> = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
};

const five = ["minute", "hour", "dayOfMonth", "month", "dayOfWeek"] as const;

/** Fields by their number. */
const forms: Readonly<Record<number, readonly FieldName[]>> = {
    5: five,
    6: [...five, "year"],
    7: ["second", ...five, "year"],
};

/** The calendar that a cron expression means. A comment may follow after `#`. */
export function parseCron(expression: string): CalendarText | undefined {
    const [line = "", ...rest] = expression.split("#");
    const comment = rest.join("#").trim();
    const parts = (named[line.trim()] ?? line).trim().split(/\s+/);
    const names = forms[parts.length];
    if (!names?.every((name, index) => parseField(name, parts[index] ?? ""))) return undefined;
    const calendar = Object.fromEntries(names.map((name, index) => [name, parts[index] ?? ""]));
    return comment === "" ? calendar : { ...calendar, comment };
}

/** What is wrong with a cron expression, as the rest of a sentence. */
export function cronProblem(expression: string): string | undefined {
    if (/^\s*@every\b/.test(expression)) return "put among intervals, where it belongs";
    if (/^\s*(CRON_)?TZ=/.test(expression)) return "without a time zone, for which there is timeZone";
    if (parseCron(expression)) return undefined;
    return "five fields (minute hour dayOfMonth month dayOfWeek), six with a year, seven with seconds before, or @daily and the like";
}
