import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { parseStackConfig } from "../../config/parse.ts";
import { ensureTools } from "../../local/toolchain/tools.ts";
import { nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import { billingStack, recordOf } from "../helpers/teams.ts";

/** Receivers of every kind, and routes by severity and deployment. */
const alerts = {
    receivers: [
        { name: "on-call", pagerduty: {} },
        { name: "chat", slack: { channel: "alerts" } },
        { name: "heartbeat", webhook: {} },
        {
            name: "mail",
            email: { to: "a@x.example", from: "b@x.example", smtpHost: "smtp.example", username: "temporal" },
        },
        {
            name: "relay",
            email: { to: "a@x.example", from: "b@x.example", smtpHost: "relay.example", requireTls: false },
        },
    ],
    routes: [
        { receiver: "on-call", severities: ["critical"] },
        { receiver: "chat" },
        { receiver: "mail", deployments: ["uat"] },
        { receiver: "relay", severities: ["info"] },
    ],
    deadMansSwitch: "heartbeat",
};

/** A team of another stack on dev. */
const billing = recordOf({ name: "billing", alerts: { receiver: "relay", severities: ["critical"] } }, billingStack);

function bundledPlan() {
    const { platform } = planStack(
        parseStackConfig({
            platform: { monitoring: { alerts, cloud: { namespaces: ["orders.a1b2c"] } } },
            deployments: [
                { name: "dev", slot: 0, size: "dev" },
                { name: "uat", slot: 1, size: "dev" },
            ],
        }),
        { stack: "organization/temporal/test", live: { ...nothingLive, teams: [billing] } },
    );
    assert.ok(platform.kind === "owned" && platform.monitoring.mode === "bundled");
    return platform.monitoring;
}

describe("config of the bundled monitoring", function () {
    this.timeout(600_000);
    let folder: string;
    let amtool: string;
    let promtool: string;
    const file = (name: string) => join(folder, name);

    before(async () => {
        const tools = await ensureTools(["promtool", "amtool"], () => undefined);
        amtool = tools.amtool.path;
        promtool = tools.promtool.path;
        folder = await mkdtemp(join(tmpdir(), "monitoring-"));
        const { prometheus, alertmanager } = bundledPlan();
        await writeFile(file("prometheus.yml"), prometheus.config);
        await writeFile(file("alertmanager.yml"), alertmanager.config);
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it("is one that Prometheus takes", async () => {
        const { stdout } = await execa(promtool, ["check", "config", "--syntax-only", file("prometheus.yml")]);
        assert.match(stdout, /SUCCESS/);
    });

    it("is one that Alertmanager takes", async () => {
        const { stdout } = await execa(amtool, ["check-config", file("alertmanager.yml")]);
        assert.match(stdout, /SUCCESS[^]*2 inhibit rules[^]*6 receivers/);
    });

    for (const [labels, receivers] of [
        ["alertname=TemporalServiceDown severity=critical temporal_deployment=dev", "on-call,chat"],
        ["alertname=TemporalServiceDown severity=critical temporal_deployment=uat", "on-call,chat,mail"],
        ["alertname=X severity=warning temporal_deployment=uat", "chat,mail"],
        ["alertname=X severity=warning temporal_deployment=uat-2", "chat"],
        ["alertname=X severity=info temporal_deployment=uat", "relay"],
        ["alertname=PostgresDown severity=critical", "on-call,chat"],
        [
            "alertname=X severity=critical temporal_deployment=dev temporal_namespace=billing-dev namespace=temporal-dev",
            "on-call,chat,relay",
        ],
        [
            "alertname=X severity=critical temporal_deployment=dev temporal_namespace=billing-dev namespace=billing-dev-workers",
            "on-call,chat,relay",
        ],
        ["alertname=X severity=critical namespace=billing-dev-workers", "on-call,chat,relay"],
        ["alertname=X severity=critical temporal_deployment=uat temporal_namespace=billing-dev", "on-call,chat,mail"],
        ["alertname=X severity=critical temporal_deployment=dev temporal_namespace=orders-dev", "on-call,chat"],
        ["alertname=X severity=warning temporal_deployment=dev temporal_namespace=billing-dev", "chat"],
        ["alertname=Watchdog severity=none", "heartbeat"],
        ["alertname=X severity=none", "nobody"],
    ] as const) {
        it(`tells ${receivers} of ${labels}`, async () => {
            const flags = [`--config.file=${file("alertmanager.yml")}`, `--verify.receivers=${receivers}`];
            const { exitCode, all } = await execa(
                amtool,
                ["config", "routes", "test", ...flags, ...labels.split(" ")],
                { all: true, reject: false },
            );
            assert.equal(exitCode, 0, all);
        });
    }
});
