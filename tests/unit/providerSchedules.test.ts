import assert from "node:assert/strict";

import fc from "fast-check";

import type { Values } from "../../providers/protocol/values.ts";
import {
    fieldNames,
    fields,
    formatField,
    parseField,
    valuesOf,
} from "../../providers/temporal/schedule/calendarFields.ts";
import { parseCron } from "../../providers/temporal/schedule/cron.ts";
import { foundInputs } from "../../providers/temporal/schedule/found.ts";
import { meaningOf } from "../../providers/temporal/schedule/meaning.ts";
import { type Schedule, scheduleOf } from "../../providers/temporal/schedule/request.ts";
import { formatDuration, parseDuration } from "../../providers/temporal/shapes/durations.ts";

describe("fields of calendars", () => {
    // What the server's own parser makes of them (service/worker/scheduler/calendar_test.go).
    const table = [
        ["minute", "1-5/2", [1, 3, 5]],
        ["minute", "50/3", [50, 53, 56, 59]],
        ["minute", "*/20", [0, 20, 40]],
        ["hour", "1-5/2,8", [1, 3, 5, 8]],
        ["hour", "8-16/3, 2", [2, 8, 11, 14]],
        ["month", "jan-mar,Sept,12", [1, 2, 3, 9, 12]],
        ["dayOfWeek", "mon-FRI", [1, 2, 3, 4, 5]],
        ["dayOfWeek", "5-7", [0, 5, 6]],
        ["dayOfWeek", "7", [0]],
        ["dayOfWeek", "*", [0, 1, 2, 3, 4, 5, 6]],
        ["dayOfMonth", "31", [31]],
    ] as const;
    for (const [name, text, values] of table) {
        it(`${name} ${text}`, () => assert.deepEqual(valuesOf(name, parseField(name, text) ?? []), values));
    }

    for (const [name, text] of [
        ["minute", "60"],
        ["dayOfMonth", "0"],
        ["month", "ja"],
        ["dayOfWeek", "m"],
        ["dayOfWeek", "8"],
        ["hour", "5-3"],
        ["hour", "1/0"],
        ["hour", "*-3"],
        ["hour", ""],
        ["hour", "1,,2"],
        ["year", "1999"],
    ] as const) {
        it(`not ${name} ${text}`, () => assert.equal(parseField(name, text), undefined));
    }

    it("come back from their ranges with the same values", () => {
        const range = fc.constantFrom(...fieldNames).chain((name) => {
            const number = fc.integer({ min: fields[name].least, max: fields[name].most });
            return fc.tuple(
                fc.constant(name),
                fc.array(fc.tuple(number, number, fc.integer({ min: 1, max: 9 })), { minLength: 1 }),
            );
        });
        fc.assert(
            fc.property(range, ([name, parts]) => {
                const ranges = parts.map(([a, b, step]) => ({ start: Math.min(a, b), end: Math.max(a, b), step }));
                const back = parseField(name, formatField(name, ranges)) ?? [];
                assert.deepEqual(valuesOf(name, back), valuesOf(name, ranges));
            }),
        );
    });
});

describe("cron expressions", () => {
    it("are calendars", () => {
        assert.deepEqual(parseCron("30 2 1 jan mon # new year"), {
            minute: "30",
            hour: "2",
            dayOfMonth: "1",
            month: "jan",
            dayOfWeek: "mon",
            comment: "new year",
        });
        assert.equal(parseCron("0 0 * * * 2030")?.year, "2030");
        assert.equal(parseCron("5 0 0 * * * *")?.second, "5");
        assert.deepEqual(parseCron("@daily"), parseCron("0 0 * * *"));
        assert.equal(parseCron("@never"), undefined);
        assert.equal(parseCron("1 2 3 4 5 2030 7 8"), undefined);
    });
});

describe("lengths of time", () => {
    it("have one spelling", () => {
        fc.assert(fc.property(fc.nat(), (seconds) => assert.equal(parseDuration(formatDuration(seconds)), seconds)));
        assert.deepEqual(
            ["3d", "1d1h1m1s", "90m", "0s"].map((text) => formatDuration(parseDuration(text) ?? -1)),
            ["72h", "25h1m1s", "1h30m", "0s"],
        );
        for (const text of ["", "3", "d", "1w", "-1h", "1.5h", "1h 2m"])
            assert.equal(parseDuration(text), undefined, text);
    });
});

describe("a schedule that the server is told", () => {
    const text = fc.stringMatching(/^[a-z]{1,8}$/);
    const length = fc.integer({ min: 1, max: 1e6 }).map(formatDuration);
    const fieldText = (name: (typeof fieldNames)[number]) =>
        fc
            .integer({ min: fields[name].least, max: fields[name].most - 1 })
            .map((value) => `${value}-${fields[name].most}`);
    const calendar = fc.record(Object.fromEntries(fieldNames.map((name) => [name, fieldText(name)])), {
        requiredKeys: [],
    });
    const cron = fc.constantFrom(
        "0 2 * * *",
        "*/15 8-18 * * MON-FRI",
        "@hourly",
        "0 0 1 1 * 2030 # once",
        "1 2 3 4 5 6 2031",
    );
    const inputs = fc.record(
        {
            namespace: text,
            scheduleId: text,
            spec: fc.record(
                {
                    calendars: fc.array(calendar, { maxLength: 3 }),
                    cronExpressions: fc.array(cron, { maxLength: 3 }),
                    intervals: fc.array(fc.record({ every: length, offset: length }), { maxLength: 3 }),
                    skip: fc.array(calendar, { maxLength: 2 }),
                    jitter: length,
                    startAt: fc.constant("2026-01-01T00:00:00Z"),
                    timeZone: fc.constantFrom("UTC", "Europe/Berlin"),
                },
                { requiredKeys: [] },
            ),
            action: fc.record(
                {
                    workflowType: text,
                    taskQueue: text,
                    workflowId: text,
                    args: fc.array(fc.jsonValue({ depthSize: "small" })),
                    runTimeout: length,
                    taskTimeout: length,
                    memo: fc.dictionary(text, fc.jsonValue({ depthSize: "small" })),
                },
                { requiredKeys: ["workflowType", "taskQueue"] },
            ),
            overlapPolicy: fc.constantFrom("Skip", "BufferAll", "AllowAll"),
            catchupWindow: length,
            pauseOnFailure: fc.boolean(),
            paused: fc.boolean(),
            note: text,
        },
        {
            requiredKeys: [
                "namespace",
                "scheduleId",
                "spec",
                "action",
                "overlapPolicy",
                "catchupWindow",
                "pauseOnFailure",
                "paused",
            ],
        },
    );

    it("is found again, with the same meaning, and in the same words where they are known", () => {
        fc.assert(
            fc.property(inputs, (given) => {
                const wanted = JSON.parse(JSON.stringify(given)) as Values;
                const schedule = scheduleOf(wanted) as unknown as Schedule;
                const [namespace, scheduleId] = [wanted.namespace as string, wanted.scheduleId as string];
                const found = foundInputs(namespace, scheduleId, schedule, {});
                const plain = (values: Values) => JSON.parse(JSON.stringify(values)) as Values;
                assert.deepEqual(meaningOf(plain(found)), meaningOf(wanted));
                const known = foundInputs(namespace, scheduleId, schedule, wanted);
                assert.deepEqual([known.spec, known.action], [wanted.spec, wanted.action]);
            }),
            { numRuns: 300 },
        );
    });
});
