import assert from "node:assert/strict";

import type { TestStack } from "../helpers/engine.ts";
import { at, changes, failed, makeProviderStack, ok } from "../helpers/temporalProvider.ts";
import { startTemporal, type TemporalServer } from "../helpers/temporalServer.ts";

describe("the provider's SearchAttribute", function () {
    this.timeout(180_000);
    let server: TemporalServer;
    let stack: TestStack;

    before(async function () {
        // Where the programs aren't there yet, they are built first.
        this.timeout(900_000);
        server = await startTemporal();
        stack = await makeProviderStack();
        for (const name of ["shop", "stock"]) await server.cli("operator", "namespace", "create", "-n", name);
    });

    after(async () => {
        await stack?.remove();
        await server?.remove();
    });

    const attribute = (name: string, type: string, opts = "", namespace = "shop") =>
        `new temporal.SearchAttribute(${JSON.stringify(name)},
            { namespace: ${JSON.stringify(namespace)}, name: ${JSON.stringify(name)}, type: ${JSON.stringify(type)} },
            { provider, ${opts} });`;
    const setProgram = (...texts: string[]) => stack.setProgram(at(server.address) + texts.join("\n"));
    const attributes = async (namespace = "shop") =>
        (await server.client.connection.operatorService.listSearchAttributes({ namespace })).customAttributes;
    const cli = (verb: string, ...args: string[]) =>
        server.cli("operator", "search-attribute", verb, "-n", "shop", ...args);

    const customer = attribute("Customer", "Keyword");
    const total = attribute("Total", "Double");

    it("is previewed without being made", async () => {
        await setProgram(customer, total);
        assert.deepEqual(changes(ok(await stack.preview())).sort(), ["create Customer", "create Total"]);
        assert.deepEqual(await attributes(), {});
    });

    it("is made in its namespace only, and usable when the run ends", async () => {
        ok(await stack.up());
        assert.deepEqual(await attributes(), { Customer: 2, Total: 4 });
        assert.deepEqual(await attributes("stock"), {});
        const query = "Customer = 'x' AND Total > 1";
        await server.client.workflowService.countWorkflowExecutions({ namespace: "shop", query });
        const { id, outputs } = stack.resource("Customer");
        assert.equal(id, "shop/Customer");
        assert.match(String(outputs?.column), /^Keyword\d\d$/);
    });

    it("changes nothing the second time, on refresh, and after it", async () => {
        assert.deepEqual(changes(ok(await stack.up())), []);
        assert.match(ok(await stack.refresh()).output, /4 unchanged/);
        assert.deepEqual(changes(ok(await stack.preview())), []);
    });

    it("keeps its type, and says why", async () => {
        await setProgram(attribute("Customer", "Text"), total);
        const output = failed(await stack.preview());
        assert.match(output, /type can't become Text: it is Keyword, and the values .* would be lost/);
        assert.deepEqual(await attributes(), { Customer: 2, Total: 4 });
    });

    it("is another one by another name", async () => {
        await setProgram(customer.replace('name: "Customer"', 'name: "Client"'), total);
        const run = ok(await stack.up());
        assert.deepEqual(run.steps.find(({ op }) => op === "replace")?.detailedDiff, { name: "update-replace" });
        assert.deepEqual(await attributes(), { Client: 2, Total: 4 });
        await setProgram(customer, total);
        ok(await stack.up());
    });

    it("is made again where it was removed by hand", async () => {
        await cli("remove", "--name", "Total", "--yes");
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), ["create Total"]);
        assert.deepEqual(await attributes(), { Customer: 2, Total: 4 });
    });

    it("shows on refresh that it has another type by now, and isn't changed", async () => {
        await cli("remove", "--name", "Total", "--yes");
        await cli("create", "--name", "Total", "--type", "Int");
        assert.match(ok(await stack.refresh()).output, /Total updated.*\[diff: .*type/);
        assert.match(failed(await stack.up()), /type can't become Double: it is Int/);
        await cli("remove", "--name", "Total", "--yes");
        ok(await stack.up("--refresh"));
    });

    it("is imported by its id, with nothing to change after", async () => {
        await cli("create", "--name", "ByHand", "--type", "Datetime");
        await setProgram(customer, total, attribute("ByHand", "Datetime", 'import: "shop/ByHand"'));
        assert.deepEqual(changes(ok(await stack.up())), ["import ByHand"]);
        await setProgram(customer, total, attribute("ByHand", "Datetime"));
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
        await setProgram(customer, total, attribute("None", "Datetime", 'import: "shop/None"'));
        assert.match(failed(await stack.preview()), /shop\/None.* does not exist/);
    });

    it("isn't made where it exists, and the preview says so already", async () => {
        await cli("create", "--name", "Taken", "--type", "Int");
        await setProgram(customer, total, attribute("ByHand", "Datetime"), attribute("Taken", "Int"));
        const reason =
            /Can't create the search attribute "shop\/Taken": it exists already, of type Int\. .*"shop\/Taken"/;
        assert.match(failed(await stack.preview()), reason);
        assert.match(failed(await stack.up()), reason);
        await cli("remove", "--name", "Taken", "--yes");
    });

    it("goes on with one that exists where that is said, but not as another type", async () => {
        await cli("create", "--name", "Taken", "--type", "Int");
        const taken = (type: string) =>
            attribute("Taken", type).replace("{ namespace", "{ adoptExisting: true, namespace");
        await setProgram(customer, total, attribute("ByHand", "Datetime"), taken("Text"));
        assert.match(failed(await stack.preview()), /"shop\/Taken": it exists already, of type Int\. .* never changes/);
        await setProgram(customer, total, attribute("ByHand", "Datetime"), taken("Int"));
        assert.deepEqual(changes(ok(await stack.up())), ["create Taken"]);
        assert.equal((await attributes())?.Taken, 3);
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
        await setProgram(customer, total, attribute("ByHand", "Datetime"));
        assert.deepEqual(changes(ok(await stack.up())), ["delete Taken"]);
    });

    it("isn't made in a namespace that doesn't exist", async () => {
        await setProgram(customer, total, attribute("ByHand", "Datetime"), attribute("X", "Int", "", "nowhere"));
        assert.match(failed(await stack.up()), /has no namespace "nowhere"/);
        assert.throws(() => stack.resource("X"));
    });

    it("goes where the program drops it", async () => {
        await setProgram(customer);
        assert.deepEqual(changes(ok(await stack.up())).sort(), ["delete ByHand", "delete Total"]);
        assert.deepEqual(await attributes(), { Customer: 2 });
    });

    it("takes all columns at once, and no more than there are", async () => {
        const names = ["A", "B", "C"].flatMap((letter) => [`${letter}Int`, `${letter}Bool`, `${letter}Text`]);
        const all = names.map((name) => attribute(name, name.slice(1)));
        await setProgram(customer, ...all);
        ok(await stack.up());
        assert.equal(Object.keys(await attributes()).length, 10);
        await setProgram(customer, ...all, attribute("DInt", "Int"));
        const output = failed(await stack.up());
        assert.match(output, /no column of type Int left; all 3 are taken by AInt, BInt, CInt\. Remove one/);
        assert.equal(Object.keys(await attributes()).length, 10);
    });

    it("goes with its namespace", async () => {
        await server.cli("operator", "namespace", "delete", "-n", "shop", "--yes");
        ok(await stack.destroy());
        assert.deepEqual(stack.resources(), []);
    });
});
