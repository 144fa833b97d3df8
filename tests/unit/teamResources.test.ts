import assert from "node:assert/strict";

import * as k8s from "@pulumi/kubernetes";

import { Team } from "../../components/team/team.ts";
import { temporalServers } from "../../components/team/temporalServers.ts";
import type { TeamPlan } from "../../planning/team/teamPlan.ts";
import { packageName, token } from "../../providers/temporal/package.ts";
import { find, register, type Registered } from "../helpers/mocks.ts";

const plan: TeamPlan = {
    name: "orders",
    id: "orders-dev",
    environment: "dev",
    deployment: {
        name: "dev",
        namespace: "temporal-dev",
        frontend: { host: "temporal-frontend.temporal-dev.svc.cluster.local", port: 7233 },
    },
    access: { group: "orders-developers", rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] },
    record: { name: "temporal-team.dev.orders", kind: "team", data: { team: "orders", deployment: "dev" } },
    claims: ["namespace", "temporal-namespace"].map((kind) => ({
        name: `claim-on-${kind}`,
        kind: "team-claim",
        data: { kind, value: "orders-dev", team: "orders", deployment: "dev" },
    })),
    namespaces: [
        {
            name: "orders-dev",
            description: "Orders of the shop",
            ownerEmail: undefined,
            retention: "168h",
            data: { team: "orders" },
            searchAttributes: { Customer: "Keyword", Total: "Double" },
            limits: { rps: 100 },
            protect: true,
            forceDelete: false,
            adopt: false,
        },
        {
            name: "orders-returns-dev",
            description: undefined,
            ownerEmail: "orders@example.com",
            retention: "24h",
            data: {},
            searchAttributes: {},
            limits: {},
            protect: false,
            forceDelete: true,
            adopt: true,
        },
    ],
    workers: {
        namespace: "orders-dev-workers",
        labels: { "temporal/client-of": "dev" },
        serviceAccount: "temporal-worker",
        quota: { "limits.cpu": "8" },
        limitRange: {
            limits: [{ type: "Container", default: { cpu: "1" }, defaultRequest: { cpu: "100m" }, max: {} }],
        },
        networkPolicies: [{ name: "workers", spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } }],
        connections: [
            { configMap: "temporal-connection", data: { TEMPORAL_NAMESPACE: "orders-dev" } },
            { configMap: "temporal-connection-orders-returns-dev", data: { TEMPORAL_NAMESPACE: "orders-returns-dev" } },
        ],
        scaledObjects: [{ name: "shipping", spec: { maxReplicaCount: 5 } }],
    },
    alerting: undefined,
    pending: [],
};

/** What the team registers, providers and components left out; `changes` are made to its plan. */
async function resources(changes: Partial<TeamPlan> = {}): Promise<readonly Registered[]> {
    return register(() => {
        const kubernetes = new k8s.Provider("kubernetes", { context: "production" });
        const team = { ...plan, ...changes };
        const serverOf = temporalServers("production", []);
        const args = { plan: team, platformNamespace: "temporal-platform", alertSecrets: { chat: "not-a-real-url" } };
        new Team(team.id, args, { providers: { kubernetes, [packageName]: serverOf(team.deployment) } });
    });
}

/** Kind, namespace and name of each Kubernetes object. */
function objects(all: readonly Registered[]): string[] {
    return all
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ type, inputs }) => {
            const { namespace = "", name } = inputs.metadata as { namespace?: string; name: string };
            return `${type.split(":").at(-1)} ${namespace}/${name}`;
        })
        .sort();
}

