import assert from "node:assert/strict";

import type { Difference } from "../../providers/protocol/plugin.ts";
import { secret, unknown, type Values } from "../../providers/protocol/values.ts";
import { token } from "../../providers/temporal/package.ts";
import { TemporalProvider } from "../../providers/temporal/provider.ts";

const provider = new TemporalProvider(() => undefined);

function diff(type: string, oldInputs: Values, news: Values): Promise<Difference> {
    const request = { urn: "urn:pulumi:dev::shop::t::x", type: token(type), name: "x", id: "x", state: oldInputs };
    return provider.diff({ ...request, oldInputs, news, ignoreChanges: [] });
}

const namespace = { name: "n", retention: "72h", data: { a: "1" }, description: "d", forceDelete: false };
const action = { workflowType: "t", taskQueue: "q" };
const schedule = { namespace: "n", scheduleId: "s", spec: { cronExpressions: ["0 2 * * *"] }, action };

describe("what the provider calls a difference", () => {
    const table: readonly (readonly [what: string, type: string, Values, Values, Record<string, string>])[] = [
        ["nothing", "Namespace", namespace, namespace, {}],
        ["a changed value", "Namespace", namespace, { ...namespace, retention: "48h" }, { retention: "update" }],
        [
            "another name, which makes another one",
            "Namespace",
            namespace,
            { ...namespace, name: "m" },
            { name: "update-replace" },
        ],
        [
            "an unknown name, which may",
            "Namespace",
            namespace,
            { ...namespace, name: unknown },
            { name: "update-replace" },
        ],
        ["keys", "Namespace", namespace, { ...namespace, data: { b: "2" } }, { "data.a": "delete", "data.b": "add" }],
        [
            "a key with a dot",
            "Namespace",
            namespace,
            { ...namespace, data: { a: "1", "x.y": "2" } },
            { 'data["x.y"]': "add" },
        ],
        ["no text that the program leaves out", "Namespace", namespace, { ...namespace, description: undefined }, {}],
        [
            "text that it says again",
            "Namespace",
            { ...namespace, description: undefined },
            namespace,
            { description: "add" },
        ],
        ["no secrecy alone", "Namespace", namespace, { ...namespace, retention: secret("72h") }, {}],
        ["a secret value", "Namespace", namespace, { ...namespace, retention: secret("1h") }, { retention: "update" }],
        [
            "members of objects",
            "NexusEndpoint",
            { target: { worker: { taskQueue: "a" } } },
            { target: { worker: { taskQueue: "b" } } },
            { "target.worker.taskQueue": "update" },
        ],
        [
            "no other words for the same times",
            "Schedule",
            schedule,
            { ...schedule, spec: { calendars: [{ hour: "2" }] } },
            {},
        ],
        [
            "no default that is spelled out",
            "Schedule",
            schedule,
            { ...schedule, action: { ...action, workflowId: "s-workflow", args: [] } },
            {},
        ],
        [
            "other times, but no other words beside them",
            "Schedule",
            schedule,
            { ...schedule, spec: { calendars: [{ hour: "3" }] }, action: { ...action, args: [] } },
            { "spec.calendars": "add", "spec.cronExpressions": "delete" },
        ],
        [
            "unknown times",
            "Schedule",
            schedule,
            { ...schedule, spec: { cronExpressions: [unknown] } },
            { "spec.cronExpressions[0]": "update" },
        ],
        ["times that are unknown as a whole", "Schedule", schedule, { ...schedule, spec: unknown }, { spec: "update" }],
        [
            "elements of lists",
            "Schedule",
            { ...schedule, action: { ...action, args: [1, 2] } },
            { ...schedule, action: { ...action, args: [1, { a: 3 }, 4] } },
            { "action.args[1]": "update", "action.args[2]": "add" },
        ],
        ["no pause that people decide on", "Schedule", { ...schedule, paused: true }, schedule, {}],
    ];

    for (const [what, type, before, wanted, expected] of table) {
        it(what, async () => {
            const difference = await diff(type, before, wanted);
            assert.deepEqual(difference.detailed, expected);
            assert.equal(difference.changed, Object.keys(expected).length > 0);
            const replaces = Object.keys(expected).filter((path) => expected[path]?.endsWith("-replace"));
            assert.deepEqual(difference.replaces, replaces);
        });
    }

    it("never another way to the server that makes anything anew", async () => {
        const request = {
            urn: "u",
            type: "pulumi:providers:temporal-objects",
            name: "p",
            id: "p",
            state: {},
            ignoreChanges: [],
        };
        const difference = await provider.diffConfig({
            ...request,
            oldInputs: { address: "a:1" },
            news: { address: "b:1" },
        });
        assert.deepEqual([difference.changed, difference.replaces], [true, []]);
    });
});
