import assert from "node:assert/strict";

import { parse } from "yaml";

import { renderServerConfig, type ServerConfigInput } from "../../planning/serverConfig.ts";
import { portsOfSlot } from "../../planning/ports.ts";

const input: ServerConfigInput = {
    store: { host: "postgresql.temporal-platform.svc.cluster.local", port: 5432, sslmode: "disable" },
    databases: { role: "temporal_dev", default: "temporal_dev", visibility: "temporal_dev_visibility" },
    pool: { default: 12, visibility: 6 },
    historyShards: 4,
    ports: portsOfSlot(1),
    logLevel: "info",
};

interface Rendered {
    persistence: { numHistoryShards: number; datastores: Record<string, { sql: Record<string, unknown> }> };
    services: Record<string, { rpc: Record<string, unknown> }>;
    global: { metrics: Record<string, unknown>; membership: Record<string, unknown>; pprof: unknown };
}
const render = (changes: Partial<ServerConfigInput> = {}) => {
    const text = renderServerConfig({ ...input, ...changes });
    return { text, file: parse(text) as Rendered };
};

describe("server config", () => {
    it("begins with the comment that switches templates on", () => {
        assert.ok(render().text.startsWith("# enable-template\n"));
    });

    it("holds the password only as a reference to the environment", () => {
        for (const { sql } of Object.values(render().file.persistence.datastores)) {
            assert.equal(sql.password, '{{ env "TEMPORAL_STORE_PASSWORD" }}');
        }
    });

    it("uses pgx with its pool's full size kept open, for each store its own", () => {
        const { default: store, visibility } = render().file.persistence.datastores;
        assert.deepEqual(
            [store?.sql.pluginName, store?.sql.maxConns, store?.sql.maxIdleConns],
            ["postgres12_pgx", 12, 12],
        );
        assert.deepEqual([visibility?.sql.databaseName, visibility?.sql.maxConns], ["temporal_dev_visibility", 6]);
    });

    it("tells every pod the ports of all four services", () => {
        assert.deepEqual(render().file.services, {
            frontend: { rpc: { grpcPort: 8233, membershipPort: 7933, httpPort: 8243, bindOnIP: "0.0.0.0" } },
            history: { rpc: { grpcPort: 8234, membershipPort: 7934, bindOnIP: "0.0.0.0" } },
            matching: { rpc: { grpcPort: 8235, membershipPort: 7935, bindOnIP: "0.0.0.0" } },
            worker: { rpc: { grpcPort: 8239, membershipPort: 7939, bindOnIP: "0.0.0.0" } },
        });
    });

    it("keeps the metric names and leaves label values raw", () => {
        const { withoutUnitSuffix, withoutCounterSuffix, recordTimerInSeconds, prometheus } =
            render().file.global.metrics;
        assert.deepEqual([withoutUnitSuffix, withoutCounterSuffix, recordTimerInSeconds], [true, true, true]);
        assert.equal((prometheus as Record<string, unknown>).framework, "opentelemetry");
    });

    it("serves profiles to nobody but the pod itself", () => {
        assert.deepEqual(render().file.global.pprof, { host: "127.0.0.1", port: 7936 });
    });

    it("uses TLS to PostgreSQL as sslmode says", () => {
        const tls = (sslmode: ServerConfigInput["store"]["sslmode"]) =>
            render({ store: { ...input.store, sslmode } }).file.persistence.datastores.default?.sql.tls;
        assert.equal(tls("disable"), undefined);
        assert.deepEqual(tls("require"), { enabled: true, enableHostVerification: false });
        assert.deepEqual(tls("verify-full"), { enabled: true, enableHostVerification: true });
    });
});
