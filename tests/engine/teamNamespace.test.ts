import assert from "node:assert/strict";
import { join } from "node:path";

import { repoRoot } from "../../local/paths.ts";
import type { TeamNamespacePlan } from "../../planning/team/teamPlan.ts";
import type { TestStack } from "../helpers/engine.ts";
import { at, changes, failed, makeProviderStack, ok } from "../helpers/temporalProvider.ts";
import { startTemporal, type TemporalServer } from "../helpers/temporalServer.ts";
import { eventually } from "../helpers/wait.ts";

const component = join(repoRoot, "components", "team", "teamNamespace.ts");
const plan: TeamNamespacePlan = {
    name: "orders-dev",
    description: "Orders of the shop",
    ownerEmail: undefined,
    retention: "72h",
    data: { team: "orders" },
    searchAttributes: { Customer: "Keyword", Total: "Int" },
    limits: {},
    protect: false,
    forceDelete: false,
    adopt: false,
};

describe("a team's Temporal namespace", function () {
    this.timeout(180_000);
    let server: TemporalServer;
    let stack: TestStack;

    before(async function () {
        // Where the programs aren't there yet, they are built first.
        this.timeout(900_000);
        server = await startTemporal();
        stack = await makeProviderStack();
    });
    after(async () => {
        await stack?.remove();
        await server?.remove();
    });

    const setPlans = (...plans: Partial<TeamNamespacePlan>[]) =>
        stack.setProgram(
            `${at(server.address)}
            import { TeamNamespace } from ${JSON.stringify(component)};
            for (const plan of ${JSON.stringify(plans.map((changed) => ({ ...plan, ...changed })))})
                new TeamNamespace(plan.name, { plan }, { providers: { "temporal-objects": provider } });`,
        );
    const described = (namespace: string) => server.client.workflowService.describeNamespace({ namespace });
    const attributes = async () => {
        const { operatorService } = server.client.connection;
        return (await operatorService.listSearchAttributes({ namespace: plan.name })).customAttributes;
    };
    const components = (change: string) => !/^\w+ (orders-dev|by-hand)$/.test(change);

    it("is made with its search attributes, and a second run changes nothing", async () => {
        await setPlans({});
        const made = changes(ok(await stack.up())).filter(components);
        assert.deepEqual(made.sort(), [
            "create orders-dev-attribute-Customer",
            "create orders-dev-attribute-Total",
            "create orders-dev-namespace",
        ]);
        assert.deepEqual(changes(ok(await stack.up())), []);
    });

    it("stays whole where its deletion is refused, with what workflows have set, and the next up goes on", async () => {
        const { connection } = server.client;
        const start = (workflowId: string) =>
            connection.workflowService.startWorkflowExecution({
                namespace: plan.name,
                workflowId,
                requestId: workflowId,
                workflowType: { name: "order" },
                taskQueue: { name: "nobody" },
                searchAttributes: {
                    indexedFields: {
                        Customer: {
                            metadata: { encoding: Buffer.from("json/plain"), type: Buffer.from("Keyword") },
                            data: Buffer.from('"Ada"'),
                        },
                    },
                },
            });
        await start("a");
        await start("b");
        const found = async () => {
            const query = "Customer = 'Ada'";
            const asked = { namespace: plan.name, query };
            return (await connection.workflowService.countWorkflowExecutions(asked)).count?.toNumber();
        };
        await eventually("visibility to know both", 30, async () => (await found()) === 2);

        assert.match(failed(await stack.destroy()), /it has 2 open workflows/);
        assert.deepEqual(await attributes(), { Customer: 2, Total: 3 });
        const again = changes(ok(await stack.up())).filter(components);
        assert.deepEqual(
            again.filter((change) => !/^create orders-dev-attribute-/.test(change)),
            [],
        );
        assert.equal(await found(), 2);
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
    });

    it("goes with open workflows once that is forced", async () => {
        await setPlans({ forceDelete: true });
        assert.deepEqual(changes(ok(await stack.up())), ["update orders-dev-namespace"]);
        ok(await stack.destroy());
        await assert.rejects(described(plan.name), /not found/);
    });

    it("is taken over where it is to be adopted, with no difference after, and marked once it is the program's", async () => {
        const adopted = { name: "by-hand", description: "of before", retention: "96h", searchAttributes: {} };
        const options = ["--retention", "96h", "--description", "of before", "--data", "who=me"];
        await server.cli("operator", "namespace", "create", "-n", "by-hand", ...options);
        await setPlans({ ...adopted, adopt: true });
        const preview = ok(await stack.preview());
        const update = preview.steps.find(({ op, name }) => op === "update" && name === "by-hand-namespace");
        assert.deepEqual(update?.detailedDiff, { "data.team": "add", "data.who": "delete" });
        const run = changes(ok(await stack.up())).filter(components);
        assert.deepEqual(run, ["import by-hand-namespace", "update by-hand-namespace"]);
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
        const { data } = (await described("by-hand")).namespaceInfo ?? {};
        assert.deepEqual([data?.who, data?.team], ["", "orders"]);
        assert.match(data?.["pulumi-owner"] ?? "", /by-hand-namespace/);
        await setPlans({ ...adopted, adopt: false });
        assert.deepEqual(changes(ok(await stack.up())), []);
        ok(await stack.destroy());
    });
});
