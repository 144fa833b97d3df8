import assert from "node:assert/strict";

import { ConfigError } from "../../config/errors.ts";
import { parseStackConfig } from "../../config/parse.ts";
import { nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";

const dev = { name: "dev", slot: 0, size: "dev" };
/** A stack with one deployment that differs from a good one by `changes`. */
const one = (changes: object) => ({ deployments: [{ ...dev, ...changes }] });
const bundled = (changes: object) => ({ platform: { postgresql: { bundled: changes } }, deployments: [dev] });
const external = (changes: object) => ({
    platform: { postgresql: { external: { host: "db.example", ...changes } } },
    deployments: [dev],
});
const monitoring = (changes: object) => ({ platform: { monitoring: changes }, deployments: [dev] });
/** Alerts with a good receiver and route, and these changes. */
const alerts = (changes: object) =>
    monitoring({
        alerts: { receivers: [{ name: "chat", webhook: {} }], routes: [{ receiver: "chat" }], ...changes },
    });
const m = "temporal:platform.monitoring";
const d0 = "temporal:deployments[0]";

/** A config, the key that its mistake stands at, and what the message says. */
const table: readonly [config: unknown, key: string, message: string][] = [
    [{}, "temporal:deployments", "is empty; must have at least one deployment"],
    [{ deployments: [] }, "temporal:deployments", "is empty; must have at least one deployment"],
    [{ deployments: "dev" }, "temporal:deployments", '"dev" is not allowed; must be a list'],
    [
        { deploymnets: [], deployments: [dev] },
        "temporal",
        '"deploymnets" is not a key here, did you mean "deployments"?; allowed: platform, platformStack, protect, deployments, teams',
    ],
    [{ deployments: [{ slot: 0 }] }, `${d0}.name`, "is missing; must be text"],
    [{ deployments: [{ name: "dev" }] }, `${d0}.slot`, "is missing; must be a whole number"],
    [
        one({ name: "Dev" }),
        `${d0}.name`,
        '"Dev" is not allowed; must be lowercase letters, digits and dashes, beginning with a letter',
    ],
    [
        one({ name: "1st" }),
        `${d0}.name`,
        '"1st" is not allowed; must be lowercase letters, digits and dashes, beginning with a letter',
    ],
    [one({ name: "a".repeat(44) }), `${d0}.name`, `"${"a".repeat(44)}" is not allowed; must be at most 43 characters`],
    [one({ slot: 26 }), `${d0}.slot`, "26 is not allowed; must be at most 25"],
    [one({ slot: -1 }), `${d0}.slot`, "-1 is not allowed; must be at least 0"],
    [one({ slot: 1.5 }), `${d0}.slot`, "1.5 is not allowed; must be a whole number"],
    [one({ slot: "0" }), `${d0}.slot`, '"0" is not allowed; must be a whole number'],
    [one({ size: "huge" }), `${d0}.size`, '"huge" is not allowed; must be one of dev, small, medium, large'],
    [one({ historyShards: 0 }), `${d0}.historyShards`, "0 is not allowed; must be at least 1"],
    [one({ historyShards: 20000 }), `${d0}.historyShards`, "20000 is not allowed; must be at most 16384"],
    [
        one({ numHistoryShards: 4 }),
        d0,
        '"numHistoryShards" is not a key here; allowed: name, slot, size, historyShards',
    ],
    [
        one({ serverVersion: "1.29.1" }),
        `${d0}.serverVersion`,
        '"1.29.1" is not allowed; must be a release 1.30.x or 1.31.x',
    ],
    [
        one({ serverVersion: "latest" }),
        `${d0}.serverVersion`,
        '"latest" is not allowed; must be a release 1.30.x or 1.31.x',
    ],
    [one({ serverVersion: 1.31 }), `${d0}.serverVersion`, "1.31 is not allowed; must be text"],
    [
        one({ namespace: "Temporal_Dev" }),
        `${d0}.namespace`,
        '"Temporal_Dev" is not allowed; must be lowercase letters, digits and dashes (an RFC 1123 label)',
    ],
    [one({ logLevel: "trace" }), `${d0}.logLevel`, '"trace" is not allowed; must be one of debug, info, warn, error'],
    [
        one({ services: { frontent: {} } }),
        `${d0}.services`,
        '"frontent" is not a key here, did you mean "frontend"?; allowed: frontend, history, matching, worker',
    ],
    [
        one({ services: { history: { replicas: 0 } } }),
        `${d0}.services.history.replicas`,
        "0 is not allowed; must be at least 1",
    ],
    [
        one({ services: { history: { resources: { limits: { memory: "2GB" } } } } }),
        `${d0}.services.history.resources.limits.memory`,
        '"2GB" is not allowed; must be memory as Kubernetes writes it, for example "512Mi" or "2Gi"',
    ],
    [
        one({ services: { frontend: { resources: { requests: { cpu: "half" } } } } }),
        `${d0}.services.frontend.resources.requests.cpu`,
        '"half" is not allowed; must be CPU as Kubernetes writes it, for example "500m" or "2"',
    ],
    [
        one({ services: { frontend: { resources: { requests: { cpu: "4" } } } } }),
        `${d0}.services.frontend.resources.requests.cpu`,
        '"4" is more than the limit "1"; must be at most the limit',
    ],
    [
        one({ services: { matching: { pool: { default: 0 } } } }),
        `${d0}.services.matching.pool.default`,
        "0 is not allowed; must be at least 1",
    ],
    [
        one({ ports: { frontend: { grpc: 80 } } }),
        `${d0}.ports.frontend.grpc`,
        "80 is not allowed; must be at least 1024",
    ],
    [
        one({ ports: { history: { membership: 40000 } } }),
        `${d0}.ports.history.membership`,
        "40000 is not allowed; must be at most 32767",
    ],
    [
        one({ ports: { history: { grpc: 7233 } } }),
        `${d0}.ports.history.grpc`,
        '7233 is taken by ports.frontend.grpc of deployment "dev"; must be a port of its own',
    ],
    [
        one({ ports: { history: { http: 7777 } } }),
        `${d0}.ports.history`,
        '"http" is not a key here; allowed: grpc, membership',
    ],
    [
        one({ dynamicConfig: { "frontend.rpss": 10 } }),
        `${d0}.dynamicConfig["frontend.rpss"]`,
        'is not a dynamic config key of the server, did you mean "frontend.rps"?',
    ],
    [
        one({ dynamicConfig: { "frontend.rps": "many" } }),
        `${d0}.dynamicConfig["frontend.rps"]`,
        '"many" is not allowed; must be a whole number',
    ],
    [
        one({ dynamicConfig: { "history.shutdownDrainDuration": "soon" } }),
        `${d0}.dynamicConfig["history.shutdownDrainDuration"]`,
        '"soon" is not allowed; must be a duration such as "10s" or "1h30m"',
    ],
    [
        one({ dynamicConfig: { "frontend.rps": [{ value: 1, constraints: { namespace: "a" } }] } }),
        `${d0}.dynamicConfig["frontend.rps"]`,
        'the constraint "namespace" is not allowed; this key takes no constraints',
    ],
    [one({ webUi: "yes" }), `${d0}.webUi`, '"yes" is not allowed; must be true or false'],
    [
        { deployments: [dev, { ...dev, slot: 1 }] },
        "temporal:deployments[1].name",
        '"dev" is taken by temporal:deployments[0]; must be a name of its own',
    ],
    [
        { deployments: [dev, { ...dev, name: "two" }] },
        "temporal:deployments[1].slot",
        "0 is taken by temporal:deployments[0]; must be a slot of its own",
    ],
    [
        { deployments: [dev, { name: "two", slot: 1, size: "dev", namespace: "temporal-dev" }] },
        "temporal:deployments[1].namespace",
        '"temporal-dev" is taken by temporal:deployments[0]; must be a namespace of its own',
    ],
    [
        { deployments: [dev, { name: "two", slot: 1, size: "dev", ports: { worker: { grpc: 7234 } } }] },
        "temporal:deployments[1].ports.worker.grpc",
        '7234 is taken by ports.history.grpc of deployment "dev"; must be a port of its own',
    ],
    [
        one({ namespace: "temporal-platform" }),
        `${d0}.namespace`,
        '"temporal-platform" is the platform\'s own namespace; must be another',
    ],
    [
        { platform: { postgresql: {} }, deployments: [dev] },
        "temporal:platform.postgresql",
        '{} is not allowed; must have exactly one of "bundled" (a server in the cluster) and "external" (one that is there already)',
    ],
    [
        { platform: { postgresql: { bundled: {}, external: { host: "db" } } }, deployments: [dev] },
        "temporal:platform.postgresql",
        'must have exactly one of "bundled"',
    ],
    [
        bundled({ storage: "10GB" }),
        "temporal:platform.postgresql.bundled.storage",
        '"10GB" is not allowed; must be a size as Kubernetes writes it, for example "20Gi"',
    ],
    [
        bundled({ maxConnections: 50 }),
        "temporal:platform.postgresql.bundled.maxConnections",
        "50 is too few: the deployments may open 78 connections and 12 are reserved; must be at least 90",
    ],
    [
        bundled({ resources: { requests: { memory: "4Gi" } } }),
        "temporal:platform.postgresql.bundled.resources.requests.memory",
        '"4Gi" is more than the limit "2Gi"; must be at most the limit',
    ],
    [
        bundled({ serviceType: "NodePort" }),
        "temporal:platform.postgresql.bundled.serviceType",
        '"NodePort" is not allowed; must be one of ClusterIP, LoadBalancer',
    ],
    [
        external({ host: "db.example:5432" }),
        "temporal:platform.postgresql.external.host",
        "must be a host name or an IP address, without a port",
    ],
    [
        external({ port: 70000 }),
        "temporal:platform.postgresql.external.port",
        "70000 is not allowed; must be at most 65535",
    ],
    [
        external({ sslmode: "prefer" }),
        "temporal:platform.postgresql.external.sslmode",
        '"prefer" is not allowed; must be one of disable, require, verify-full',
    ],
    [
        external({ password: "x" }),
        "temporal:platform.postgresql.external",
        '"password" is not a key here; allowed: host, port',
    ],
    [
        monitoring({ bundled: {}, none: {} }),
        m,
        'must have one of "bundled" (a Prometheus of its own), "operator" (one that is there already) and "none"',
    ],
    [
        monitoring({ bundled: { retention: "15 days" } }),
        `${m}.bundled.retention`,
        '"15 days" is not allowed; must be a time as Prometheus writes it, for example "15d" or "12h"',
    ],
    [
        monitoring({ bundled: { resources: { requests: { memory: "4Gi" } } } }),
        `${m}.bundled.resources.requests.memory`,
        '"4Gi" is more than the limit "2Gi"; must be at most the limit',
    ],
    [
        monitoring({ bundled: { grafana: false } }),
        `${m}.bundled.grafana`,
        "false is not allowed; must be a block of keys",
    ],
    [
        monitoring({ prometheus: {} }),
        m,
        '"prometheus" is not a key here; allowed: bundled, operator, none, alerts, runbooks, cloud',
    ],
    [
        monitoring({ operator: { labels: { release: 1 } } }),
        `${m}.operator.labels.release`,
        "1 is not allowed; must be text",
    ],
    [monitoring({ none: {}, cloud: {} }), `${m}.cloud`, "is not allowed beside none; nothing collects metrics then"],
    [
        monitoring({
            none: {},
            alerts: { receivers: [{ name: "chat", webhook: {} }], routes: [{ receiver: "chat" }] },
        }),
        `${m}.alerts`,
        "is not allowed beside none",
    ],
    [
        alerts({ receivers: [{ name: "chat" }] }),
        `${m}.alerts.receivers[0]`,
        "is not allowed; must have exactly one of webhook, slack, pagerduty, email",
    ],
    [
        alerts({ receivers: [{ name: "chat", webhook: { url: "https://x" } }] }),
        `${m}.alerts.receivers[0].webhook`,
        '"url" is not a key here',
    ],
    [
        alerts({ routes: [{ receiver: "chatt" }] }),
        `${m}.alerts.routes[0].receiver`,
        '"chatt" is not allowed; must be one of chat',
    ],
    [alerts({ routes: [] }), `${m}.alerts.receivers[0].name`, '"chat" gets no alert; must be the receiver of a route'],
    [
        alerts({
            receivers: [
                { name: "chat", webhook: {} },
                { name: "chat", pagerduty: {} },
            ],
        }),
        `${m}.alerts.receivers[1].name`,
        '"chat" is taken; must be a name of its own',
    ],
    [
        alerts({ receivers: [{ name: "nobody", webhook: {} }], routes: [{ receiver: "nobody" }] }),
        `${m}.alerts.receivers[0].name`,
        '"nobody" is the name for no receiver; must be another',
    ],
    [
        alerts({ routes: [{ receiver: "chat", severities: ["page"] }] }),
        `${m}.alerts.routes[0].severities[0]`,
        '"page" is not allowed; must be one of critical, warning, info',
    ],
    [
        alerts({ routes: [{ receiver: "chat", severities: [] }] }),
        `${m}.alerts.routes[0].severities`,
        "[] is not allowed; must have at least one severity",
    ],
    [
        alerts({ routes: [{ receiver: "chat", deployments: ["prod"] }] }),
        `${m}.alerts.routes[0].deployments[0]`,
        '"prod" is no deployment on this platform; must be one of dev',
    ],
    [alerts({ deadMansSwitch: "pager" }), `${m}.alerts.deadMansSwitch`, '"pager" is not allowed; must be one of chat'],
    [
        monitoring({ alerts: { deadMansSwitch: "pager" } }),
        `${m}.alerts.deadMansSwitch`,
        "must be the name of a receiver, and there is none",
    ],
    [
        { platform: { namespace: "" }, deployments: [dev] },
        "temporal:platform.namespace",
        '"" is not allowed; must be lowercase letters, digits and dashes',
    ],
];

describe("bad configs", () => {
    for (const [config, key, message] of table) {
        it(`${key}: ${message}`, () => {
            assert.throws(
                () => planStack(parseStackConfig(config), { stack: "organization/temporal/test", live: nothingLive }),
                (error: unknown) => {
                    assert.ok(error instanceof ConfigError, String(error));
                    const found = error.problems.map((problem) => `${problem.key}: ${problem.message}`);
                    assert.ok(
                        error.problems.some((problem) => problem.key === key && problem.message.includes(message)),
                        `not told; instead:\n${found.join("\n")}`,
                    );
                    return true;
                },
            );
        });
    }

    it("tells all mistakes at once", () => {
        assert.throws(() => parseStackConfig({ deployments: [{ name: "X", slot: 99, colour: "red" }] }), {
            name: "ConfigError",
            message: /3 mistakes(.|\n)*name(.|\n)*slot(.|\n)*colour/,
        });
    });
});
