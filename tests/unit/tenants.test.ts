import assert from "node:assert/strict";

import { ConfigError } from "../../config/errors.ts";
import { parseStackConfig } from "../../config/parse.ts";
import { nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import { parsePlatformContract, type PlatformContract } from "../../planning/platformContract.ts";
import { portsOfSlot } from "../../planning/ports.ts";

const platformStack = "organization/temporal/dev";
const contract: PlatformContract = {
    contractVersion: 1,
    namespace: "platform",
    postgresql: {
        kind: "external",
        store: { host: "db.internal", port: 5432, sslmode: "require" },
        admin: { host: "127.0.0.1", port: 15432, username: "postgres", database: "postgres" },
    },
    monitoring: { mode: "bundled", runbooks: "docs/runbooks" },
    slots: [{ deployment: "payments", slot: 2, ports: portsOfSlot(2, { history: { grpc: 20001 } }), connections: 80 }],
};

function plan(config: object) {
    return planStack(parseStackConfig({ platformStack, ...config }), {
        stack: "organization/temporal/team-payments",
        contract,
        live: { ...nothingLive, platformExists: true },
    });
}

const payments = { name: "payments", size: "dev" };

describe("tenant stacks", () => {
    it("take slot, ports and database server from the platform", () => {
        const [deployment] = plan({ deployments: [payments] }).deployments;
        assert.equal(deployment?.slot, 2);
        assert.equal(deployment.ports.frontend.grpc, 9233);
        assert.equal(deployment.ports.history.grpc, 20001);
        assert.equal(deployment.store.host, "db.internal");
    });

    /** What the mistake is, the config, the key and the message. */
    const table: readonly [what: string, config: object, told: RegExp][] = [
        [
            "a deployment without a slot in the table",
            { deployments: [{ ...payments, name: "search" }] },
            /^temporal:deployments\[0\]\.name: "search" has no slot in stack organization\/temporal\/dev; add it there under temporal:platform\.slots \(now: payments\)/,
        ],
        [
            "a slot of one's own",
            { deployments: [{ ...payments, slot: 2 }] },
            /^temporal:deployments\[0\]\.slot: 2 is not allowed; it is given by temporal:platform\.slots of stack organization\/temporal\/dev/,
        ],
        [
            "ports of one's own",
            { deployments: [{ ...payments, ports: { history: { grpc: 30000 } } }] },
            /^temporal:deployments\[0\]\.ports: is given by temporal:platform\.slots/,
        ],
        [
            "more connections than are given",
            { deployments: [{ ...payments, services: { history: { replicas: 3 } } }] },
            /^temporal:deployments\[0\]\.services: its pods may open 114 connections: payments 114 \(frontend 2 x 8 = 16, history 4 x 18 = 72, .*must be at most 80/,
        ],
        [
            "a platform of one's own besides",
            { deployments: [payments], platform: {} },
            /^temporal:platformStack: is not allowed beside temporal:platform/,
        ],
        [
            "a stack's short name",
            { deployments: [payments], platformStack: "dev" },
            /^temporal:platformStack: "dev" is not allowed; must be a stack's full name/,
        ],
        [
            "the platform's own namespace",
            { deployments: [{ ...payments, namespace: "platform" }] },
            /^temporal:deployments\[0\]\.namespace: "platform" is the platform's own namespace/,
        ],
    ];
    for (const [what, config, told] of table) {
        it(`may not have ${what}`, () => {
            assert.throws(
                () => plan(config),
                (error: unknown) => {
                    assert.ok(error instanceof ConfigError, String(error));
                    const found = error.problems.map(({ key, message }) => `${key}: ${message}`);
                    assert.ok(
                        found.some((problem) => told.test(problem)),
                        found.join("\n"),
                    );
                    return true;
                },
            );
        });
    }
});

describe("the platform's contract", () => {
    it("is read as it was written", () => {
        assert.deepEqual(parsePlatformContract(contract, platformStack), contract);
    });

    it("says what to do where there is none, or one of another version", () => {
        assert.throws(
            () => parsePlatformContract(undefined, platformStack),
            /puts out no platform; run `pulumi up` there/,
        );
        assert.throws(
            () => parsePlatformContract({ ...contract, contractVersion: 2 }, platformStack),
            /\(contract 2, this one reads 1\)/,
        );
    });
});
