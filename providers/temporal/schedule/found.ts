/** A schedule as the server describes it, in the properties of the resource. */
import { optionalTsToMs } from "@temporalio/common/lib/time.js";

import type { Value, Values } from "../../protocol/values.ts";
import { formatDuration } from "../shapes/durations.ts";
import { fieldNames, fields, formatField, type Range } from "./calendarFields.ts";
import { sameParts } from "./meaning.ts";
import { fromPayload, fromPayloads } from "./payloads.ts";
import { overlapPolicies } from "./properties.ts";
import type { Schedule } from "./request.ts";

type Time = Parameters<typeof optionalTsToMs>[0];
type Calendar = NonNullable<NonNullable<Schedule["spec"]>["structuredCalendar"]>[number];

/**
 * The inputs that give the schedule.
 * @param before saved inputs, whose spelling is kept for what still means the same
 */
export function foundInputs(namespace: string, scheduleId: string, schedule: Schedule, before: Values): Values {
    const { policies, state } = schedule;
    const found: Values = {
        namespace,
        scheduleId,
        spec: foundSpec(schedule),
        action: foundAction(schedule),
        overlapPolicy:
            Object.keys(overlapPolicies).find((name) => overlapPolicies[name] === Number(policies?.overlapPolicy)) ??
            "Skip",
        catchupWindow: durationOf(policies?.catchupWindow) ?? "8760h",
        pauseOnFailure: policies?.pauseOnFailure ?? false,
        paused: state?.paused ?? false,
        note: state?.notes || undefined,
    };
    return { ...found, ...sameParts(found, before) };
}

function foundSpec({ spec }: Schedule): Values {
    return given({
        calendars: notEmpty(spec?.structuredCalendar?.map(calendarText)),
        intervals: notEmpty(
            spec?.interval?.map(({ interval, phase }) => ({
                every: durationOf(interval) ?? "0s",
                offset: durationOf(phase) ?? "0s",
            })),
        ),
        skip: notEmpty(spec?.excludeStructuredCalendar?.map(calendarText)),
        startAt: timeOf(spec?.startTime),
        endAt: timeOf(spec?.endTime),
        jitter: durationOf(spec?.jitter, true),
        timeZone: spec?.timezoneName || undefined,
    });
}

function calendarText(calendar: Calendar): Values {
    const texts = fieldNames.map((name) => {
        const ranges = (calendar[name] ?? []).map(({ start, end, step }): Range => ({
            start: start ?? 0,
            end: Math.max(start ?? 0, end ?? 0),
            step: step || 1,
        }));
        const text = formatField(name, ranges);
        return [name, text === fields[name].usual ? undefined : text] as const;
    });
    return given({ ...Object.fromEntries(texts), comment: calendar.comment || undefined });
}

function foundAction({ action }: Schedule): Values {
    const workflow = action?.startWorkflow;
    return given({
        workflowType: workflow?.workflowType?.name ?? "",
        taskQueue: workflow?.taskQueue?.name ?? "",
        workflowId: workflow?.workflowId ?? "",
        args: notEmpty(workflow?.input?.payloads?.map(fromPayload)),
        executionTimeout: durationOf(workflow?.workflowExecutionTimeout, true),
        runTimeout: durationOf(workflow?.workflowRunTimeout, true),
        taskTimeout: durationOf(workflow?.workflowTaskTimeout, true),
        memo: notEmptyObject(fromPayloads(workflow?.memo?.fields ?? {})),
        searchAttributes: notEmptyObject(fromPayloads(workflow?.searchAttributes?.indexedFields ?? {})),
    });
}

function given(values: Values): Values {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function notEmpty(list: readonly Value[] | undefined): Value {
    return list && list.length > 0 ? list : undefined;
}

function notEmptyObject(values: Values): Value {
    return Object.keys(values).length > 0 ? values : undefined;
}

/** @param withoutZero whether zero means that there is none */
function durationOf(time: Time, withoutZero = false): string | undefined {
    const milliseconds = optionalTsToMs(time);
    if (milliseconds === undefined || (withoutZero && milliseconds === 0)) return undefined;
    return formatDuration(Math.round(milliseconds / 1000));
}

function timeOf(time: Time): string | undefined {
    const milliseconds = optionalTsToMs(time);
    return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString().replace(".000Z", "Z");
}
