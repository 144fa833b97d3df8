import assert from "node:assert/strict";

import { kinds } from "../../providers/temporal/kinds.ts";
import { token } from "../../providers/temporal/package.ts";
import { TemporalProvider } from "../../providers/temporal/provider.ts";
import { isSecret, secret, unknown, type Values } from "../../providers/protocol/values.ts";

const provider = new TemporalProvider(() => undefined);

function check(type: string, news: Values, olds: Values = {}) {
    const urn = `urn:pulumi:dev::shop::${token(type)}::x`;
    return provider.check({ urn, type: token(type), name: "x", news, olds, randomSeed: new Uint8Array() });
}

async function reasons(type: string, news: Values, olds?: Values): Promise<string[]> {
    return ((await check(type, news, olds)).failures ?? []).map(({ reason }) => reason);
}

const schedule = (spec: Values, action: Values = {}, more: Values = {}): Values => ({
    namespace: "n",
    scheduleId: "s",
    spec,
    action: { workflowType: "t", taskQueue: "q", ...action },
    ...more,
});
const calendar = (fields: Values) => schedule({ calendars: [fields] });
const hourly = { intervals: [{ every: "1h" }] };
const worker = { worker: { namespace: "n", taskQueue: "q" } };
const saved = { name: "n", global: true, historyArchival: { enabled: true, uri: "s3://a" } };

describe("inputs that the provider refuses", () => {
    const table: readonly (readonly [type: string, news: Values, expected: string, olds?: Values])[] = [
        ["Namespace", {}, "name must be given."],
        ["Namespace", { name: 7 }, "name must be a string, not 7."],
        [
            "Namespace",
            { name: "" },
            'name must be a name that neither is empty nor begins or ends with a blank, not "".',
        ],
        [
            "Namespace",
            { name: "a/b" },
            'name must be a name without a slash: ids of what is in it begin with it and a slash, not "a/b".',
        ],
        [
            "Namespace",
            { name: "a\n" },
            'name must be a name that neither is empty nor begins or ends with a blank, not "a\\n".',
        ],
        ["Namespace", { name: "a\tb" }, 'name must be a name without control characters, not "a\\tb".'],
        [
            "Namespace",
            { name: "temporal-system" },
            'name must be another name: temporal-system is the server\'s own, not "temporal-system".',
        ],
        ["Namespace", { name: "é".repeat(128) }, `name must be at most 255 bytes long, not "${"é".repeat(99)}….`],
        [
            "Namespace",
            { name: "n", retention: "3 days" },
            'retention must be a length of time such as 72h, 30d or 1h30m, not "3 days".',
        ],
        ["Namespace", { name: "n", retention: "0s" }, 'retention must be more than nothing, not "0s".'],
        ["Namespace", { name: "n", retention: 72 }, "retention must be a string, not 72."],
        [
            "Namespace",
            { name: "n", description: "" },
            'description must be left out rather than empty: Temporal never clears it, only changes it, not "".',
        ],
        ["Namespace", { name: "n", data: [] }, "data must be an object, not []."],
        ["Namespace", { name: "n", data: { a: 1 } }, "data.a must be a string, not 1."],
        [
            "Namespace",
            { name: "n", data: { a: "" } },
            "data.a must not be empty: Temporal never removes a key, so an empty value counts as none.",
        ],
        ["Namespace", { name: "n", data: { "pulumi-owner": "x" } }, "data.pulumi-owner is this provider's own key."],
        ["Namespace", { name: "n", clusters: "a" }, 'clusters must be a list, not "a".'],
        ["Namespace", { name: "n", historyArchival: {} }, "historyArchival.enabled must be given."],
        [
            "Namespace",
            { name: "n", historyArchival: { enabled: true, uri: "x" } },
            'historyArchival.uri must be a URI such as s3://bucket/path, not "x".',
        ],
        [
            "Namespace",
            { name: "n", historyArchival: { enabled: true, uri: "s3://b" } },
            'historyArchival.uri can\'t become "s3://b": Temporal never changes where a namespace is archived; it is "s3://a".',
            saved,
        ],
        [
            "Namespace",
            { name: "n", global: false },
            "global can't become false: Temporal makes no global namespace local.",
            saved,
        ],
        ["Namespace", { name: "n", forceDelete: "yes" }, 'forceDelete must be true or false, not "yes".'],
        [
            "SearchAttribute",
            { namespace: "n", name: "a", type: "String" },
            'type must be one of Text, Keyword, Int, Double, Bool, Datetime, KeywordList, not "String".',
        ],
        [
            "SearchAttribute",
            { namespace: "n", name: "1a", type: "Int" },
            'name must be letters, digits, _, - and . that don\'t begin with a digit, not "1a".',
        ],
        [
            "SearchAttribute",
            { namespace: "n", name: "StartTime", type: "Int" },
            'name must be a name that Temporal doesn\'t keep for itself, not "StartTime".',
        ],
        [
            "SearchAttribute",
            { namespace: "n", name: "TemporalX", type: "Int" },
            'name must be a name that Temporal doesn\'t keep for itself, not "TemporalX".',
        ],
        ["SearchAttribute", { namespace: "n", name: "a" }, "type must be given."],
        [
            "NexusEndpoint",
            { name: "a_b", target: worker },
            'name must be letters, digits and -, beginning with a letter and not ending with -, not "a_b".',
        ],
        ["NexusEndpoint", { name: "ab", target: {} }, "target must be either worker or url, exactly one of them."],
        [
            "NexusEndpoint",
            { name: "ab", target: { ...worker, url: "http://x" } },
            "target must be either worker or url, exactly one of them.",
        ],
        [
            "NexusEndpoint",
            { name: "ab", target: { url: "ftp://x" } },
            'target.url must be a URL beginning with http:// or https://, not "ftp://x".',
        ],
        [
            "NexusEndpoint",
            { name: "ab", target: { worker: { namespace: "n" } } },
            "target.worker.taskQueue must be given.",
        ],
        ["Schedule", schedule({}), "spec must have at least one of calendars, cronExpressions and intervals."],
        [
            "Schedule",
            calendar({ hour: "24" }),
            'spec.calendars[0].hour must be * or numbers from 0 to 23, such as "1", "1-5", "1-9/2" or "1,3", not "24".',
        ],
        [
            "Schedule",
            calendar({ dayOfWeek: "noday" }),
            'spec.calendars[0].dayOfWeek must be * or numbers from 0 to 7, such as "1", "1-5", "1-9/2" or "1,3", not "noday".',
        ],
        [
            "Schedule",
            schedule({ cronExpressions: ["* * *"] }),
            'spec.cronExpressions[0] must be five fields (minute hour dayOfMonth month dayOfWeek), six with a year, seven with seconds before, or @daily and the like, not "* * *".',
        ],
        [
            "Schedule",
            schedule({ cronExpressions: ["@every 1h"] }),
            'spec.cronExpressions[0] must be put among intervals, where it belongs, not "@every 1h".',
        ],
        [
            "Schedule",
            schedule({ cronExpressions: ["TZ=UTC 0 0 * * *"] }),
            'spec.cronExpressions[0] must be without a time zone, for which there is timeZone, not "TZ=UTC 0 0 * * *".',
        ],
        [
            "Schedule",
            schedule({ intervals: [{ every: "0s" }] }),
            'spec.intervals[0].every must be at least 1s, not "0s".',
        ],
        [
            "Schedule",
            schedule({ ...hourly, timeZone: "Mars" }),
            'spec.timeZone must be a time zone such as Europe/Berlin, not "Mars".',
        ],
        [
            "Schedule",
            schedule({ ...hourly, startAt: "tomorrow" }),
            'spec.startAt must be a time such as 2026-12-31T23:59:59Z, not "tomorrow".',
        ],
        ["Schedule", schedule(hourly, { args: "x" }), 'action.args must be a list, not "x".'],
        [
            "Schedule",
            schedule(hourly, {}, { overlapPolicy: "Ignore" }),
            'overlapPolicy must be one of Skip, BufferOne, BufferAll, CancelOther, TerminateOther, AllowAll, not "Ignore".',
        ],
        ["Schedule", schedule(hourly, {}, { catchupWindow: "1s" }), 'catchupWindow must be at least 10s, not "1s".'],
    ];

    for (const [type, news, expected, olds] of table) {
        it(`${type}: ${expected.slice(0, 90)}`, async () => {
            assert.deepEqual(await reasons(type, news, olds), [expected]);
        });
    }

    it("are told all at once, with what is known where a name isn't", async () => {
        const failures = await reasons("SearchAttribute", { name: "a", typ: "Int" });
        assert.deepEqual(failures, [
            "typ is not known here; known are namespace, name, type, adoptExisting.",
            "namespace must be given.",
            "type must be given.",
        ]);
    });

    it("never show a secret", async () => {
        const [reason = ""] = await reasons("Namespace", { name: secret("very/secret") });
        assert.match(reason, /without a slash/);
        assert.doesNotMatch(reason, /very/);
    });

    it("are refused by their own type only: a type never changes, but another name may have another", async () => {
        const olds = { namespace: "n", name: "a", type: "Int" };
        assert.match(
            (await reasons("SearchAttribute", { ...olds, type: "Text" }, olds))[0] ?? "",
            /type can't become Text: it is Int/,
        );
        assert.deepEqual(await reasons("SearchAttribute", { ...olds, name: "b", type: "Text" }, olds), []);
        assert.deepEqual(await reasons("Namespace", { name: "m", global: false }, saved), []);
    });
});

