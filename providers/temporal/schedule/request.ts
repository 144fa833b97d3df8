/** The inputs of a schedule as the server is told them. */
import type { Connection } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time.js";

import type { Value, Values } from "../../protocol/values.ts";
import { parseDuration } from "../shapes/durations.ts";
import { fieldNames, fields, parseField } from "./calendarFields.ts";
import type { CalendarText } from "./cron.ts";
import { calendarsOf, workflowIdOf } from "./meaning.ts";
import { toPayload, toPayloads } from "./payloads.ts";
import { overlapPolicies } from "./properties.ts";

/** A schedule of the API. */
export type Schedule = NonNullable<Awaited<ReturnType<Connection["workflowService"]["describeSchedule"]>>["schedule"]>;

/**
 * The schedule to send. What it can't say is left as in `live`: retries of the workflow and the like, and how many actions remain.
 * @param live the schedule as it is, if there is one
 */
export function scheduleOf(inputs: Values, live?: Schedule) {
    const { overlapPolicy, catchupWindow, pauseOnFailure, paused, note } = inputs;
    return {
        spec: specOf(inputs.spec as Values),
        action: { startWorkflow: { ...live?.action?.startWorkflow, ...workflowOf(inputs) } },
        policies: {
            ...live?.policies,
            overlapPolicy: overlapPolicies[overlapPolicy as string],
            catchupWindow: toDuration(catchupWindow),
            pauseOnFailure: pauseOnFailure as boolean,
        },
        state: {
            ...live?.state,
            ...(paused === undefined ? {} : { paused: paused as boolean }),
            ...(note === undefined ? {} : { notes: note as string }),
        },
    };
}

function specOf(spec: Values) {
    return {
        structuredCalendar: calendarsOf(spec).map(calendarOf),
        excludeStructuredCalendar: ((spec.skip ?? []) as readonly CalendarText[]).map(calendarOf),
        interval: ((spec.intervals ?? []) as readonly Values[]).map(({ every, offset }) => ({
            interval: toDuration(every),
            phase: toDuration(offset),
        })),
        startTime: toTime(spec.startAt),
        endTime: toTime(spec.endAt),
        jitter: toDuration(spec.jitter),
        timezoneName: (spec.timeZone as string | undefined) ?? "",
    };
}

function calendarOf(calendar: CalendarText) {
    const ranges = fieldNames.map((name) => {
        const text = calendar[name] ?? fields[name].usual;
        // The server writes "every year" as no range at all.
        return [name, name === "year" && text === "*" ? [] : (parseField(name, text) ?? [])] as const;
    });
    return { ...Object.fromEntries(ranges), comment: calendar.comment ?? "" };
}

function workflowOf(inputs: Values) {
    const { workflowType, taskQueue, args, memo, searchAttributes, ...timeouts } = inputs.action as Values;
    return {
        workflowId: workflowIdOf(inputs),
        workflowType: { name: workflowType as string },
        taskQueue: { name: taskQueue as string },
        input: { payloads: ((args ?? []) as readonly Value[]).map(toPayload) },
        workflowExecutionTimeout: toDuration(timeouts.executionTimeout),
        workflowRunTimeout: toDuration(timeouts.runTimeout),
        workflowTaskTimeout: toDuration(timeouts.taskTimeout),
        memo: { fields: toPayloads((memo ?? {}) as Values) },
        searchAttributes: { indexedFields: toPayloads((searchAttributes ?? {}) as Values) },
    };
}

function toDuration(text: Value) {
    return text === undefined ? undefined : msToTs((parseDuration(text as string) ?? 0) * 1000);
}

function toTime(text: Value) {
    return text === undefined ? undefined : msToTs(Date.parse(text as string));
}
