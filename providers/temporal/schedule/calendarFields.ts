/** Fields of calendars and cron expressions, in the server's own language (service/worker/scheduler/calendar.go). */

/** Some numbers in a row: from `start` to `end`, each `step`. */
export interface Range {
    readonly start: number;
    readonly end: number;
    readonly step: number;
}

/** What one field of a calendar can be. */
export interface Field {
    readonly least: number;
    readonly most: number;
    /** Where a calendar leaves it out. */
    readonly usual: string;
    /** Names that stand for `least` and what follows. */
    readonly names?: readonly string[];
    /** How much of a name is enough. */
    readonly shortest?: number;
}

const months = "january february march april may june july august september october november december".split(" ");
const days = "sunday monday tuesday wednesday thursday friday saturday".split(" ");

/** The fields of a calendar. */
export const fields = {
    second: { least: 0, most: 59, usual: "0" },
    minute: { least: 0, most: 59, usual: "0" },
    hour: { least: 0, most: 23, usual: "0" },
    dayOfMonth: { least: 1, most: 31, usual: "*" },
    month: { least: 1, most: 12, usual: "*", names: months, shortest: 3 },
    // 7 is Sunday as well.
    dayOfWeek: { least: 0, most: 7, usual: "*", names: days, shortest: 2 },
    year: { least: 2000, most: 2100, usual: "*" },
} as const satisfies Readonly<Record<string, Field>>;

/** The name of a field. */
export type FieldName = keyof typeof fields;

/** The names in the order of the API. */
export const fieldNames = Object.keys(fields) as readonly FieldName[];

/** The ranges of a field; undefined if the text is none. `*` gives the whole range. */
export function parseField(name: FieldName, text: string): readonly Range[] | undefined {
    const ranges = text.split(",").map((part) => parseRange(fields[name], name, part.trim()));
    return ranges.some((range) => range === undefined) ? undefined : (ranges as readonly Range[]);
}

function parseRange(field: Field, name: FieldName, part: string): Range | undefined {
    const match = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/i.exec(part);
    if (!match) return undefined;
    const [, from = "", to, every] = match;
    const step = every === undefined ? 1 : Number(every);
    if (step < 1) return undefined;
    const highest = name === "dayOfWeek" ? 6 : field.most;
    if (from === "*") return to === undefined ? { start: field.least, end: highest, step } : undefined;
    const start = parseValue(field, from);
    const openEnd = every === undefined ? start : highest;
    const end = to === undefined ? openEnd : parseValue(field, to);
    return start === undefined || end === undefined || end < start ? undefined : { start, end, step };
}

function parseValue({ least, most, names = [], shortest = 1 }: Field, text: string): number | undefined {
    if (/^\d+$/.test(text)) {
        const value = Number(text);
        return value >= least && value <= most ? value : undefined;
    }
    const index = text.length < shortest ? -1 : names.findIndex((name) => name.startsWith(text.toLowerCase()));
    return index < 0 ? undefined : index + least;
}

/** All numbers that ranges hold, in order. Sunday is 0. */
export function valuesOf(name: FieldName, ranges: readonly Range[]): readonly number[] {
    const values = ranges.flatMap(({ start, end, step }) =>
        Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step),
    );
    const sunday = name === "dayOfWeek" ? values.map((value) => value % 7) : values;
    return [...new Set(sunday)].sort((a, b) => a - b);
}

/** Ranges as text; `*` for all there is. */
export function formatField(name: FieldName, ranges: readonly Range[]): string {
    const { least, most } = fields[name];
    const all = name === "dayOfWeek" ? 7 : most - least + 1;
    // The server writes "every year" as no range at all.
    if (ranges.length === 0 || valuesOf(name, ranges).length === all) return "*";
    return ranges
        .map(({ start, end, step }) => {
            if (end <= start) return String(start);
            return `${start}-${end}${step > 1 ? `/${step}` : ""}`;
        })
        .join(",");
}
