/** What a schedule is made of. */
import type { Failure } from "../../protocol/plugin.ts";
import { isObject, isUnknown, type Values } from "../../protocol/values.ts";
import { namespaceName } from "../namespace/properties.ts";
import { duration, durationOf } from "../shapes/durations.ts";
import { boolean, json, list, oneOf, type Properties, type Shape, text, type TextShape } from "../shapes/shape.ts";
import { type FieldName, fields, fieldNames, parseField } from "./calendarFields.ts";
import { cronProblem } from "./cron.ts";

/** Policies by the words of Temporal's tools, with their numbers in the API's ScheduleOverlapPolicy. */
export const overlapPolicies: Readonly<Record<string, number>> = {
    Skip: 1,
    BufferOne: 2,
    BufferAll: 3,
    CancelOther: 4,
    TerminateOther: 5,
    AllowAll: 6,
};

function field(name: FieldName): TextShape {
    const { least, most } = fields[name];
    return {
        kind: "text",
        problem: (value) =>
            parseField(name, value)
                ? undefined
                : `* or numbers from ${least} to ${most}, such as "1", "1-5", "1-9/2" or "1,3"`,
    };
}

const calendar: Shape = {
    kind: "object",
    name: "ScheduleCalendar",
    description: "Times that fit all its fields, each written as in cron: `*`, `5`, `1-5`, `*/15`, `1,3`.",
    properties: {
        ...Object.fromEntries(
            fieldNames.map((name) => [
                name,
                { shape: field(name), description: `Default: \`${fields[name].usual}\`.` },
            ]),
        ),
        comment: { shape: text, description: "Free text." },
    },
};

const time: TextShape = {
    kind: "text",
    problem: (value) =>
        /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value))
            ? undefined
            : "a time such as 2026-12-31T23:59:59Z",
    normal: (value) => new Date(value).toISOString().replace(".000Z", "Z"),
};

const spec: Shape = {
    kind: "object",
    name: "ScheduleSpec",
    description:
        "When to act: at all times that its calendars, cron expressions and intervals give, but those to skip.",
    properties: {
        calendars: { shape: list(calendar), description: "Times by the calendar." },
        cronExpressions: {
            shape: list({ kind: "text", problem: cronProblem }),
            description: "Times as cron writes them. The server keeps them as calendars.",
        },
        intervals: {
            shape: list({
                kind: "object",
                name: "ScheduleInterval",
                description: "Times at an equal distance, counted from 1970.",
                properties: {
                    every: { shape: durationOf(1), required: true, description: "Distance, for example `1h30m`." },
                    offset: { shape: duration, default: "0s", description: "Moves all times by so much." },
                },
            }),
            description: "Times at an equal distance.",
        },
        skip: { shape: list(calendar), description: "Times at which nothing is done." },
        startAt: { shape: time, description: "Nothing is done before." },
        endAt: { shape: time, description: "Nothing is done after." },
        jitter: { shape: duration, description: "Moves each time at random by up to so much. Default: `0s`." },
        timeZone: {
            shape: {
                kind: "text",
                problem: (value) => (isTimeZone(value) ? undefined : "a time zone such as Europe/Berlin"),
            },
            description: "Time zone of calendars and cron expressions. Default: UTC.",
        },
    },
};

function isTimeZone(name: string): boolean {
    try {
        Intl.DateTimeFormat("en", { timeZone: name });
        return true;
    } catch {
        return false;
    }
}

const action: Shape = {
    kind: "object",
    name: "ScheduleAction",
    description: "The workflow that is started each time.",
    properties: {
        workflowType: { shape: text, required: true, description: "Type of the workflow." },
        taskQueue: { shape: text, required: true, description: "Task queue that its workers poll." },
        workflowId: {
            shape: text,
            description:
                "Beginning of its id, to which the server adds the time. Default: the schedule's id and `-workflow`.",
        },
        args: { shape: list(json), description: "Its arguments, sent as JSON." },
        executionTimeout: { shape: durationOf(1), description: "How long it may take in all." },
        runTimeout: { shape: durationOf(1), description: "How long one run of it may take." },
        taskTimeout: { shape: durationOf(1), description: "How long one of its workflow tasks may take." },
        memo: { shape: { kind: "map", of: json }, description: "Notes at the workflow." },
        searchAttributes: { shape: { kind: "map", of: json }, description: "Search attributes of the workflow." },
    },
};

/** What a program can say. */
export const scheduleInputs: Properties = {
    namespace: { shape: namespaceName, required: true, replaces: true, description: "Namespace that it is in." },
    scheduleId: { shape: text, required: true, replaces: true, description: "Its id, unique in the namespace." },
    spec: { shape: spec, required: true, description: "When to act." },
    action: { shape: action, required: true, description: "What to start." },
    overlapPolicy: {
        shape: oneOf(...Object.keys(overlapPolicies)),
        default: "Skip",
        description: `What to do while the last workflow still runs: ${Object.keys(overlapPolicies).join(", ")}.`,
    },
    catchupWindow: {
        shape: durationOf(10),
        default: "8760h",
        description: "How late a time may still be acted on that passed while the server was down.",
    },
    pauseOnFailure: { shape: boolean, default: false, description: "Pauses once a workflow has failed." },
    paused: {
        shape: boolean,
        kept: true,
        description: "Whether it is paused. Left out, people may pause and unpause it by hand. Default: not.",
    },
    note: { shape: text, kept: true, description: "Free text, which pausing by hand replaces." },
};

/** A schedule that never acts is a mistake. */
export function checkSchedule({ spec }: Values): Failure[] {
    if (!isObject(spec) || isUnknown(spec)) return [];
    const times = [spec.calendars, spec.cronExpressions, spec.intervals];
    if (times.some((list) => isUnknown(list) || (Array.isArray(list) && list.length > 0))) return [];
    return [{ property: "spec", reason: "spec must have at least one of calendars, cronExpressions and intervals." }];
}
