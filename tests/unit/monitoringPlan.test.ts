import assert from "node:assert/strict";

import { parse } from "yaml";

import { parseStackConfig } from "../../config/parse.ts";
import { nothingLive } from "../../planning/liveState.ts";
import type { BundledMonitoringPlan } from "../../planning/monitoring/bundled.ts";
import type { MonitoringPlan } from "../../planning/monitoring/monitoring.ts";
import { planStack } from "../../planning/plan.ts";

const dev = { name: "dev", slot: 0, size: "dev" };
const plan = (monitoring: object, more: object = {}) =>
    planStack(parseStackConfig({ platform: { monitoring, ...more }, deployments: [dev] }), {
        stack: "organization/temporal/test",
        live: nothingLive,
    });
function monitoringPlan(monitoring: object, more: object = {}): MonitoringPlan {
    const { platform } = plan(monitoring, more);
    assert.ok(platform.kind === "owned");
    return platform.monitoring;
}
function bundled(monitoring: object, more: object = {}): BundledMonitoringPlan {
    const found = monitoringPlan(monitoring, more);
    assert.ok(found.mode === "bundled");
    return found;
}

const receivers = [
    { name: "pager", pagerduty: {} },
    { name: "chat", slack: { channel: "alerts" } },
    { name: "hook", webhook: {} },
    { name: "mail", email: { to: "a@x.example", from: "b@x.example", smtpHost: "smtp.example", username: "u" } },
    { name: "relay", email: { to: "a@x.example", from: "b@x.example", smtpHost: "relay.example" } },
];
const alerts = {
    receivers,
    routes: receivers.map(({ name }) => ({ receiver: name })),
    deadMansSwitch: "hook",
};

describe("monitoring plan", () => {
    it("is the bundled one where the config says nothing", () => {
        assert.equal(bundled({}).grafana?.image.split(":")[0], "docker.io/grafana/grafana");
    });

    it("keeps metrics for 15 days, and fewer when four fifths of the volume are full", () => {
        const { args } = bundled({ bundled: { storage: "10Gi" } }).prometheus;
        assert.ok(args.includes("--storage.tsdb.retention.time=15d"));
        assert.ok(args.includes("--storage.tsdb.retention.size=8192MB"));
    });

    it("lets nobody stop, reload or write to Prometheus over the network", () => {
        const { args } = bundled({}).prometheus;
        assert.ok(!args.some((arg) => /enable-(lifecycle|admin-api|remote-write)/.test(arg)));
    });

    it("reads rules of its own deployments and of every slot that it grants, and not of one that leaves", () => {
        const slots = [{ deployment: "payments", slot: 2, connections: 80 }];
        assert.deepEqual(bundled({}, { slots }).prometheus.ruleConfigMaps, [
            "temporal-platform-rules",
            "temporal-rules-dev",
            "temporal-rules-payments",
        ]);
        const leaving = planStack(parseStackConfig({ platform: {}, deployments: [{ ...dev, remove: {} }] }), {
            stack: "s",
            live: nothingLive,
        });
        assert.ok(leaving.platform.kind === "owned" && leaving.platform.monitoring.mode === "bundled");
        assert.deepEqual(leaving.platform.monitoring.prometheus.ruleConfigMaps, ["temporal-platform-rules"]);
    });

    it("gives rules the deployment's own shards and replicas", () => {
        const { monitoring } = planStack(
            parseStackConfig({
                platform: {},
                deployments: [{ ...dev, historyShards: 777, services: { matching: { replicas: 5 } } }],
            }),
            { stack: "s", live: nothingLive },
        ).deployments[0] ?? { monitoring: undefined };
        assert.ok(monitoring?.mode === "bundled");
        assert.match(JSON.stringify(monitoring.rules.groups), /777/);
        assert.equal(monitoring.rules.configMap, "temporal-rules-dev");
    });

    it("asks PostgreSQL where pods find it, over TLS as they do", () => {
        const external = { external: { host: "db.internal", sslmode: "verify-full", adminDatabase: "main" } };
        const found = monitoringPlan({}, { postgresql: external });
        assert.ok(found.mode !== "none");
        assert.equal(found.postgresExporter.dataSource, "db.internal:5432/main?sslmode=verify-full");
    });
});

describe("Alertmanager's config", () => {
    const config = (changes: object = {}) =>
        parse(bundled({ alerts: { ...alerts, ...changes } }).alertmanager.config) as {
            route: { group_by: string[]; routes: { receiver: string; matchers: string[]; continue: boolean }[] };
            inhibit_rules: { equal: string[] }[];
            receivers: Record<string, unknown>[];
        };

    it("names a file for every secret and holds none", () => {
        const text = JSON.stringify(config().receivers);
        for (const name of ["pager", "chat", "hook", "mail"])
            assert.ok(text.includes(`_file":"/etc/alertmanager/secrets/${name}"`), name);
        assert.ok(!text.includes("secrets/relay"), "a relay without a user has no password");
        assert.deepEqual(bundled({ alerts }).alertmanager.secrets, ["pager", "chat", "hook", "mail"]);
    });

    it("groups and inhibits within one deployment only", () => {
        assert.ok(config().route.group_by.includes("temporal_deployment"));
        assert.equal(config().inhibit_rules.length, 2);
        for (const { equal } of config().inhibit_rules) {
            assert.ok(equal.includes("temporal_deployment") && equal.includes("namespace"));
        }
    });

    it("tells nobody where no route says so", () => {
        const { route, receivers: all } = parse(bundled({}).alertmanager.config) as ReturnType<typeof config>;
        assert.deepEqual(route.routes, []);
        assert.deepEqual(all, [{ name: "nobody" }]);
    });
});
