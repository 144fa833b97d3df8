import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

import { parse } from "yaml";

import { scaleConfig } from "../../bench/scaleConfig.ts";
import { parseStackConfig } from "../../config/parse.ts";
import { platformSchema } from "../../config/platformSchema.ts";
import type { DeploymentPlan } from "../../planning/deployment.ts";
import { nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import { componentLabel } from "../../planning/labels.ts";
import { portsOfSlot } from "../../planning/ports.ts";
import { planClaims, planHistoryShardsRecord, planRunningRecord } from "../../planning/records.ts";
import { teamTerms } from "../../planning/team/bounds.ts";

import { type FakeApiServer, fakeApiServer } from "../helpers/fakeApiServer.ts";
import { find, register, type Registered } from "../helpers/mocks.ts";

/** Config of an example stack as the engine hands it to the program. */
function configOf(stack: string): Record<string, string> {
    const file = parse(readFileSync(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url), "utf8")) as {
        config: Record<string, unknown>;
    };
    return Object.fromEntries(
        Object.entries(file.config).map(([key, value]) => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
        ]),
    );
}

/** Config below `temporal:`, parsed. */
function temporalOf(config: Record<string, string>): Record<string, unknown> {
    const own = Object.entries(config).filter(([key]) => key.startsWith("temporal:"));
    return Object.fromEntries(own.map(([key, value]) => [key.slice("temporal:".length), JSON.parse(value) as unknown]));
}

let run = 0;
/** Imports the whole program anew, so that it registers its resources again. */
const program = () => import(`../../index.ts?run=${run++}`);

const changed = (stack: string, deployment: object) => {
    const config = configOf(stack);
    const [first, ...others] = JSON.parse(config["temporal:deployments"] ?? "[]") as object[];
    return { ...config, "temporal:deployments": JSON.stringify([{ ...first, ...deployment }, ...others]) };
};

/** What the stack dev puts out, for stacks on its platform. */
const devOutputs = {
    "organization/temporal/dev": {
        platform: {
            contractVersion: 1,
            namespace: "temporal-platform",
            postgresql: {
                kind: "bundled",
                store: { host: "postgresql.temporal-platform.svc.cluster.local", port: 5432, sslmode: "disable" },
                admin: { host: "10.96.1.1", port: 5432, username: "postgres", database: "postgres" },
            },
            monitoring: { mode: "bundled", runbooks: "docs/runbooks" },
            teams: teamTerms(platformSchema.parse({})),
            slots: [{ deployment: "payments", slot: 2, ports: portsOfSlot(2), connections: 80 }],
        },
        postgresqlAdminPassword: "not-a-real-password",
    },
};

/** Rules and dashboards have tests of their own, and are longer than all the rest. */
function withoutRules(resource: Registered): Registered {
    const { metadata, data, spec } = resource.inputs as {
        metadata?: { labels?: Record<string, string> };
        data?: Record<string, string>;
        spec?: { groups?: object[] };
    };
    const component = metadata?.labels?.[componentLabel];
    if (spec?.groups) return { ...resource, inputs: { ...resource.inputs, spec: "<rules>" } };
    if (!data || (component !== "rules" && component !== "dashboard")) return resource;
    const names = Object.keys(data).map((key) => [key, `<${component}>`]);
    return { ...resource, inputs: { ...resource.inputs, data: Object.fromEntries(names) as object } };
}

function assertGolden(stack: string, resources: readonly Registered[]) {
    const golden = new URL(`golden/${stack}.json`, import.meta.url);
    const sorted = resources
        .map(withoutRules)
        .sort((a, b) => `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`));
    // The kubernetes provider takes it from the environment.
    const text = `${JSON.stringify(sorted, null, 2)}\n`.replaceAll(process.env.KUBECONFIG ?? "", "<KUBECONFIG>");
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, text);
    const message = "look at the difference; if it is meant: UPDATE_GOLDEN=1 npm test unit";
    assert.equal(text, readFileSync(golden, "utf8"), message);
}

interface PodSpec {
    containers: {
        name: string;
        image: string;
        env: { name: string; value?: string }[];
        securityContext: object;
        resources: object;
        readinessProbe: object;
    }[];
    initContainers?: { name: string }[];
    securityContext: { runAsNonRoot: boolean };
    enableServiceLinks: boolean;
    automountServiceAccountToken: boolean;
    terminationGracePeriodSeconds?: number;
}
const podSpec = (resource: Registered) => (resource.inputs.spec as { template: { spec: PodSpec } }).template.spec;
const workloads = (resources: readonly Registered[]) =>
    resources.filter(({ type }) => /^kubernetes:(apps|batch)\/v1:(Deployment|StatefulSet|Job)$/.test(type));

