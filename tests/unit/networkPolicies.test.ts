import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import fc from "fast-check";

import { NetworkPolicies } from "../../components/networkPolicies.ts";
import { type MonitoringNetwork, metricsReaders } from "../../planning/monitoring/monitoringNetwork.ts";
import { componentLabel, deploymentLabel, labels } from "../../planning/labels.ts";
import {
    type Clients,
    type DeploymentNetwork,
    deploymentNetworkPolicies,
    platformNetworkPolicies,
} from "../../planning/networkPolicies.ts";
import { workerLabel } from "../../planning/monitoring/relabeling.ts";
import { monitoringPorts } from "../../planning/monitoring/scrapeConfig.ts";
import type { NetworkPolicyPlan } from "../../planning/networkPolicySpec.ts";
import { maxSlot, metricsPort, namedPorts, portsOfSlot, serviceNames, webUiPort } from "../../planning/ports.ts";
import { pprofPort } from "../../planning/serverConfig.ts";
import { register, type Registered } from "../helpers/mocks.ts";
import { allows, type Cluster, type Endpoint, matches } from "../helpers/policySimulator.ts";

const platform = "temporal-platform";
/** The monitoring as the program runs it, without receivers of alerts. */
const bundledNetwork: MonitoringNetwork = {
    mode: "bundled",
    postgresql: { kind: "bundled", port: 5432, namespace: platform },
    clients: { namespaces: [], cidrs: [] },
    grafana: true,
    receiverPorts: [],
};
const nobody: Clients = { namespaces: [], cidrs: [] };
const components = [...serviceNames, "schema", "ui", "admin-tools"];
const namespaceLabels = (name: string, more: Record<string, string> = {}) => ({
    "kubernetes.io/metadata.name": name,
    ...more,
});

function network(name: string, more: Partial<DeploymentNetwork> = {}): DeploymentNetwork {
    return {
        name,
        ports: portsOfSlot(0),
        postgresql: { kind: "bundled", port: 5432, namespace: platform },
        clients: nobody,
        metricsReaders: [],
        webUi: true,
        adminTools: true,
        ...more,
    };
}

/** A cluster with a platform, these deployments, and the namespaces `workers` and `strangers` without a policy. */
function cluster(
    deployments: readonly DeploymentNetwork[],
    serviceType: "ClusterIP" | "LoadBalancer" = "ClusterIP",
    clients = nobody,
    monitoring: MonitoringNetwork = { mode: "none" },
): Cluster {
    return {
        [platform]: {
            labels: namespaceLabels(platform),
            policies: platformNetworkPolicies({ postgresql: { port: 5432, serviceType }, clients, monitoring }),
        },
        ...Object.fromEntries(
            deployments.map((deployment) => [
                `temporal-${deployment.name}`,
                {
                    labels: namespaceLabels(`temporal-${deployment.name}`, { [deploymentLabel]: deployment.name }),
                    policies: deploymentNetworkPolicies(deployment),
                },
            ]),
        ),
        workers: { labels: namespaceLabels("workers"), policies: [] },
        strangers: { labels: namespaceLabels("strangers"), policies: [] },
    };
}

const pods = (deployment: string): Endpoint[] =>
    components.map((component) => ({
        name: `${deployment}/${component}`,
        address: "10.244.0.10",
        labels: labels(deployment, component),
        namespace: `temporal-${deployment}`,
    }));
const postgresql: Endpoint = {
    name: "postgresql",
    address: "10.244.0.9",
    labels: labels("platform", "postgresql"),
    namespace: platform,
};
const worker: Endpoint = { name: "worker", address: "10.244.0.20", labels: { app: "w" }, namespace: "workers" };
const stranger: Endpoint = { name: "stranger", address: "10.244.0.21", labels: {}, namespace: "strangers" };
/** Carries the labels of a deployment's pod, but in a namespace of its own. */
const impostor: Endpoint = { ...stranger, name: "impostor", labels: labels("a", "frontend") };
/** Runs in a deployment's namespace, but is none of its pods. */
const lodger: Endpoint = { ...stranger, name: "lodger", namespace: "temporal-a" };
const office: Endpoint = { name: "office", address: "192.168.1.7", labels: {} };
const internet: Endpoint = { name: "internet", address: "203.0.113.5", labels: {} };
const outsiders = [worker, stranger, impostor, lodger, office, internet];

