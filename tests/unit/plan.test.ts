import assert from "node:assert/strict";

import fc from "fast-check";
import { parse } from "yaml";

import { ConfigError } from "../../config/errors.ts";
import { parseStackConfig } from "../../config/parse.ts";
import { connectionDemand, connectionProblem, totalDemand } from "../../planning/connections.ts";
import { databaseNames, maxDeploymentNameLength, maxIdentifierBytes } from "../../planning/names.ts";
import { nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import { maxSlot } from "../../planning/ports.ts";
import { bytes, cores, cpuQuantity, memoryQuantity } from "../../planning/quantities.ts";
import { sizeNames, sizes } from "../../planning/sizes.ts";

const plan = (config: unknown) =>
    planStack(parseStackConfig(config), { stack: "organization/temporal/test", live: nothingLive });
const deployment = (changes: object) => {
    const [first] = plan({ deployments: [{ name: "dev", slot: 0, size: "dev", ...changes }] }).deployments;
    assert.ok(first);
    return first;
};

describe("plan", () => {
    it("takes shards, replicas and resources from the size", () => {
        assert.deepEqual(
            sizeNames.map((size) => sizes[size].historyShards),
            [4, 512, 1024, 2048],
        );
        const small = deployment({ size: "small" });
        assert.equal(small.historyShards, 512);
        assert.equal(small.services.frontend.replicas, 2);
        assert.deepEqual(small.services.history.resources.limits, { cpu: "2", memory: "2Gi" });
    });

    it("grows the frontend in cores and history in memory with every size", () => {
        for (const [smaller, larger] of [
            ["dev", "small"],
            ["small", "medium"],
            ["medium", "large"],
        ] as const) {
            const a = sizes[smaller].services;
            const b = sizes[larger].services;
            assert.ok(
                b.frontend.resources.cpuLimit * b.frontend.replicas >
                    a.frontend.resources.cpuLimit * a.frontend.replicas,
            );
            assert.ok(b.history.resources.memoryLimitMiB > a.history.resources.memoryLimitMiB);
            assert.ok(
                b.frontend.resources.cpuRequest >= b.history.resources.cpuRequest,
                "the frontend is the CPU-bound one",
            );
            assert.ok(
                b.history.resources.memoryRequestMiB > b.frontend.resources.memoryRequestMiB,
                "history is the memory-bound one",
            );
        }
    });

    it("probes the worker of 1.30 by its membership port: it serves no gRPC yet", () => {
        const probe = (serverVersion: string) => {
            const { probedPort, healthService } = deployment({ serverVersion }).services.worker;
            return { probedPort, healthService };
        };
        assert.deepEqual(probe("1.30.1"), { probedPort: "membership", healthService: null });
        assert.equal(probe("1.31.2").probedPort, "grpc");
        assert.equal(deployment({ serverVersion: "1.30.1" }).services.matching.probedPort, "grpc");
    });

    it("derives Go's settings from the limits, also from ones set by hand", () => {
        const { history } = deployment({
            services: { history: { resources: { limits: { cpu: "2500m", memory: "1000Mi" } } } },
        }).services;
        assert.equal(history.goMaxProcs, 2);
        assert.equal(history.goMemLimit, Math.floor(1000 * 1024 * 1024 * 0.9));
        assert.equal(
            deployment({ services: { worker: { resources: { limits: { cpu: "200m" }, requests: { cpu: "100m" } } } } })
                .services.worker.goMaxProcs,
            1,
        );
    });

    it("names namespace, role and databases after the deployment, within PostgreSQL's 63 bytes", () => {
        const { namespace, databases } = deployment({ name: "team-a" });
        assert.equal(namespace, "temporal-team-a");
        assert.deepEqual(databases, {
            role: "temporal_team_a",
            default: "temporal_team_a",
            visibility: "temporal_team_a_visibility",
        });
        assert.equal(databaseNames("x".repeat(maxDeploymentNameLength)).visibility.length, maxIdentifierBytes);
    });

    it("gives every pod longer to stop than it drains", () => {
        const { services } = deployment({});
        assert.equal(services.frontend.terminationGraceSeconds, 60);
        assert.equal(services.history.terminationGraceSeconds, 50);
    });

    it("writes the stack's dynamic config over its own and leaves the rest", () => {
        const file = parse(
            deployment({ dynamicConfig: { "frontend.rps": 100, "limit.maxIDLength": 200 } }).dynamicConfig,
        ) as Record<string, unknown>;
        assert.deepEqual(file["frontend.rps"], [{ value: 100 }]);
        assert.deepEqual(file["limit.maxIDLength"], [{ value: 200 }]);
        assert.deepEqual(file["frontend.shutdownDrainDuration"], [{ value: "10s" }]);
    });

    it("keeps constraints of a dynamic config value", () => {
        const values = [{ value: 50, constraints: { namespace: "orders" } }, { value: 400 }];
        const file = parse(deployment({ dynamicConfig: { "frontend.namespaceRPS": values } }).dynamicConfig) as Record<
            string,
            unknown
        >;
        assert.deepEqual(file["frontend.namespaceRPS"], values);
    });

    it("dials the external server where pods and where Pulumi reach it", () => {
        const { platform, deployments } = plan({
            platform: {
                postgresql: { external: { host: "db.internal", pulumiAddress: { host: "127.0.0.1", port: 15432 } } },
            },
            deployments: [{ name: "dev", slot: 0, size: "dev" }],
        });
        assert.ok(platform.kind === "owned" && platform.postgresql.kind === "external");
        assert.deepEqual(platform.postgresql.pulumiAddress, { host: "127.0.0.1", port: 15432 });
        assert.deepEqual(deployments[0]?.store, { host: "db.internal", port: 5432, sslmode: "require" });
    });

    it("plans any number of valid deployments without a throw, or names the connection budget", () => {
        const config = fc.uniqueArray(
            fc.record({
                name: fc.stringMatching(/^[a-z][a-z0-9]{0,40}$/),
                slot: fc.integer({ min: 0, max: maxSlot }),
                size: fc.constantFrom(...sizeNames),
                logLevel: fc.constantFrom("debug", "info", "warn", "error"),
            }),
            {
                minLength: 1,
                maxLength: 6,
                comparator: (a, b) =>
                    a.slot === b.slot || a.name === b.name || a.name === "platform" || b.name === "platform",
            },
        );
        fc.assert(
            fc.property(config, fc.integer({ min: 20, max: 10_000 }), (deployments, maxConnections) => {
                const stack = { platform: { postgresql: { bundled: { maxConnections } } }, deployments };
                try {
                    const planned = plan(stack).deployments;
                    assert.equal(planned.length, deployments.length);
                    const sum = planned.reduce((total, { connections }) => total + totalDemand(connections), 0);
                    assert.ok(sum + 12 <= maxConnections);
                } catch (error) {
                    assert.ok(error instanceof ConfigError);
                    assert.deepEqual(
                        error.problems.map(({ key }) => key),
                        ["temporal:platform.postgresql.bundled.maxConnections"],
                    );
                }
            }),
        );
    });
});

describe("connections", () => {
    const services = sizes.dev.services;

    it("counts both pools of every pod and one pod more, for restarts", () => {
        const history = connectionDemand(services).find(({ service }) => service === "history");
        assert.deepEqual(history, { service: "history", pods: 2, connectionsPerPod: 18, connections: 36 });
    });

    it("lets the sum through at the limit and not one above", () => {
        const demand = connectionDemand(services);
        const limit = totalDemand(demand) + 12;
        assert.equal(connectionProblem([{ name: "dev", demand }], [], limit), undefined);
        assert.match(
            connectionProblem([{ name: "dev", demand }], [], limit - 1) ?? "",
            /dev 78 \(frontend 2 x 8 = 16, history 2 x 18 = 36/,
        );
    });
});

describe("quantities", () => {
    it("reads what it writes", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 64_000 }), (m) =>
                assert.equal(cores(cpuQuantity(m / 1000)), m / 1000),
            ),
        );
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 1 << 20 }), (mib) =>
                assert.equal(bytes(memoryQuantity(mib)), mib * 1024 * 1024),
            ),
        );
    });
});