describe("inputs that the provider takes", () => {
    it("get defaults and one spelling", async () => {
        assert.deepEqual(await check("Namespace", { name: "n", retention: "1d30m" }), {
            inputs: { name: "n", retention: "24h30m", data: {}, forceDelete: false },
            failures: [],
        });
        const { inputs } = await check("Schedule", schedule({ ...hourly, startAt: "2026-01-01T00:00:00+01:00" }));
        assert.deepEqual(inputs.spec, { intervals: [{ every: "1h", offset: "0s" }], startAt: "2025-12-31T23:00:00Z" });
        assert.equal(inputs.overlapPolicy, "Skip");
    });

    it("may be unknown, in whole or in part, whatever their shape", async () => {
        for (const [type, { inputs }] of Object.entries(kinds)) {
            const news = Object.fromEntries(Object.keys(inputs).map((name) => [name, unknown]));
            assert.deepEqual(await reasons(type.split(":").at(-1) ?? "", news), [], type);
        }
        assert.deepEqual(
            await reasons("Schedule", schedule({ calendars: [{ hour: unknown }], intervals: unknown })),
            [],
        );
        assert.deepEqual(await reasons("NexusEndpoint", { name: unknown, target: { worker: unknown } }), []);
        assert.deepEqual(
            await reasons("SearchAttribute", { namespace: unknown, name: "a", type: unknown }, { type: "Int" }),
            [],
        );
    });

    it("stay secret, in one spelling all the same", async () => {
        const { inputs } = await check("Namespace", { name: "n", retention: secret("2d"), data: { a: secret("x") } });
        assert.ok(isSecret(inputs.retention));
        assert.equal(inputs.retention.value, "48h");
        assert.deepEqual(inputs.data, { a: secret("x") });
    });
});