/** Every TCP port that anything listens on or might, in all deployments. */
function portsOf(deployments: readonly DeploymentNetwork[]): number[] {
    const own = deployments.flatMap(({ ports }) => namedPorts(ports).map(({ port }) => port));
    return [...new Set([...own, webUiPort, metricsPort, pprofPort, 5432, 53, 443])];
}

/** All connections that go through, as `from > to: ports`; those on port 53 left out, which have a test of their own. */
function connections(
    world: Cluster,
    froms: readonly Endpoint[],
    tos: readonly Endpoint[],
    ports: readonly number[],
): Record<string, number[]> {
    const found: Record<string, number[]> = {};
    for (const from of froms) {
        for (const to of tos) {
            const open = ports.filter(
                (port) => port !== 53 && allows(world, from, to, { protocol: "TCP", port }) && from !== to,
            );
            if (open.length > 0) found[`${from.name} > ${to.name}`] = open.sort((x, y) => x - y);
        }
    }
    return found;
}

const clientsArbitrary: fc.Arbitrary<Clients> = fc.record({
    namespaces: fc.uniqueArray(fc.constantFrom("workers", "temporal-a", "temporal-b", platform), { maxLength: 4 }),
    cidrs: fc.uniqueArray(fc.constantFrom("10.0.0.0/8", "192.168.1.0/24", "0.0.0.0/0", "fd00::/8"), { maxLength: 4 }),
});
const slot = fc.integer({ min: 0, max: maxSlot });