describe("program", function () {
    this.timeout(30_000);
    let cluster: FakeApiServer;
    let dev: readonly Registered[];
    before(async () => {
        cluster = await fakeApiServer(["temporal-local", "staging"]);
        dev = await register(program, { config: configOf("dev") });
    });
    after(() => cluster.stop());

    it("registers exactly what the golden file of Pulumi.dev.yaml says", () => assertGolden("dev", dev));

    it("registers exactly what the golden file of Pulumi.staging.yaml says", async () => {
        const secrets = { "on-call": "not-a-real-key", chat: "not-a-real-url", heartbeat: "not-a-real-url" };
        const config = {
            ...configOf("staging"),
            "temporal:postgresqlAdminPassword": "not-a-real-password",
            "temporal:alertSecrets": JSON.stringify(secrets),
        };
        assertGolden("staging", await register(program, { config, stack: "staging" }));
    });

    it("registers exactly what the golden file of Pulumi.team-payments.yaml says", async () => {
        cluster.show([]);
        const config = configOf("team-payments");
        assertGolden("team-payments", await register(program, { config, stack: "team-payments", stacks: devOutputs }));
    });

    it("registers exactly what the golden file of Pulumi.team-orders.yaml says", async () => {
        const { stack, deployments } = planStack(parseStackConfig(temporalOf(configOf("dev"))), {
            stack: "organization/temporal/dev",
            live: nothingLive,
        });
        cluster.show(deployments.flatMap((plan) => [...planClaims(plan, stack), planRunningRecord(plan)]));
        const config = configOf("team-orders");
        assertGolden("team-orders", await register(program, { config, stack: "team-orders", stacks: devOutputs }));
        cluster.show(undefined);
    });

    it("runs each of the four services in a Deployment of its own, one service per pod", () => {
        for (const service of ["frontend", "history", "matching", "worker"]) {
            const [container, ...others] = podSpec(
                find(dev, "kubernetes:apps/v1:Deployment", `dev-${service}-deployment`),
            ).containers;
            assert.deepEqual(others, []);
            const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
            assert.equal(env.TEMPORAL_SERVICES, service);
            assert.equal(env.SERVICES, service);
            assert.equal(container?.image, "docker.io/temporalio/server:1.31.2");
        }
    });

    it("probes readiness by the service's own gRPC health name, but history by its port", () => {
        // A history pod without a shard never says SERVING, and a rolling update with few shards would wait for ever.
        const probes = ["frontend", "history", "matching", "worker"].map(
            (service) =>
                podSpec(find(dev, "kubernetes:apps/v1:Deployment", `dev-${service}-deployment`)).containers[0]
                    ?.readinessProbe,
        ) as { grpc?: object; tcpSocket?: object }[];
        assert.deepEqual(
            probes.map((probe) => probe.grpc ?? probe.tcpSocket),
            [
                { port: 7233, service: "temporal.api.workflowservice.v1.WorkflowService" },
                { port: "grpc" },
                { port: 7235, service: "temporal.api.workflowservice.v1.MatchingService" },
                { port: 7239, service: "temporal.api.workflowservice.v1.WorkerService" },
            ],
        );
    });

    it("gives several history pods time to take over shards between restarts", async () => {
        const pause = (resources: readonly Registered[]) =>
            (
                find(resources, "kubernetes:apps/v1:Deployment", "dev-history-deployment").inputs.spec as {
                    minReadySeconds: number;
                }
            ).minReadySeconds;
        assert.equal(pause(dev), undefined);
        const two = await register(program, { config: changed("dev", { services: { history: { replicas: 2 } } }) });
        assert.equal(pause(two), 10);
    });

    it("keeps every pod within the restricted profile, with requests and limits, without service links, and without API token but where it is needed", () => {
        assert.equal(workloads(dev).length, 19);
        // Both look at objects of the cluster, by rights of their own.
        const readers = ["monitoring-prometheus-server-statefulset", "monitoring-kube-state-metrics-server-deployment"];
        for (const workload of workloads(dev)) {
            const pod = podSpec(workload);
            assert.equal(pod.securityContext.runAsNonRoot, true, workload.name);
            assert.equal(pod.enableServiceLinks, false, workload.name);
            assert.equal(pod.automountServiceAccountToken, readers.includes(workload.name), workload.name);
            for (const container of [...pod.containers, ...((pod.initContainers ?? []) as PodSpec["containers"])]) {
                const security = container.securityContext as {
                    allowPrivilegeEscalation: boolean;
                    capabilities: { drop: string[] };
                };
                assert.equal(security.allowPrivilegeEscalation, false, container.name);
                assert.deepEqual(security.capabilities.drop, ["ALL"], container.name);
                assert.deepEqual(Object.keys(container.resources).sort(), ["limits", "requests"], container.name);
            }
        }
    });

    it("hands no password to any object but Secrets, roles and the provider, and there as secrets", () => {
        const holders = dev.filter(({ inputs }) => JSON.stringify(inputs).includes("not-a-real-password"));
        assert.deepEqual(holders.map(({ type }) => type).sort(), [
            "kubernetes:core/v1:Secret",
            "kubernetes:core/v1:Secret",
            "kubernetes:core/v1:Secret",
            "kubernetes:core/v1:Secret",
            "postgresql:index/role:Role",
            "postgresql:index/role:Role",
            "postgresql:index/role:Role",
            "pulumi:providers:postgresql",
        ]);
        for (const { name, secretInputs } of holders)
            assert.ok(secretInputs.length > 0, `${name} holds its password in the open`);
    });

    it("owns both databases by the role and passes the explicit provider", () => {
        for (const [store, database] of [
            ["default", "temporal_dev"],
            ["visibility", "temporal_dev_visibility"],
        ]) {
            const { inputs, provider } = find(dev, "postgresql:index/database:Database", `dev-database-${store}`);
            assert.equal(inputs.name, database);
            assert.equal(inputs.owner, "temporal_dev");
            assert.match(provider, /pulumi:providers:postgresql::postgresql::/);
        }
    });

    it("rolls the pods when the server config changes, and not when only dynamic config does", async () => {
        const annotations = (resources: readonly Registered[]) =>
            (
                find(resources, "kubernetes:apps/v1:Deployment", "dev-history-deployment").inputs.spec as {
                    template: { metadata: { annotations: object } };
                }
            ).template.metadata.annotations;
        const debug = await register(program, { config: changed("dev", { logLevel: "debug" }) });
        const limited = await register(program, { config: changed("dev", { dynamicConfig: { "frontend.rps": 5 } }) });
        assert.notDeepEqual(annotations(debug), annotations(dev));
        assert.deepEqual(annotations(limited), annotations(dev));
    });

    it("changes only matching's Deployment when only matching's replicas do, adds its disruption budget, and tells the alerts the number", async () => {
        const two = await register(program, { config: changed("dev", { services: { matching: { replicas: 2 } } }) });
        const text = (resource: Registered) => JSON.stringify([resource.type, resource.name, resource.inputs]);
        const before = new Set(dev.map(text));
        assert.deepEqual(
            two
                .filter((resource) => !before.has(text(resource)))
                .map(({ name }) => name)
                .sort(),
            ["dev-matching-budget", "dev-matching-deployment", "dev-monitoring-rules"],
        );
    });

    it("lets one history pod prepare an empty database while all others wait, with any number of history pods", async () => {
        const waits = (resources: readonly Registered[], service: string) =>
            (
                podSpec(find(resources, "kubernetes:apps/v1:Deployment", `dev-${service}-deployment`)).initContainers ??
                []
            ).map(({ name }) => name);
        assert.deepEqual(waits(dev, "history"), []);
        for (const service of ["frontend", "matching", "worker"])
            assert.deepEqual(waits(dev, service), ["await-cluster-metadata"]);
        const three = await register(program, { config: changed("dev", { services: { history: { replicas: 3 } } }) });
        assert.deepEqual(waits(three, "history"), ["await-cluster-metadata"]);
    });

    it("leaves out web UI and admin tools where the config does", async () => {
        const bare = await register(program, { config: changed("dev", { webUi: false, adminTools: false }) });
        assert.equal(workloads(bare).length, 17);
    });

    it("makes no server of its own beside an external one", async () => {
        const external = { postgresql: { external: { host: "db.internal", maxConnections: 300 } } };
        const resources = await register(program, {
            config: {
                ...configOf("dev"),
                "temporal:platform": JSON.stringify(external),
                "temporal:postgresqlAdminPassword": "not-a-real-password",
            },
        });
        assert.equal(
            resources.some(({ type }) => type === "temporal:index:BundledPostgresql"),
            false,
        );
        assert.equal(find(resources, "pulumi:providers:postgresql", "postgresql").inputs.host, "db.internal");
    });

    it("registers as many resources for each of 25 deployments as for one, none of a name twice", async function () {
        this.timeout(120_000);
        const registered = async (count: number) => {
            const config = Object.entries(scaleConfig(count)).map(([key, value]) => [
                `temporal:${key}`,
                JSON.stringify(value),
            ]);
            const resources = await register(program, {
                config: {
                    "kubernetes:context": "temporal-local",
                    "temporal:postgresqlAdminPassword": "not-a-real-password",
                    ...(Object.fromEntries(config) as Record<string, string>),
                },
            });
            assert.equal(new Set(resources.map(({ type, name }) => `${type} ${name}`)).size, resources.length);
            assert.equal(resources.filter(({ type }) => type === "temporal:index:TemporalDeployment").length, count);
            return resources.length;
        };
        const [one, two, all] = [await registered(1), await registered(2), await registered(25)];
        assert.equal(all - one, 24 * (two - one));
    });
});