describe("a team's resources", function () {
    this.timeout(30_000);
    let all: readonly Registered[];
    before(async () => (all = await resources()));

    it("are these objects in the platform's and in the workers' namespace", () => {
        assert.deepEqual(objects(all), [
            "ConfigMap orders-dev-workers/temporal-connection",
            "ConfigMap orders-dev-workers/temporal-connection-orders-returns-dev",
            "ConfigMap temporal-platform/claim-on-namespace",
            "ConfigMap temporal-platform/claim-on-temporal-namespace",
            "ConfigMap temporal-platform/temporal-team.dev.orders",
            "LimitRange orders-dev-workers/temporal-workers",
            "Namespace /orders-dev-workers",
            "NetworkPolicy orders-dev-workers/workers",
            "ResourceQuota orders-dev-workers/temporal-workers",
            "Role orders-dev-workers/temporal-team",
            "RoleBinding orders-dev-workers/temporal-team",
            "ScaledObject orders-dev-workers/shipping",
            "ServiceAccount orders-dev-workers/temporal-worker",
        ]);
    });

    it("make record and claims before anything else, and the Temporal namespaces last", () => {
        const order = all
            .filter(({ type }) => /^(kubernetes|temporal-objects):/.test(type))
            .map(({ name }) => name.replace("orders-dev-", ""));
        const first = ["claims-record", "claims-namespace-orders-dev", "claims-temporal-namespace-orders-dev"];
        assert.deepEqual(order.slice(0, 3), first);
        const temporal = order.findIndex((name) => name === "orders-dev-namespace");
        for (const name of ["workers-namespace", "workers-quota", "workers-access-binding"])
            assert.ok(order.indexOf(name) < temporal, `${name} in ${order.join(", ")}`);
    });

    it("label the records, so that guards and the deployment's stack find them", () => {
        const { inputs } = find(all, "kubernetes:core/v1:ConfigMap", "orders-dev-claims-record");
        const { labels } = inputs.metadata as { labels: Record<string, string> };
        assert.equal(labels["temporal/record"], "team");
        assert.deepEqual(inputs.data, plan.record.data);
    });

    it("have workers' pods restricted, and let in by the deployment's frontend", () => {
        const { inputs } = find(all, "kubernetes:core/v1:Namespace", "orders-dev-workers-namespace");
        const { labels } = inputs.metadata as { labels: Record<string, string> };
        assert.equal(labels["pod-security.kubernetes.io/enforce"], "restricted");
        assert.equal(labels["temporal/client-of"], "dev");
        const account = find(all, "kubernetes:core/v1:ServiceAccount", "orders-dev-workers-account");
        assert.equal(account.inputs.automountServiceAccountToken, false);
    });

    it("hold the namespace to quota and limits of the plan", () => {
        const quota = find(all, "kubernetes:core/v1:ResourceQuota", "orders-dev-workers-quota");
        assert.deepEqual(quota.inputs.spec, { hard: { "limits.cpu": "8" } });
        const range = find(all, "kubernetes:core/v1:LimitRange", "orders-dev-workers-limits");
        assert.deepEqual(range.inputs.spec, plan.workers.limitRange);
    });

    it("give the group its rights in that namespace, by a Role, and nobody any in the cluster", () => {
        const role = find(all, "kubernetes:rbac.authorization.k8s.io/v1:Role", "orders-dev-workers-access-role");
        assert.deepEqual(role.inputs.rules, plan.access?.rules);
        const name = "orders-dev-workers-access-binding";
        const { inputs } = find(all, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", name);
        const apiGroup = "rbac.authorization.k8s.io";
        assert.deepEqual(inputs.roleRef, { apiGroup, kind: "Role", name: "temporal-team" });
        assert.deepEqual(inputs.subjects, [{ apiGroup, kind: "Group", name: "orders-developers" }]);
        assert.ok(!all.some(({ type }) => type.includes("ClusterRole")));
    });

    it("give nobody any rights where the team has no group", async () => {
        const names = objects(await resources({ access: undefined }));
        assert.deepEqual(
            names.filter((name) => /^Role/.test(name)),
            [],
        );
    });

    it("are Temporal namespaces as planned, on the deployment's own frontend", () => {
        const provider = find(all, "pulumi:providers:temporal-objects", "temporal-dev");
        assert.deepEqual(JSON.parse(String(provider.inputs.viaKubernetes)), {
            context: "production",
            namespace: "temporal-dev",
            port: 7233,
        });
        const found = all.filter(({ type }) => type === token("Namespace"));
        assert.deepEqual(
            found.map(({ inputs }) => inputs),
            [
                {
                    name: "orders-dev",
                    description: "Orders of the shop",
                    retention: "168h",
                    data: { team: "orders" },
                    forceDelete: false,
                },
                {
                    name: "orders-returns-dev",
                    ownerEmail: "orders@example.com",
                    retention: "24h",
                    data: {},
                    forceDelete: true,
                },
            ],
        );
        for (const each of found) assert.match(each.provider, /::temporal-dev::/);
        const attributes = all.filter(({ type }) => type === token("SearchAttribute"));
        assert.deepEqual(
            attributes.map(({ inputs }) => inputs),
            [
                { namespace: "orders-dev", name: "Customer", type: "Keyword", adoptExisting: true },
                { namespace: "orders-dev", name: "Total", type: "Double", adoptExisting: true },
            ],
        );
    });

    it("take over the namespace that is to be adopted, and make the others", () => {
        const imported = all.flatMap(({ name, importedId }) => (importedId ? [[name, importedId]] : []));
        assert.deepEqual(imported, [["orders-dev-orders-returns-dev-namespace", "orders-returns-dev"]]);
    });

    it("have workers scaled by KEDA's own kind", () => {
        const { inputs } = find(all, "kubernetes:keda.sh/v1alpha1:ScaledObject", "orders-dev-workers-scaled-shipping");
        assert.equal(inputs.apiVersion, "keda.sh/v1alpha1");
        assert.deepEqual(inputs.spec, { maxReplicaCount: 5 });
    });

    it("route alerts for an operator, with the receivers' secrets encrypted", async () => {
        const route = { receiver: "chat" };
        const spec = { route, receivers: [] } as unknown as NonNullable<TeamPlan["alerting"]>["spec"];
        const operator = await resources({ alerting: { spec, labels: { release: "kps" }, secrets: ["chat"] } });
        const secret = find(operator, "kubernetes:core/v1:Secret", "orders-dev-alerting-receivers");
        assert.deepEqual(secret.secretInputs, ["stringData"]);
        assert.deepEqual(secret.inputs.stringData, { chat: "not-a-real-url" });
        const config = operator.find(({ inputs }) => inputs.kind === "AlertmanagerConfig");
        assert.equal(config?.inputs.apiVersion, "monitoring.coreos.com/v1alpha1");
        const { labels, namespace } = config?.inputs.metadata as { labels: object; namespace: string };
        assert.equal(namespace, "orders-dev-workers");
        assert.ok("release" in labels);
        const holders = operator.filter(({ inputs }) => JSON.stringify(inputs).includes("not-a-real-url"));
        assert.deepEqual(holders, [secret]);
    });

    it("use one provider for all teams of a deployment", async () => {
        const several = await register(() => {
            const serverOf = temporalServers("production", []);
            serverOf(plan.deployment);
            serverOf(plan.deployment);
            serverOf({ ...plan.deployment, name: "uat", namespace: "temporal-uat" });
        });
        assert.deepEqual(
            several.map(({ name }) => name),
            ["temporal-dev", "temporal-uat"],
        );
    });
});