describe("network policies", () => {
    it("lets the pods of a deployment reach each other and PostgreSQL as they need to, and nothing else", () => {
        const a = network("a");
        const b = network("b", { ports: portsOfSlot(1) });
        const world = cluster([a, b]);
        const insiders = [...pods("a"), postgresql, ...pods("b")];
        // Two pods of one service reach each other, too.
        const twins = pods("a").map((pod) => ({ ...pod, address: "10.244.0.11" }));

        const ring = {
            "a/frontend": [6933, 7233, 7243],
            "a/history": [6934, 7234],
            "a/matching": [6935, 7235],
            "a/worker": [6939, 7239],
        };
        const expected: Record<string, number[]> = {};
        for (const from of Object.keys(ring)) {
            for (const [to, ports] of Object.entries(ring)) expected[`${from} > ${to}`] = ports;
            expected[`${from} > postgresql`] = [5432];
        }
        expected["a/schema > postgresql"] = [5432];
        expected["a/ui > a/frontend"] = [7233, 7243];
        expected["a/admin-tools > a/frontend"] = [7233, 7243];
        expected["a/admin-tools > a/history"] = [7234];
        expected["a/admin-tools > a/matching"] = [7235];
        expected["a/admin-tools > a/worker"] = [7239];
        expected["a/admin-tools > postgresql"] = [5432];
        assert.deepEqual(connections(world, twins, [...insiders, ...outsiders], portsOf([a, b])), expected);
    });

    it("lets nobody from outside in, and PostgreSQL not out, where the config names no clients", () => {
        const a = network("a");
        const world = cluster([a]);
        const insiders = [...pods("a"), postgresql];
        assert.deepEqual(connections(world, outsiders, insiders, portsOf([a])), {});
        assert.deepEqual(connections(world, [postgresql], [...pods("a"), ...outsiders], portsOf([a])), {});
    });

    it("opens the frontend's gRPC and HTTP and the web UI, and no more, to the config's clients", () => {
        const a = network("a", { clients: { namespaces: ["workers"], cidrs: ["192.168.0.0/16"] } });
        const found = connections(cluster([a]), outsiders, [...pods("a"), postgresql], portsOf([a]));
        assert.deepEqual(found, {
            "worker > a/frontend": [7233, 7243],
            "worker > a/ui": [8080],
            "office > a/frontend": [7233, 7243],
            "office > a/ui": [8080],
        });
    });

    it("resolves names from every pod of a deployment, wherever the server of names runs, by UDP and TCP", () => {
        const world = cluster([network("a")]);
        const nodeLocal: Endpoint = { name: "dns", address: "10.243.0.2", labels: {} };
        const inCluster: Endpoint = { ...stranger, name: "kube-dns", labels: { "k8s-app": "kube-dns" } };
        for (const pod of pods("a")) {
            for (const server of [nodeLocal, inCluster]) {
                for (const protocol of ["UDP", "TCP"] as const)
                    assert.ok(allows(world, pod, server, { protocol, port: 53 }), `${pod.name} > ${server.name}`);
            }
        }
        assert.ok(!allows(world, lodger, nodeLocal, { protocol: "UDP", port: 53 }));
        assert.ok(!allows(world, postgresql, nodeLocal, { protocol: "UDP", port: 53 }));
    });

    it("lets pods out to the port of an external PostgreSQL, but the web UI not", () => {
        const a = network("a", { postgresql: { kind: "external", port: 6432 } });
        const world = {
            ...cluster([a]),
            [platform]: {
                labels: {},
                policies: platformNetworkPolicies({
                    postgresql: undefined,
                    clients: nobody,
                    monitoring: { mode: "none" },
                }),
            },
        };
        assert.deepEqual(connections(world, pods("a"), [internet], [...portsOf([a]), 6432]), {
            "a/frontend > internet": [6432],
            "a/history > internet": [6432],
            "a/matching > internet": [6432],
            "a/worker > internet": [6432],
            "a/schema > internet": [6432],
            "a/admin-tools > internet": [6432],
        });
        assert.deepEqual(connections(world, [...pods("a"), ...outsiders], [postgresql], [5432]), {});
    });

    it("opens PostgreSQL to whom the platform's clients name, and to everybody behind a load balancer", () => {
        const named = cluster([network("a")], "ClusterIP", { namespaces: ["workers"], cidrs: ["192.168.1.7/32"] });
        assert.deepEqual(connections(named, outsiders, [postgresql, ...pods("a")], portsOf([network("a")])), {
            "worker > postgresql": [5432],
            "office > postgresql": [5432],
        });
        const balanced = cluster([network("a")], "LoadBalancer");
        assert.deepEqual(connections(balanced, [office, internet, stranger], [postgresql], portsOf([network("a")])), {
            "office > postgresql": [5432],
            "internet > postgresql": [5432],
            "stranger > postgresql": [5432],
        });
        assert.deepEqual(
            connections(
                balanced,
                pods("a").filter(({ name }) => name === "a/ui"),
                [postgresql],
                [5432],
            ),
            {},
        );
    });

    it("names no web UI and no admin tools where there are none", () => {
        const names = (more: Partial<DeploymentNetwork>) =>
            deploymentNetworkPolicies(network("a", more)).map(({ name }) => name);
        assert.deepEqual(names({}), ["default-deny", ...components]);
        assert.deepEqual(names({ webUi: false, adminTools: false }), ["default-deny", ...serviceNames, "schema"]);
        const a = network("a", { webUi: false, adminTools: false });
        const tools = pods("a").filter(({ name }) => /ui|tools/.test(name));
        assert.deepEqual(connections(cluster([a]), tools, [...pods("a"), postgresql], portsOf([a])), {});
    });

    it("keeps two deployments apart whatever their ports and clients are, also with equal ports and each other as clients", () => {
        fc.assert(
            fc.property(slot, slot, clientsArbitrary, clientsArbitrary, (first, second, forA, forB) => {
                const a = network("a", { ports: portsOfSlot(first), clients: forA });
                const b = network("b", { ports: portsOfSlot(second), clients: forB });
                const world = cluster([a, b]);
                // Addresses are reused: every pod of both has the same.
                assert.deepEqual(connections(world, pods("a"), pods("b"), portsOf([a, b])), {});
                assert.deepEqual(connections(world, pods("b"), pods("a"), portsOf([a, b])), {});
            }),
        );
    });

    it("refuses on its own side, too, where the other side has no policies", () => {
        const unguarded = (namespace: string) =>
            ({ ...cluster([network("a")])[namespace], policies: [] }) as Cluster[string];
        const open = { ...cluster([network("a")]), "temporal-a": unguarded("temporal-a") };
        assert.deepEqual(Object.keys(connections(open, pods("a"), [postgresql], [5432])), [
            ...serviceNames.map((service) => `a/${service} > postgresql`),
            "a/schema > postgresql",
            "a/admin-tools > postgresql",
        ]);
        // A second deployment in the namespace, with no policies of its own, not even the one that refuses everything.
        const policies = deploymentNetworkPolicies(network("a")).filter(({ name }) => name !== "default-deny");
        const shared = { ...open, "temporal-a": { ...unguarded("temporal-a"), policies } };
        const others = pods("b").map((pod) => ({ ...pod, namespace: "temporal-a" }));
        assert.deepEqual(connections(shared, pods("a"), others, portsOf([network("a")])), {});
        assert.deepEqual(connections(shared, others, pods("a"), portsOf([network("a")])), {});
    });

    it("lets an outsider in exactly when the clients name its namespace or its address", () => {
        fc.assert(
            fc.property(
                clientsArbitrary,
                fc.constantFrom(worker, stranger, impostor, office, internet),
                (clients, from) => {
                    const a = network("a", { clients });
                    const named =
                        clients.namespaces.includes(from.namespace ?? "") ||
                        clients.cidrs.includes("0.0.0.0/0") ||
                        (clients.cidrs.includes("10.0.0.0/8") && from.address.startsWith("10.")) ||
                        (clients.cidrs.includes("192.168.1.0/24") && from === office);
                    assert.deepEqual(
                        connections(cluster([a]), [from], [...pods("a"), postgresql], portsOf([a])),
                        named ? { [`${from.name} > a/frontend`]: [7233, 7243], [`${from.name} > a/ui`]: [8080] } : {},
                    );
                },
            ),
        );
    });

    describe("of the monitoring", () => {
        const watcher = (component: string): Endpoint => ({
            ...postgresql,
            name: component,
            labels: labels("platform", component),
        });
        const parts = ["prometheus", "alertmanager", "kube-state-metrics", "postgres-exporter", "grafana"].map(watcher);
        const sdkWorker: Endpoint = { ...worker, name: "sdk-worker", labels: { [workerLabel]: "a" } };
        const node: Endpoint = { name: "node", address: "10.0.0.5", labels: {} };
        const ports = (deployments: readonly DeploymentNetwork[]) => [
            ...new Set([...portsOf(deployments), ...Object.values(monitoringPorts), 6443, 9464, 587, 25]),
        ];
        const watched = (mode: "bundled" | "operator") =>
            network("a", {
                metricsReaders: metricsReaders(
                    mode === "bundled" ? { mode } : { mode, prometheusNamespace: "monitoring" },
                    platform,
                ),
            });
        /** Among all pods, nodes and the world outside, who reaches whom; what deployments do among themselves left out. */
        const found = (monitoring: MonitoringNetwork, froms: readonly Endpoint[] = parts) => {
            const a = watched("bundled");
            const tos = [...parts, postgresql, ...pods("a"), sdkWorker, stranger, node, internet];
            return connections(cluster([a], "ClusterIP", nobody, monitoring), froms, tos, ports([a]));
        };

        it("lets each part reach what it watches, the API server and the kubelets, and nothing else", () => {
            const anywhere = [443, 6443, 10250];
            const expected: Record<string, number[]> = { "grafana > prometheus": [9090] };
            for (const [name, port] of [
                ["alertmanager", 9093],
                ["kube-state-metrics", 8080],
                ["postgres-exporter", 9187],
            ] as const) {
                expected[`prometheus > ${name}`] = [port];
            }
            for (const name of serviceNames) expected[`prometheus > a/${name}`] = [9090];
            expected["prometheus > sdk-worker"] = ports([network("a")])
                .filter((port) => port !== 53)
                .sort((x, y) => x - y);
            for (const outside of ["stranger", "node", "internet"]) expected[`prometheus > ${outside}`] = anywhere;
            for (const outside of ["sdk-worker", "stranger", "node", "internet"])
                expected[`kube-state-metrics > ${outside}`] = [443, 6443];
            expected["postgres-exporter > postgresql"] = [5432];
            assert.deepEqual(found(bundledNetwork), expected);
        });

        it("lets nobody read metrics but Prometheus, nor open a page, where the config names no clients", () => {
            const a = watched("bundled");
            const world = cluster([a], "ClusterIP", nobody, bundledNetwork);
            assert.deepEqual(connections(world, [...outsiders, sdkWorker], [...parts, ...pods("a")], ports([a])), {});
            const named = { ...bundledNetwork, clients: { namespaces: [], cidrs: ["192.168.0.0/16"] } };
            assert.deepEqual(
                connections(cluster([a], "ClusterIP", nobody, named), outsiders, [...parts, ...pods("a")], ports([a])),
                {
                    "office > prometheus": [9090],
                    "office > alertmanager": [9093],
                    "office > grafana": [3000],
                },
            );
        });

        it("lets Alertmanager out to its receivers' ports, or to all where a webhook's address is secret", () => {
            const from = parts.filter(({ name }) => name === "alertmanager");
            const out = (receiverPorts: readonly number[] | undefined) =>
                found({ ...bundledNetwork, receiverPorts }, from)["alertmanager > internet"];
            assert.equal(out([]), undefined);
            assert.deepEqual(out([443, 587]), [443, 587]);
            assert.equal(out(undefined)?.length, ports([network("a")]).filter((port) => port !== 53).length);
        });

        it("opens metrics to the operator's namespace, and runs no more than the exporter beside it", () => {
            const a = watched("operator");
            const operator: MonitoringNetwork = {
                mode: "operator",
                postgresql: bundledNetwork.postgresql,
                prometheusNamespace: "monitoring",
            };
            const world: Cluster = {
                ...cluster([a], "ClusterIP", nobody, operator),
                monitoring: { labels: namespaceLabels("monitoring"), policies: [] },
            };
            const theirs: Endpoint = { ...stranger, name: "theirs", namespace: "monitoring" };
            assert.deepEqual(
                connections(world, [theirs, ...outsiders], [...parts, ...pods("a"), postgresql], ports([a])),
                {
                    "theirs > postgres-exporter": [9187],
                    ...Object.fromEntries(serviceNames.map((name) => [`theirs > a/${name}`, [9090]])),
                },
            );
            assert.deepEqual(
                platformNetworkPolicies({ postgresql: undefined, clients: nobody, monitoring: operator }).map(
                    ({ name }) => name,
                ),
                ["default-deny", "postgres-exporter"],
            );
        });

        it("closes PostgreSQL to the exporter where nothing is watched", () => {
            assert.deepEqual(found({ mode: "none" }), {});
        });
    });

    it("becomes one object each, in the namespace it is told", async () => {
        const policies = deploymentNetworkPolicies(network("a"));
        const resources = await register(
            () => new NetworkPolicies("a-network", { instance: "a", namespace: "temporal-a", policies }),
        );
        const objects = resources.filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy");
        const byName = (one: unknown[], other: unknown[]) => String(one[0]).localeCompare(String(other[0]));
        assert.deepEqual(
            objects
                .map(({ name, inputs }) => [name, (inputs.metadata as { namespace: string }).namespace, inputs.spec])
                .sort(byName),
            policies.map(({ name, spec }) => [`a-network-${name}`, "temporal-a", spec]).sort(byName),
        );
    });

    it("knows every pod that the program makes by the labels it really has", () => {
        const golden = JSON.parse(
            readFileSync(new URL("golden/dev.json", import.meta.url), "utf8"),
        ) as readonly Registered[];
        const templates = golden
            .map(({ inputs }) => inputs.spec as { template?: { metadata: { labels: Record<string, string> } } })
            .flatMap((spec) => (spec?.template ? [spec.template.metadata.labels] : []));
        assert.ok(templates.length >= components.length + 1);
        for (const podLabels of templates) {
            const instance = podLabels["app.kubernetes.io/instance"] ?? "";
            const policies: readonly NetworkPolicyPlan[] =
                instance === "platform"
                    ? platformNetworkPolicies({
                          postgresql: { port: 5432, serviceType: "ClusterIP" },
                          clients: nobody,
                          monitoring: bundledNetwork,
                      })
                    : deploymentNetworkPolicies(network(instance));
            const selecting = policies.filter(({ spec }) => matches(spec.podSelector, podLabels));
            assert.deepEqual(
                selecting.map(({ name }) => name),
                ["default-deny", podLabels[componentLabel]],
            );
        }
    });
});