describe("program beside what runs", function () {
    this.timeout(30_000);
    const records = (changes: Partial<DeploymentPlan>, stack: string) => {
        const [dev] = planStack(parseStackConfig({ deployments: [{ name: "dev", slot: 0, size: "dev" }] }), {
            stack,
            live: nothingLive,
        }).deployments;
        const plan = { ...dev, ...changes } as DeploymentPlan;
        return [...planClaims(plan, stack), planHistoryShardsRecord(plan), planRunningRecord(plan)];
    };
    let cluster: FakeApiServer;
    before(async () => {
        cluster = await fakeApiServer(["temporal-local"]);
    });
    after(() => cluster.stop());

    it("registers nothing where another stack holds slot, namespace and name, and names the holder", async () => {
        cluster.show(records({}, "organization/temporal/other"));
        await assert.rejects(register(program, { config: configOf("dev") }), ({ message }: Error) => {
            for (const key of ["name", "slot", "namespace"])
                assert.match(
                    message,
                    new RegExp(
                        `deployments\\[0\\]\\.${key}: .* is held by deployment "dev" of stack organization/temporal/other`,
                    ),
                );
            return true;
        });
    });

    it("registers all where its own stack holds them", async () => {
        cluster.show(records({}, "organization/temporal/dev"));
        assert.ok((await register(program, { config: configOf("dev") })).length > 50);
    });

    it("leaves only databases and name of a deployment that is to be removed, unprotected and retained", async () => {
        cluster.show(records({ serverVersion: "1.31.2" }, "organization/temporal/dev").slice(0, 3));
        const config = changed("dev", { remove: {} });
        const left = (await register(program, { config })).filter(({ name }) => /^dev\b/.test(name));
        assert.deepEqual(left.map(({ name }) => name).sort(), [
            "dev",
            "dev-claims",
            "dev-claims-deployment",
            "dev-database",
            "dev-database-default",
            "dev-database-password",
            "dev-database-role",
            "dev-database-visibility",
        ]);
    });

    it("refuses a platform stack that isn't there", async () => {
        cluster.show([]);
        await assert.rejects(register(program, { config: configOf("team-payments"), stacks: {} }), {
            message: /temporal:platformStack: "organization\/temporal\/dev" can't be used: /,
        });
    });

    it("refuses a tenant in another cluster than its platform's", async () => {
        cluster.show(undefined);
        await assert.rejects(register(program, { config: configOf("team-payments"), stacks: devOutputs }), {
            message: /kubernetes:context: namespace temporal-platform of the platform is not in this cluster/,
        });
    });
});

