import assert from "node:assert/strict";

import fc from "fast-check";
import { parseStackConfig } from "../../config/parse.ts";
import { componentLabel, instanceLabels } from "../../planning/labels.ts";
import { nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import { teamRecordOf } from "../../planning/team/planTeam.ts";
import { searchAttributeColumns } from "../../planning/team/searchAttributes.ts";
import { parseTeamRecord } from "../../planning/team/teamRecord.ts";
import { parseDuration } from "../../providers/temporal/shapes/durations.ts";
import { allows, type Cluster, type Endpoint } from "../helpers/policySimulator.ts";
import { contract, environmentStack, orders, ordersStack, planOfTeam, planOfTeams } from "../helpers/teams.ts";

const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

describe("a team's plan", () => {
    it("names namespaces by team and environment, unless the config has a name", () => {
        const namespaces = [{}, { suffix: "returns" }, { name: "legacy-orders" }];
        const names = (changes: object) => planOfTeam({ namespaces, ...changes }).namespaces.map(({ name }) => name);
        assert.deepEqual(names({}), ["orders-dev", "orders-returns-dev", "legacy-orders"]);
        assert.deepEqual(names({ environment: "test" }), ["orders-test", "orders-returns-test", "legacy-orders"]);
        assert.equal(planOfTeam({ environment: "test" }).workers.namespace, "orders-test-workers");
    });

    it("lets the same team be on two deployments, with names of its own on each", () => {
        const { teams } = planOfTeams([orders, { ...orders, deployment: "uat" }]);
        assert.deepEqual(
            teams.map(({ id, workers, namespaces }) => [id, workers.namespace, namespaces[0].name]),
            [
                ["orders-dev", "orders-dev-workers", "orders-dev"],
                ["orders-uat", "orders-uat-workers", "orders-uat"],
            ],
        );
        const objects = teams.flatMap(({ record, claims }) => [record, ...claims].map(({ name }) => name));
        assert.equal(new Set(objects).size, objects.length);
    });

    it("tells workers where to connect, by the names that the SDKs read", () => {
        const { workers, deployment } = planOfTeam({ deployment: "uat", namespaces: [{}, { suffix: "returns" }] });
        const address = "temporal-frontend.temporal-uat.svc.cluster.local:8233";
        assert.equal(`${deployment.frontend.host}:${deployment.frontend.port}`, address);
        assert.deepEqual(workers.connections, [
            {
                configMap: "temporal-connection",
                data: { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: "orders-uat" },
            },
            {
                configMap: "temporal-connection-orders-returns-uat",
                data: { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: "orders-returns-uat" },
            },
        ]);
    });

    it("keeps data of the config beside the program's own, and writes retention as Temporal's tools do", () => {
        const [namespace] = planOfTeam({ namespaces: [{ retention: "7d", data: { cost: "42" } }] }).namespaces;
        assert.deepEqual(namespace.data, { cost: "42", team: "orders", environment: "dev" });
        assert.equal(namespace.retention, "168h");
    });

    it("says for each way of deletion what Pulumi and the provider shall do", () => {
        const flags = (deletion: string) => {
            const [{ protect, forceDelete }] = planOfTeam({ namespaces: [{ deletion }] }).namespaces;
            return { protect, forceDelete };
        };
        assert.deepEqual(flags("protect"), { protect: true, forceDelete: false });
        assert.deepEqual(flags("refuse"), { protect: false, forceDelete: false });
        assert.deepEqual(flags("force"), { protect: false, forceDelete: true });
    });

    it("gives a group rights on workloads, and none on what holds the team in its place", () => {
        assert.equal(planOfTeam().access, undefined);
        const { access } = planOfTeam({ group: "orders-developers" });
        assert.equal(access?.group, "orders-developers");
        const may = (resource: string) =>
            access?.rules.filter(({ resources }) => resources.includes(resource)).flatMap(({ verbs }) => verbs) ?? [];
        for (const resource of ["deployments", "configmaps", "secrets"]) assert.ok(may(resource).includes("create"));
        for (const resource of ["resourcequotas", "limitranges", "networkpolicies", "serviceaccounts"])
            assert.deepEqual(may(resource), ["get", "list", "watch"]);
        for (const resource of [
            "roles",
            "rolebindings",
            "namespaces",
            "serviceaccounts/token",
            "pods/ephemeralcontainers",
        ])
            assert.deepEqual(may(resource), []);
        const words = access?.rules.flatMap(({ apiGroups, resources, verbs }) => [
            ...apiGroups,
            ...resources,
            ...verbs,
        ]);
        assert.ok(!words?.includes("*"));
    });

    it("leaves a record from which other stacks read what it has", () => {
        const config = {
            ...orders,
            namespaces: [
                { searchAttributes: { Customer: "Keyword" }, limits: { rps: 50 }, deletion: "force" },
                { suffix: "b" },
            ],
            alerts: { receiver: "chat" },
        };
        const [team] = planOfTeams([config]).teams;
        const [read] = parseStackConfig({ platformStack: environmentStack, teams: [config] }).teams;
        assert.ok(team && read);
        assert.equal(team.record.name, "temporal-team.dev.orders");
        assert.deepEqual(parseTeamRecord(team.record.data), teamRecordOf(read, ordersStack));
        assert.deepEqual(parseTeamRecord(team.record.data), {
            ...{ team: "orders", deployment: "dev", stack: ordersStack, workersNamespace: "orders-dev-workers" },
            namespaces: [
                {
                    name: "orders-dev",
                    searchAttributes: { Customer: "Keyword" },
                    limits: { rps: 50 },
                    forceDelete: true,
                },
                { name: "orders-b-dev", searchAttributes: {}, limits: {}, forceDelete: false },
            ],
            alerts: { receiver: "chat", severities: ["critical", "warning"] },
        });
        assert.deepEqual(
            team.claims.map(({ name }) => name),
            [
                "temporal-namespace-orders-dev-workers",
                "temporal-team-namespace.dev.orders-dev",
                "temporal-team-namespace.dev.orders-b-dev",
            ],
        );
    });

    it("asks KEDA to scale by the backlog at the deployment's own frontend", () => {
        const { workers } = planOfTeam({
            workers: { autoscaling: [{ deployment: "shipper", taskQueue: "orders", maxReplicas: 20 }] },
        });
        assert.deepEqual(workers.scaledObjects, [
            {
                name: "shipper",
                spec: {
                    scaleTargetRef: { name: "shipper" },
                    pollingInterval: 15,
                    cooldownPeriod: 300,
                    minReplicaCount: 1,
                    maxReplicaCount: 20,
                    triggers: [
                        {
                            type: "temporal",
                            metadata: {
                                endpoint: "temporal-frontend.temporal-dev.svc.cluster.local:7233",
                                namespace: "orders-dev",
                                taskQueue: "orders",
                                queueTypes: "workflow,activity",
                                targetQueueSize: "5",
                            },
                        },
                    ],
                },
            },
        ]);
    });

    it("has a route in its own Kubernetes namespace where a Prometheus Operator watches, and only there", () => {
        const alerts = { receiver: "chat", severities: ["critical"] };
        assert.equal(planOfTeam({ alerts }).alerting, undefined);
        const labels = { release: "kps" };
        const monitoring = {
            ...{ mode: "operator" as const, runbooks: "docs/runbooks", prometheusNamespace: "monitoring" },
            labels,
        };
        const { alerting } = planOfTeam({ alerts }, { contract: { ...contract, monitoring } });
        assert.deepEqual(alerting?.labels, labels);
        assert.deepEqual(alerting.secrets, ["chat"]);
        const { routes } = alerting.spec.route as { routes: { receiver: string; matchers: object[] }[] };
        assert.deepEqual(
            routes.map(({ receiver, matchers }) => ({ receiver, matchers })),
            [{ receiver: "chat", matchers: [{ name: "severity", matchType: "=~", value: "critical" }] }],
        );
    });
});

describe("the network of a team", () => {
    const { deployment, workers } = planOfTeam({
        workers: { destinations: { namespaces: ["orders-api"], cidrs: ["192.0.2.0/24"] } },
    });
    // The deployment's own side, as its stack plans it.
    const planned = planDeploymentPolicies();
    const cluster: Cluster = {
        [workers.namespace]: {
            labels: { ...workers.labels, "kubernetes.io/metadata.name": workers.namespace },
            policies: workers.networkPolicies,
        },
        [deployment.namespace]: {
            labels: { "kubernetes.io/metadata.name": deployment.namespace },
            policies: planned.dev,
        },
        "temporal-uat": { labels: { "kubernetes.io/metadata.name": "temporal-uat" }, policies: planned.uat },
        "temporal-platform": { labels: { "kubernetes.io/metadata.name": "temporal-platform" }, policies: [] },
        "orders-api": { labels: { "kubernetes.io/metadata.name": "orders-api" }, policies: [] },
        strangers: { labels: { "kubernetes.io/metadata.name": "strangers" }, policies: [] },
    };
    const worker: Endpoint = {
        name: "worker",
        address: "10.0.0.1",
        labels: { app: "any" },
        namespace: workers.namespace,
    };
    const pod = (namespace: string, instance: string, component: string): Endpoint => ({
        name: component,
        address: "10.0.0.2",
        labels: { ...instanceLabels(instance), [componentLabel]: component, "app.kubernetes.io/part-of": "temporal" },
        namespace,
    });
    const opens = (from: Endpoint, to: Endpoint, port: number) => allows(cluster, from, to, { protocol: "TCP", port });

    it("leads to its deployment's frontend, and to no other part or deployment", () => {
        assert.ok(opens(worker, pod("temporal-dev", "dev", "frontend"), 7233));
        assert.ok(opens(worker, pod("temporal-dev", "dev", "frontend"), 7243));
        assert.ok(!opens(worker, pod("temporal-dev", "dev", "frontend"), 6933));
        assert.ok(!opens(worker, pod("temporal-dev", "dev", "history"), 7234));
        assert.ok(!opens(worker, pod("temporal-dev", "dev", "ui"), 8080));
        assert.ok(!opens(worker, pod("temporal-uat", "uat", "frontend"), 8233));
        assert.ok(!opens(worker, pod("temporal-platform", "platform", "postgresql"), 5432));
    });

    it("leads to what the config names, and nowhere else", () => {
        const at = (namespace: string): Endpoint => ({ name: "x", address: "10.0.0.3", labels: {}, namespace });
        assert.ok(opens(worker, at("orders-api"), 8000));
        assert.ok(opens(worker, { name: "db", address: "192.0.2.7", labels: {} }, 5432));
        assert.ok(!opens(worker, { name: "db", address: "198.51.100.7", labels: {} }, 5432));
        assert.ok(!opens(worker, at("strangers"), 8000));
    });

    it("lets Prometheus read its workers' metrics, and nobody else in", () => {
        assert.ok(opens(pod("temporal-platform", "platform", "prometheus"), worker, 9464));
        assert.ok(!opens(pod("temporal-platform", "platform", "prometheus"), worker, 8080));
        assert.ok(!opens(pod("temporal-dev", "dev", "frontend"), worker, 9464));
    });

    it("is closed on the deployment's side, too, to namespaces without the label", () => {
        const stranger: Endpoint = { name: "x", address: "10.0.0.4", labels: {}, namespace: "strangers" };
        assert.ok(!opens(stranger, pod("temporal-dev", "dev", "frontend"), 7233));
    });
});

const lower = "abcdefghijklmnopqrstuvwxyz";
const word = (max: number) =>
    fc
        .tuple(
            fc.constantFrom(...lower),
            fc.string({ unit: fc.constantFrom(...lower, "0", "7", "-"), maxLength: max - 2 }),
            fc.constantFrom(...lower, "9"),
        )
        .map((parts) => parts.join(""))
        .filter((name) => !["default", "kube", "platform", "temporal"].includes(name) && !name.startsWith("kube-"));
const attributeTypes = Object.keys(searchAttributeColumns);
const namespaces = fc.uniqueArray(
    fc.record(
        {
            suffix: word(10),
            retention: fc.integer({ min: 24, max: 720 }).map((hours) => `${hours}h`),
            searchAttributes: fc
                .uniqueArray(fc.constantFrom(...attributeTypes), { maxLength: 7 })
                .map((types) => Object.fromEntries(types.map((type, index) => [`Custom${index}`, type]))),
            limits: fc.record({ rps: fc.integer({ min: 1, max: 1000 }) }, { requiredKeys: [] }),
            deletion: fc.constantFrom("protect", "refuse", "force"),
            data: fc.constantFrom({}, { cost: "42" }),
        },
        { requiredKeys: ["suffix"] },
    ),
    { selector: ({ suffix }) => suffix, minLength: 1, maxLength: 5 },
);
const anyTeam = fc.record(
    {
        name: word(24),
        deployment: fc.constantFrom("dev", "uat"),
        environment: word(12),
        group: fc.constantFrom("developers", "oidc:orders"),
        namespaces,
        alerts: fc.constant({ receiver: "chat" }),
    },
    { requiredKeys: ["name", "deployment"] },
);

describe("any valid team", () => {
    it("plans without a throw, with names that Kubernetes and Temporal take and that stand once", () => {
        const twice = (values: readonly string[]) => values.length !== new Set(values).size;
        fc.assert(
            fc.property(
                fc.uniqueArray(anyTeam, {
                    // Joined, some names of different teams would be the same: a mistake of its own.
                    selector: ({ name }) => name.split("-")[0],
                    minLength: 1,
                    maxLength: 6,
                }),
                (teams) => {
                    const plan = planOfTeams(teams);
                    assert.equal(plan.teams.length, teams.length);
                    for (const team of plan.teams) {
                        assert.match(team.workers.namespace, dnsLabel);
                        for (const { name, retention } of team.namespaces) {
                            assert.match(name, dnsLabel);
                            assert.ok((parseDuration(retention) ?? 0) >= 3600);
                        }
                        for (const { name } of [team.record, ...team.claims]) {
                            assert.match(name, /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);
                            assert.ok(name.length <= 253);
                        }
                        for (const value of Object.values(team.workers.labels)) assert.match(value, dnsLabel);
                    }
                    const all = plan.teams.flatMap(({ record, claims }) => [record, ...claims]);
                    assert.ok(!twice(all.map(({ name }) => name)));
                    assert.ok(!twice(plan.teams.map(({ id }) => id)));
                },
            ),
            { numRuns: 100 },
        );
    }).timeout(20_000);
});

/** Policies of dev and uat as the stack that has them plans them. */
function planDeploymentPolicies() {
    const deployments = ["dev", "uat"].map((name, slot) => ({ name, slot, size: "dev" }));
    const surroundings = { stack: environmentStack, live: nothingLive };
    const { deployments: plans } = planStack(parseStackConfig({ deployments }), surroundings);
    const [dev, uat] = plans.map(({ networkPolicies }) => networkPolicies);
    assert.ok(dev && uat);
    return { dev, uat };
}
