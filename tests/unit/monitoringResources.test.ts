import assert from "node:assert/strict";

import { type FakeApiServer, fakeApiServer } from "../helpers/fakeApiServer.ts";
import { find, register, type Registered } from "../helpers/mocks.ts";

const dev = { name: "dev", slot: 0, size: "dev" };
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

const program = () => import(`../../index.ts?monitoring=${Math.random()}`);
const withMonitoring = (monitoring: object, more: Record<string, string> = {}) => ({
    "kubernetes:context": "temporal-local",
    "temporal:platform": JSON.stringify({ monitoring }),
    "temporal:deployments": JSON.stringify([dev]),
    ...more,
});
const secrets = {
    "temporal:alertSecrets": JSON.stringify({ pager: "key-1", chat: "url-2", hook: "url-3", mail: "word-4" }),
};
const ofKind = (resources: readonly Registered[], kind: string) =>
    resources.filter(({ type }) => type.startsWith("kubernetes:") && type.endsWith(`:${kind}`));

describe("monitoring resources", function () {
    this.timeout(30_000);
    let cluster: FakeApiServer;
    before(async () => {
        cluster = await fakeApiServer(["temporal-local"]);
    });
    after(() => cluster.stop());

    it("holds receivers' secrets in one Secret, encrypted in the state, and nowhere else", async () => {
        const resources = await register(program, { config: withMonitoring({ alerts }, secrets) });
        const holders = resources.filter(({ inputs }) => /key-1|url-2|url-3|word-4/.test(JSON.stringify(inputs)));
        assert.deepEqual(
            holders.map(({ type, secretInputs }) => [type, secretInputs]),
            [["kubernetes:core/v1:Secret", ["stringData"]]],
        );
    });

    it("hands Temporal Cloud's API key to Prometheus alone, and only where it is asked", async () => {
        const key = { "temporal:temporalCloudApiKey": "cloud-key" };
        const holders = async (monitoring: object) =>
            (await register(program, { config: withMonitoring(monitoring, key) }))
                .filter(({ inputs }) => JSON.stringify(inputs).includes("cloud-key"))
                .map(({ name, secretInputs }) => [name, ...secretInputs]);
        assert.deepEqual(await holders({ cloud: {} }), [["monitoring-prometheus-cloud", "stringData"]]);
        assert.deepEqual(await holders({ operator: {}, cloud: {} }), [["monitoring-operator-cloud-key", "stringData"]]);
        assert.deepEqual(await holders({}), []);
    });

    it("mounts an existing Secret instead, and then makes none", async () => {
        const monitoring = { alerts: { ...alerts, existingSecret: "pagers" } };
        const resources = await register(program, { config: withMonitoring(monitoring) });
        const set = find(resources, "kubernetes:apps/v1:StatefulSet", "monitoring-alertmanager-server-statefulset");
        assert.match(JSON.stringify(set.inputs), /"secretName":"pagers"/);
        assert.ok(!resources.some(({ name }) => name === "monitoring-alertmanager-receivers"));
    });

    for (const [what, config, message] of [
        [
            "a receiver without its secret",
            withMonitoring(
                { alerts },
                { "temporal:alertSecrets": JSON.stringify({ pager: "k", chat: "u", mail: "w" }) },
            ),
            /temporal:alertSecrets\.hook: is missing; set it with: pulumi config set --secret --path temporal:alertSecrets\.hook/,
        ],
        [
            "Temporal Cloud without its API key",
            withMonitoring({ cloud: {} }),
            /temporal:temporalCloudApiKey: is missing; set it with: pulumi config set --secret/,
        ],
    ] as const) {
        it(`refuses ${what}`, () => assert.rejects(register(program, { config }), { message }));
    }

    it("gives Prometheus and kube-state-metrics rights to read what they watch, and nobody else any", async () => {
        const resources = await register(program, { config: withMonitoring({}) });
        const rules = Object.fromEntries(
            ofKind(resources, "ClusterRole").map(({ inputs }) => [
                (inputs.metadata as { name: string }).name,
                inputs.rules,
            ]),
        );
        assert.deepEqual(rules, {
            "temporal-platform-prometheus": [
                { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
                { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
            ],
            "temporal-platform-kube-state-metrics": [
                { apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"] },
            ],
        });
        assert.deepEqual(ofKind(resources, "Role"), []);
    });

    it("logs Grafana's admin in by a made-up password, and asks nothing outside", async () => {
        const resources = await register(program, { config: withMonitoring({}) });
        const set = find(resources, "kubernetes:apps/v1:StatefulSet", "monitoring-grafana-server-statefulset");
        const { env, volumeMounts } = (
            set.inputs.spec as {
                template: {
                    spec: {
                        containers: [
                            { env: { name: string; value?: string; valueFrom?: object }[]; volumeMounts: object[] },
                        ];
                    };
                };
            }
        ).template.spec.containers[0];
        const values = Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
        assert.ok(typeof values.GF_SECURITY_ADMIN_PASSWORD === "object");
        for (const off of [
            "GF_ANALYTICS_REPORTING_ENABLED",
            "GF_ANALYTICS_CHECK_FOR_UPDATES",
            "GF_USERS_ALLOW_SIGN_UP",
        ])
            assert.equal(values[off], "false", off);
        assert.equal(values.GF_PLUGINS_PREINSTALL_DISABLED, "true");
        assert.equal(volumeMounts.length, 5);
        const shown = ofKind(resources, "ConfigMap").filter(({ name }) =>
            name.startsWith("monitoring-grafana-dashboards"),
        );
        assert.ok(shown.length >= 8);
        for (const { name, inputs } of shown) assert.ok(JSON.stringify(inputs).length < 1024 ** 2, name);
    });

    it("makes no Grafana and no dashboards where it is off, and nothing at all with none", async () => {
        const off = await register(program, { config: withMonitoring({ bundled: { grafana: { enabled: false } } }) });
        assert.ok(!off.some(({ name }) => /grafana|dashboard/.test(name)));
        const none = await register(program, { config: withMonitoring({ none: {} }) });
        assert.deepEqual(
            none.filter(({ name }) => /monitoring|exporter|rules/.test(name)).map(({ name }) => name),
            ["monitoring"],
        );
        assert.ok(!JSON.stringify(ofKind(none, "NetworkPolicy")).includes("9090"));
    });

    it("makes objects of the operator's kinds with its labels, and an exporter, but no Prometheus", async () => {
        const monitoring = { operator: { labels: { release: "kps" } }, alerts, cloud: {} };
        const config = withMonitoring(monitoring, { ...secrets, "temporal:temporalCloudApiKey": "cloud-key" });
        const resources = await register(program, { config });
        const objects = resources
            .filter(({ inputs }) => String(inputs.apiVersion).startsWith("monitoring.coreos.com/"))
            .map(({ inputs }) => {
                const { name, namespace, labels } = inputs.metadata as Record<string, string> & {
                    labels: Record<string, string>;
                };
                assert.equal(labels.release, "kps");
                return `${String(inputs.apiVersion).split("/")[1]} ${String(inputs.kind)} ${namespace}/${name}`;
            });
        assert.deepEqual(objects.sort(), [
            "v1 PodMonitor temporal-dev/temporal-dev",
            "v1 PodMonitor temporal-platform/temporal-workers",
            "v1 PrometheusRule temporal-dev/temporal-dev",
            "v1 PrometheusRule temporal-platform/temporal-platform",
            "v1 ServiceMonitor temporal-platform/temporal-postgresql",
            "v1alpha1 AlertmanagerConfig temporal-dev/temporal-dev",
            "v1alpha1 AlertmanagerConfig temporal-platform/temporal-platform",
            "v1alpha1 ScrapeConfig temporal-platform/temporal-cloud",
        ]);
        assert.deepEqual(
            ofKind(resources, "StatefulSet").map(({ name }) => name),
            ["platform-postgresql-server"],
        );
        assert.ok(resources.some(({ name }) => name === "monitoring-postgres-exporter-server-deployment"));
        const dashboards = ofKind(resources, "ConfigMap").filter(({ inputs }) =>
            JSON.stringify(inputs.metadata).includes('"grafana_dashboard":"1"'),
        );
        assert.ok(dashboards.length >= 9);
    });
});