describe("program without a cluster", () => {
    it("refuses a context that the kubeconfig doesn't have", async () => {
        await rejects(configOf("dev"), /The kubeconfig has no context "temporal-local"; it has "elsewhere"\./);
    });

    let cluster: FakeApiServer;
    before(async () => {
        cluster = await fakeApiServer(["elsewhere"]);
    });
    after(() => cluster.stop());
    const rejects = async (config: Record<string, string>, message: RegExp) => {
        await assert.rejects(register(program, { config }), { message });
    };

    it("refuses a stack that names no cluster", async () => {
        const config = Object.fromEntries(
            Object.entries(configOf("dev")).filter(([key]) => key !== "kubernetes:context"),
        );
        await rejects(
            config,
            /kubernetes:context: is missing; the program only touches a cluster that the stack names/,
        );
    });

    it("refuses a mistyped key without showing its value", async () => {
        await rejects(
            { ...configOf("dev"), "temporal:deploymentz": "hunter" },
            /^(?!.*hunter)(.|\n)*"deploymentz" is not a key here, did you mean "deployments"\?/,
        );
    });

    it("refuses an external server without its password", async () => {
        const platform = JSON.stringify({ postgresql: { external: { host: "db.internal" } } });
        await rejects(
            { ...configOf("dev"), "temporal:platform": platform },
            /temporal:postgresqlAdminPassword: is missing; set it with: pulumi config set --secret/,
        );
    });
});
