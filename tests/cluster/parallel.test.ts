import assert from "node:assert/strict";

import { type Orders, takeOrders } from "../helpers/orders.ts";
import { type TemporalStack, type TemporalStackConfig, temporalStack } from "../helpers/temporalStack.ts";
import { eventually } from "../helpers/wait.ts";

const platformNamespace = "temporal-host-platform";
const bare = { size: "dev", webUi: false, adminTools: false };
const host = { ...bare, name: "host", slot: 4 };
const slots = [
    { deployment: "tenant-one", slot: 5, connections: 80 },
    { deployment: "tenant-two", slot: 6, connections: 80 },
];
const one = { ...bare, name: "tenant-one" };
const two = { ...bare, name: "tenant-two" };
const platformStack = "organization/temporal/host";
const postgresql = { bundled: { maxConnections: 250 } };
const platform = { namespace: platformNamespace, slots, postgresql };
/** A preview and an `up` of a mistake take some seconds each. */
const ofTwoRuns = 60_000;

describe("parallel deployments", function () {
    this.timeout(300_000);
    let environment: TemporalStack;
    let first: TemporalStack;
    let second: TemporalStack;
    let orders: Orders;
    const results: Promise<string>[] = [];
    let starting: NodeJS.Timeout;

    const configureHost = (...deployments: NonNullable<TemporalStackConfig["deployments"]>) =>
        environment.configure({ platform, deployments });

    before(async () => {
        environment = await temporalStack("host");
        first = await temporalStack("tenant-one");
        second = await temporalStack("tenant-two");
        configureHost(host);
        first.configure({ platformStack, deployments: [one] });
        second.configure({ platformStack, deployments: [two] });
        await environment.up();
        orders = await takeOrders(await environment.frontend("temporal-host", 11_233));
        starting = setInterval(() => {
            results.push(orders.place(100).then((result) => result()));
            results.at(-1)?.catch(() => undefined);
        }, 500);
    });
    after(async () => {
        clearInterval(starting);
        await orders?.close();
        await second?.remove();
        await first?.remove();
        await environment?.remove();
    });

    /** Every object of the platform and its deployments, but those that change by themselves, with its resource version. */
    async function objects(): Promise<string> {
        const namespaces = [platformNamespace, "temporal-host", "temporal-tenant-one", "temporal-tenant-two"];
        const kinds = "deployment.apps,statefulset,job,service,configmap,secret,networkpolicy,serviceaccount,pvc";
        const lists = namespaces.map((namespace) =>
            environment.kubectl(
                ...["get", kinds, "-n", namespace, "--no-headers"],
                ...["-o", "custom-columns=K:kind,N:metadata.name,V:metadata.resourceVersion"],
            ),
        );
        return [...(await Promise.all(lists)).map(({ output }) => output)].join("\n");
    }

    const sql = async (statement: string) => {
        const psql = ["psql", "-U", "postgres", "-Atc", statement];
        const { output } = await environment.kubectl(
            ...["exec", "-n", platformNamespace, "statefulset/postgresql", "--", ...psql],
        );
        return output.trim();
    };

    /** Preview and `up` must both stop with these words, and leave everything as it was. */
    async function refused(stack: TemporalStack, ...told: readonly RegExp[]) {
        const before = await objects();
        for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
            const { code, output } = await stack.pulumi(...command);
            assert.notEqual(code, 0, output);
            for (const words of told) assert.match(output, words);
            assert.doesNotMatch(output, /\n\s+at .*\.ts:\d+/, "a stack trace is no message");
        }
        assert.equal(await objects(), before);
    }

    it("brings two tenant stacks up at the same time, beside a running deployment", async () => {
        await Promise.all([first.up(), second.up()]);
        for (const [stack, namespace, port] of [
            [first, "temporal-tenant-one", 12_233],
            [second, "temporal-tenant-two", 13_233],
        ] as const) {
            const own = await takeOrders(await stack.frontend(namespace, port));
            try {
                assert.match(await (await own.place(0))(), /shipped/);
            } finally {
                await own.close();
            }
        }
        const { output } = await first.pulumi("preview", "--expect-no-changes");
        assert.match(output, /unchanged/);
    });

    it("keeps the rings apart: each database knows its own pods only", async () => {
        for (const [namespace, database] of [
            ["temporal-host", "temporal_host"],
            ["temporal-tenant-one", "temporal_tenant_one"],
            ["temporal-tenant-two", "temporal_tenant_two"],
        ] as const) {
            const { items } = await environment.core.listNamespacedPod({ namespace });
            const own = items.filter(({ status }) => status?.phase === "Running").map(({ status }) => status?.podIP);
            const psql = [
                "psql",
                "-U",
                "postgres",
                "-d",
                database,
                "-Atc",
                "select host(rpc_address::inet) from cluster_membership",
            ];
            const { output } = await environment.kubectl(
                ...["exec", "-n", platformNamespace, "statefulset/postgresql", "--", ...psql],
            );
            assert.deepEqual(output.trim().split("\n").sort(), own.sort());
        }
    });

    const guards: readonly [what: string, stack: () => TemporalStack, config: () => unknown, told: RegExp][] = [
        [
            "another number of history shards",
            () => environment,
            () => configureHost({ ...host, historyShards: 8 }),
            /historyShards: 8 is not allowed; database temporal_host is in use with 4/,
        ],
        [
            "an older server",
            () => environment,
            () => configureHost({ ...host, serverVersion: "1.30.1" }),
            /serverVersion: "1\.30\.1" is not allowed; 1\.31\.2 runs, and a server never goes back/,
        ],
        [
            "another slot",
            () => environment,
            () => configureHost({ ...host, slot: 7 }),
            /slot: slot or ports of a running deployment would change/,
        ],
        [
            "a slot, a namespace and a name that a tenant holds",
            () => environment,
            () =>
                environment.configure({
                    platform: { ...platform, slots: slots.slice(1) },
                    deployments: [host, { ...bare, name: "tenant-one", slot: 5 }],
                }),
            /slot: 5 is held by deployment "tenant-one" of stack organization\/temporal\/tenant-one/,
        ],
        [
            "a tenant's grant taken away",
            () => environment,
            () =>
                environment.configure({
                    platform: { ...platform, slots: slots.slice(1) },
                    deployments: [host],
                }),
            /temporal:platform\.slots: has no entry for deployment "tenant-one" of stack organization\/temporal\/tenant-one/,
        ],
        [
            "more connections than PostgreSQL allows",
            () => environment,
            () => configureHost({ ...host, services: { history: { replicas: 9 } } }),
            /maxConnections: 250 is too few: the deployments may open \d+ connections .* tenant-one 80 \(temporal:platform\.slots\)/,
        ],
        [
            "a deployment left out of the list",
            () => environment,
            () => configureHost(),
            /temporal:deployments: "host" \(slot 4\) is gone from the list but runs; put it back/,
        ],
        [
            "a tenant without a slot in the table",
            () => first,
            () => first.configure({ platformStack, deployments: [one, { ...bare, name: "stranger" }] }),
            /name: "stranger" has no slot in stack organization\/temporal\/host/,
        ],
        [
            "the slot of another stack's deployment",
            () => first,
            () => first.configure({ platformStack, deployments: [one, two] }),
            /name: tenant-two is held by deployment "tenant-two" of stack organization\/temporal\/tenant-two/,
        ],
    ];
    for (const [what, stack, configure, told] of guards) {
        it(`refuses ${what} at preview, and nothing changes`, async () => {
            configure();
            await refused(stack(), told);
        }).timeout(ofTwoRuns);
    }

    it("refuses to take away a deployment with open workflows, until that is said twice", async () => {
        first.configure({ platformStack, deployments: [{ ...one, remove: {} }] });
        const own = await takeOrders(await first.frontend("temporal-tenant-one", 12_233));
        await own.begin(0);
        await eventually("the open workflow to be counted", 30, async () => {
            const { count } = await own.client.workflow.count("ExecutionStatus = 'Running'");
            return count === 1;
        });
        await own.close();
        await refused(first, /remove: is refused: 1 workflows are open \(default 1\)/);
    });

    it("takes it away when it is said twice, keeps its databases, and frees slot and namespace", async () => {
        first.configure({ platformStack, deployments: [{ ...one, remove: { abandonOpenWorkflows: true } }] });
        await first.up();
        const claims = async () => {
            const { items } = await environment.core.listNamespacedConfigMap({ namespace: platformNamespace });
            return items.map(({ metadata }) => metadata?.name).filter((name) => /tenant-one|-5$/.test(name ?? ""));
        };
        assert.deepEqual(await claims(), ["temporal-deployment-tenant-one"]);
        const { code } = await environment.kubectl("get", "namespace", "temporal-tenant-one");
        assert.equal(code, 1);
        first.configure({ platformStack, deployments: [] });
        await first.up();
        const databases = "select count(*) from pg_database where datname like 'temporal_tenant_one%'";
        assert.equal(await sql(databases), "2");
        assert.deepEqual(
            await claims(),
            ["temporal-deployment-tenant-one"],
            "the name stays taken, as its data are there",
        );
    });

    it("drops the databases of a removed deployment where the config says so", async () => {
        second.configure({
            platformStack,
            deployments: [{ ...two, remove: { abandonOpenWorkflows: true, deleteData: true } }],
        });
        await second.up();
        assert.equal(await sql("select count(*) from pg_database where datname like 'temporal_tenant_two%'"), "2");
        second.configure({ platformStack, deployments: [] });
        await second.up();
        assert.equal(await sql("select count(*) from pg_database where datname like 'temporal_tenant_two%'"), "0");
        assert.equal(await sql("select count(*) from pg_roles where rolname = 'temporal_tenant_two'"), "0");
    });

    it("has lost no workflow of the environment's own deployment meanwhile", async () => {
        clearInterval(starting);
        const settled = await Promise.allSettled(results);
        assert.ok(settled.length > 50, `${settled.length} workflows`);
        assert.deepEqual(
            settled.filter(({ status }) => status === "rejected"),
            [],
        );
    });
});
