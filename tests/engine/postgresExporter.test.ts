import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

import { postgresExporter } from "../../local/toolchain/goModules.ts";
import { ensureModule } from "../../local/toolchain/ensureModule.ts";
import { planPostgresExporter } from "../../planning/monitoring/postgresExporterPlan.ts";
import { type PostgresqlServer, startPostgresql } from "../helpers/postgresql.ts";
import { usedMetrics } from "../helpers/usedMetrics.ts";
import { eventually } from "../helpers/wait.ts";

/** Metrics that are there only when there is something to tell, and what. */
const rare: Readonly<Record<string, string>> = {
    pg_replication_slots_active: "a replication slot",
    pg_replication_slots_pg_wal_lsn_diff: "a replication slot",
};

const port = 39_187;

describe("postgres_exporter with its role", function () {
    this.timeout(600_000);
    let server: PostgresqlServer;
    let exporter: ChildProcess;
    let metrics: string;

    before(async () => {
        server = await startPostgresql();
        const store = { host: "127.0.0.1", port: server.port, sslmode: "disable" } as const;
        const target = { kind: "external", store, maxConnections: 100, database: "postgres" } as const;
        const plan = planPostgresExporter(target, "temporal-platform");
        // As the program's Role does.
        await server.query(`CREATE ROLE ${plan.role} LOGIN PASSWORD 'exporter'`);
        await server.query(`GRANT pg_monitor TO ${plan.role}`);
        await server.query("CREATE ROLE temporal_dev LOGIN PASSWORD 'dev'");
        await server.query("CREATE DATABASE temporal_dev OWNER temporal_dev");
        await server.query("REVOKE CONNECT ON DATABASE temporal_dev FROM PUBLIC");
        const { directory } = await ensureModule(postgresExporter, () => undefined);
        exporter = spawn(
            join(directory, "postgres_exporter"),
            [...plan.args, `--web.listen-address=127.0.0.1:${port}`],
            {
                env: { DATA_SOURCE_URI: plan.dataSource, DATA_SOURCE_USER: plan.role, DATA_SOURCE_PASS: "exporter" },
                stdio: "ignore",
            },
        );
        metrics = await eventually("postgres_exporter", 30, async () => {
            const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
            assert.match(text, /^pg_up 1$/m);
            return text;
        });
    });
    after(async () => {
        exporter?.kill();
        await server?.remove();
    });

    it("may read all that its collectors ask for", () => {
        const collectors = [...metrics.matchAll(/^pg_scrape_collector_success\{collector="(\w+)"\} (\d)$/gm)];
        assert.ok(collectors.length > 5);
        assert.deepEqual(
            collectors.filter(([, , success]) => success !== "1").map(([, name]) => name),
            [],
        );
        assert.match(metrics, /^pg_exporter_last_scrape_error 0$/m);
    });

    it("sees the size of databases that it can't connect to", () => {
        assert.match(metrics, /^pg_database_size_bytes\{datname="temporal_dev"\} [1-9]/m);
    });

    it("has every metric that rules and dashboards ask for", () => {
        const there = new Set([...metrics.matchAll(/^(pg_\w+)/gm)].map(([, name]) => name));
        const missing = [...usedMetrics()].filter((name) => name.startsWith("pg_") && !there.has(name));
        assert.deepEqual(missing.sort(), Object.keys(rare).sort());
    });
});
