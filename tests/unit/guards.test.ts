import assert from "node:assert/strict";

import { ConfigError } from "../../config/errors.ts";
import { parseStackConfig } from "../../config/parse.ts";
import { type Claim, type LiveState, nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import { portsOfSlot } from "../../planning/ports.ts";

const stack = "organization/temporal/dev";
const other = "organization/temporal/other";
const dev = { name: "dev", slot: 0, size: "dev" };
const d0 = "temporal:deployments[0]";

function claims(deployment: string, slot: number, holder: string): readonly Claim[] {
    return [
        { kind: "deployment", value: deployment, deployment, stack: holder },
        { kind: "slot", value: String(slot), deployment, stack: holder },
        { kind: "namespace", value: `temporal-${deployment}`, deployment, stack: holder },
    ];
}

/** The deployment dev as it runs. */
const live: LiveState = {
    ...nothingLive,
    platformExists: true,
    claims: claims("dev", 0, stack),
    historyShards: { dev: 4 },
    running: { dev: { serverVersion: "1.30.1", ports: portsOfSlot(0) } },
};

function problems(deployments: readonly object[], state: LiveState, platform?: object): string[] {
    try {
        planStack(parseStackConfig({ deployments, ...(platform ? { platform } : {}) }), { stack, live: state });
        return [];
    } catch (error) {
        assert.ok(error instanceof ConfigError, String(error));
        return error.problems.map(({ key, message }) => `${key}: ${message}`);
    }
}

const changed = (changes: object, state: LiveState = live) => problems([{ ...dev, ...changes }], state);

describe("guards", () => {
    it("let the same deployment through again, and an upgrade by one minor version", () => {
        assert.deepEqual(changed({ serverVersion: "1.30.1" }), []);
        assert.deepEqual(changed({ serverVersion: "1.31.2" }), []);
    });

    /** What changes, what runs, where it is told, and how. */
    const table: readonly [what: string, deployments: readonly object[], state: LiveState, told: RegExp][] = [
        [
            "another number of history shards",
            [{ ...dev, historyShards: 8 }],
            live,
            /^temporal:deployments\[0\]\.historyShards: 8 is not allowed; database temporal_dev is in use with 4, .*docs\/operations\.md/,
        ],
        [
            "an older patch",
            [{ ...dev, serverVersion: "1.30.0" }],
            live,
            /serverVersion: "1\.30\.0" is not allowed; 1\.30\.1 runs, and a server never goes back/,
        ],
        [
            "an older minor version",
            [{ ...dev, serverVersion: "1.30.9" }],
            { ...live, running: { dev: { serverVersion: "1.31.2", ports: portsOfSlot(0) } } },
            /serverVersion: "1\.30\.9" is not allowed; 1\.31\.2 runs, and a server never goes back/,
        ],
        [
            "a minor version skipped",
            [{ ...dev, serverVersion: "1.31.2" }],
            { ...live, running: { dev: { serverVersion: "1.29.1", ports: portsOfSlot(0) } } },
            /serverVersion: "1\.31\.2" is not allowed; 1\.29\.1 runs, and minor versions are taken one at a time; must be 1\.30\.1 first/,
        ],
        [
            "a minor version entered by an old patch",
            [{ ...dev, serverVersion: "1.31.0" }],
            live,
            /serverVersion: "1\.31\.0" is not allowed; .*entered by its latest patch; must be 1\.31\.2/,
        ],
        [
            "another slot",
            [{ ...dev, slot: 3 }],
            live,
            /slot: slot or ports of a running deployment would change \(.*frontend\.grpc 7233 to 10233, .*set remove/,
        ],
        [
            "one port",
            [{ ...dev, ports: { matching: { membership: 17000 } } }],
            live,
            /slot: .*would change \(matching\.membership 6935 to 17000\)/,
        ],
        [
            "a slot that another stack holds",
            [{ ...dev, serverVersion: "1.30.1" }],
            { ...nothingLive, claims: claims("search", 0, other) },
            /^temporal:deployments\[0\]\.slot: 0 is held by deployment "search" of stack organization\/temporal\/other; must be another/,
        ],
        [
            "a namespace that another stack holds",
            [{ ...dev, namespace: "temporal-search" }],
            { ...nothingLive, claims: claims("search", 5, other).slice(2) },
            /^temporal:deployments\[0\]\.namespace: temporal-search is held by deployment "search" of stack/,
        ],
        [
            "a name that another stack holds",
            [dev],
            { ...nothingLive, claims: claims("dev", 5, other).slice(0, 1) },
            /^temporal:deployments\[0\]\.name: dev is held by deployment "dev" of stack organization\/temporal\/other/,
        ],
        [
            "the slot of a deployment of the same stack that is still there",
            [
                { ...dev, remove: {} },
                { ...dev, name: "next" },
            ],
            { ...live, openWorkflows: { dev: { counts: {} } } },
            /^temporal:deployments\[1\]\.slot: 0 is held by deployment "dev" of this stack until that is gone/,
        ],
        [
            "a deployment gone from the list",
            [{ ...dev, name: "next", slot: 1 }],
            live,
            /^temporal:deployments: "dev" \(slot 0\) is gone from the list but runs; put it back with "remove: \{\}"/,
        ],
        [
            "removal with open workflows",
            [{ ...dev, remove: {} }],
            { ...live, openWorkflows: { dev: { counts: { orders: 10, payments: 2, empty: 0 } } } },
            /remove: is refused: 12 workflows are open \(orders 10, payments 2\).*or say abandonOpenWorkflows: true/,
        ],
        [
            "removal of what can't be asked",
            [{ ...dev, remove: {} }],
            { ...live, openWorkflows: { dev: { unreachable: "No frontend pod is ready." } } },
            /remove: the deployment can't be asked whether workflows are open: No frontend pod is ready\./,
        ],
        [
            "a grant taken away from a tenant that runs",
            [{ ...dev, serverVersion: "1.30.1" }],
            { ...live, claims: [...live.claims, ...claims("payments", 2, other)] },
            /^temporal:platform\.slots: has no entry for deployment "payments" of stack organization\/temporal\/other, which runs on slot 2/,
        ],
    ];
    for (const [what, deployments, state, told] of table) {
        it(`refuse ${what}`, () => {
            const found = problems(deployments, state);
            assert.equal(found.length, 1, found.join("\n"));
            assert.match(found[0] ?? "", told);
        });
    }

    it("let a removal through without open workflows, or when it is said twice", () => {
        const open = { dev: { counts: { orders: 3 } } };
        assert.deepEqual(changed({ remove: {} }, { ...live, openWorkflows: { dev: { counts: { orders: 0 } } } }), []);
        assert.deepEqual(changed({ remove: { abandonOpenWorkflows: true } }, { ...live, openWorkflows: open }), []);
    });

    it("let the entry of a removed deployment go, and its slot be taken", () => {
        const removed: LiveState = { ...nothingLive, claims: claims("dev", 0, stack).slice(0, 1), historyShards: {} };
        assert.deepEqual(problems([{ ...dev, name: "next" }], removed), []);
        assert.deepEqual(
            problems(
                [
                    { ...dev, remove: {} },
                    { ...dev, name: "next" },
                ],
                removed,
            ),
            [],
        );
    });

    it("let a deployment that stood still come back on another slot", () => {
        const stopped: LiveState = { ...nothingLive, claims: claims("dev", 0, stack).slice(0, 1) };
        assert.deepEqual(changed({ slot: 7 }, stopped), []);
    });

    it("keep quiet about tenants whose entry stands in the table", () => {
        const table = { slots: [{ deployment: "payments", slot: 2, connections: 80 }] };
        const state = { ...live, claims: [...live.claims, ...claims("payments", 2, other)] };
        assert.deepEqual(problems([{ ...dev, serverVersion: "1.30.1" }], state, table), []);
    });

    it("plan an upgrade service by service, and a first start together", () => {
        const plan = (state: LiveState) =>
            planStack(parseStackConfig({ deployments: [dev] }), { stack, live: state }).deployments[0]?.upgradeFrom;
        assert.equal(plan(live), "1.30.1");
        assert.equal(plan(nothingLive), undefined);
    });

    it("tell what is wrong with the config itself first", () => {
        assert.deepEqual(changed({ historyShards: 8, serverVersion: "1.24.0" }), [
            `${d0}.serverVersion: "1.24.0" is not allowed, since it needs a schema that its release notes did not name (temporalio/temporal#6059); must be a release 1.30.x or 1.31.x`,
        ]);
    });
});
