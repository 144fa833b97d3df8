import assert from "node:assert/strict";

import pg from "pg";

import { makeStack, type Run, type TestStack } from "../helpers/engine.ts";
import { admin, type PostgresqlServer, startPostgresql } from "../helpers/postgresql.ts";

const provider = (port: number, more = "") => `
    import * as postgresql from "@pulumi/postgresql";
    const provider = new postgresql.Provider("server", {
        host: "127.0.0.1", port: ${port}, username: "${admin.user}", password: "${admin.password}",
        sslmode: "disable", superuser: false, connectTimeout: 20, ${more}
    });
`;

const firstPassword = "first 'password' of the role";
const secondPassword = "second password of the role";

/** A role and its database, as the product makes them. */
const program = (port: number, role: string, database = "") => `${provider(port)}
    const role = new postgresql.Role("role", { name: "payments", login: true, ${role} }, { provider });
    new postgresql.Database("database", {
        name: "temporal_payments", owner: role.name, encoding: "UTF8", template: "template0", lcCollate: "C", lcCtype: "C",
        ${database}
    }, { provider });
`;

const password = (text: string) => `password: ${JSON.stringify(text)}`;

function ok(run: Run): Run {
    assert.equal(run.code, 0, run.output);
    return run;
}

function changes({ steps }: Run): string[] {
    return steps.filter(({ op }) => op !== "same" && op !== "refresh").map(({ op, name }) => `${op} ${name}`);
}

describe("the stand-in of the postgresql plugin", () => {
    let server: PostgresqlServer;
    let stack: TestStack;

    before(async function () {
        this.timeout(300_000);
        server = await startPostgresql();
        stack = await makeStack(program(server.port, password(firstPassword)));
    });

    after(async () => {
        await stack?.remove();
        await server?.remove();
    });

    const database = async () =>
        (await server.query("SELECT * FROM pg_database WHERE datname = 'temporal_payments'"))[0];
    const role = async () => (await server.query("SELECT * FROM pg_roles WHERE rolname = 'payments'"))[0];

    it("previews without a server, and makes nothing", async () => {
        await server.stop();
        const run = ok(await stack.preview());
        assert.deepEqual(changes(run).sort(), ["create database", "create role"]);
        assert.deepEqual(stack.resources(), []);
        await server.start();
        assert.equal(await role(), undefined);
    });

    it("waits for a server that starts, and makes role and database", async () => {
        await server.stop();
        const up = stack.up();
        const late = setTimeout(() => server.launch(), 8000);
        ok(await up);
        clearTimeout(late);
        assert.equal((await role())?.rolcanlogin, true);
        assert.equal((await database())?.datcollate, "C");
        assert.ok(await server.accepts("payments", firstPassword, "temporal_payments"));
        assert.ok(!(await server.accepts("payments", secondPassword, "temporal_payments")));
    });

    it("keeps the passwords secret", () => {
        for (const text of [admin.password, firstPassword]) assert.ok(!stack.stateText().includes(text), text);
    });

    it("saves what the official plugin saves", () => {
        const { id, inputs, outputs } = stack.resource("role");
        assert.equal(id, "payments");
        const roleProperties = {
            name: "payments",
            login: true,
            connectionLimit: -1,
            superuser: false,
            createDatabase: false,
            createRole: false,
            inherit: true,
            replication: false,
            bypassRowLevelSecurity: false,
            encryptedPassword: true,
            validUntil: "infinity",
            skipDropRole: false,
            skipReassignOwned: false,
        };
        const defaults = Object.keys(roleProperties).filter((name) => name !== "name" && name !== "login");
        assert.deepEqual(
            { ...inputs, password: undefined },
            { ...roleProperties, password: undefined, __defaults: defaults.sort() },
        );
        assert.deepEqual({ ...outputs, password: undefined }, { ...roleProperties, password: undefined });
        assert.deepEqual(stack.resource("database").outputs, {
            name: "temporal_payments",
            owner: "payments",
            template: "template0",
            encoding: "UTF8",
            lcCollate: "C",
            lcCtype: "C",
            tablespaceName: "pg_default",
            connectionLimit: -1,
            allowConnections: true,
            isTemplate: false,
            alterObjectOwnership: false,
        });
    });

    it("changes nothing the second time, on refresh, and after it", async () => {
        assert.deepEqual(changes(ok(await stack.up())), []);
        const refreshed = ok(await stack.refresh());
        assert.deepEqual(
            refreshed.steps.flatMap(({ diffs }) => diffs),
            [],
        );
        assert.deepEqual(changes(ok(await stack.preview())), []);
    });

    it("updates in place what can be", async () => {
        const { oid } = (await database()) ?? {};
        await stack.setProgram(
            program(server.port, `${password(secondPassword)}, connectionLimit: 40`, "connectionLimit: 30"),
        );
        const previewed = ok(await stack.preview());
        assert.deepEqual(
            previewed.steps.map(({ name, detailedDiff }) => [name, detailedDiff]),
            [
                ["role", { password: "update", connectionLimit: "update" }],
                ["database", { connectionLimit: "update" }],
            ],
        );
        assert.ok(!previewed.output.includes(secondPassword));
        assert.equal((await role())?.rolconnlimit, -1);
        assert.deepEqual(changes(ok(await stack.up())), ["update role", "update database"]);
        assert.equal((await role())?.rolconnlimit, 40);
        assert.equal((await database())?.datconnlimit, 30);
        assert.equal((await database())?.oid, oid);
        assert.ok(await server.accepts("payments", secondPassword, "temporal_payments"));
        assert.ok(!stack.stateText().includes(secondPassword));
    });

    it("shows on refresh what was changed by hand, and mends it", async () => {
        await server.query("ALTER ROLE payments CONNECTION LIMIT 7 CREATEDB");
        const refreshed = ok(await stack.refresh());
        assert.match(refreshed.output, /~ .*Role role updated.*\[diff: .*connectionLimit/);
        assert.equal(stack.resource("role").outputs?.connectionLimit, 7);
        const run = ok(await stack.up());
        assert.deepEqual(changes(run), ["update role"]);
        assert.deepEqual(run.steps.find(({ name }) => name === "role")?.detailedDiff, {
            connectionLimit: "update",
            createDatabase: "update",
        });
        const { rolconnlimit, rolcreatedb } = (await role()) ?? {};
        assert.deepEqual([rolconnlimit, rolcreatedb], [40, false]);
    });

    it("makes again what was dropped by hand", async () => {
        await server.query("DROP DATABASE temporal_payments");
        ok(await stack.refresh());
        assert.throws(() => stack.resource("database"), /no resource/);
        assert.deepEqual(changes(ok(await stack.up())), ["create database"]);
        assert.ok(await database());
    });

    it("renames in place", async () => {
        const { oid } = (await database()) ?? {};
        const renamed = program(server.port, `${password(secondPassword)}, connectionLimit: 40`, "connectionLimit: 30");
        await stack.setProgram(
            renamed.replace('"payments"', '"invoices"').replace('"temporal_payments"', '"invoices"'),
        );
        assert.deepEqual(changes(ok(await stack.up())), ["update role", "update database"]);
        assert.equal(await database(), undefined);
        assert.ok(await server.accepts("invoices", secondPassword, "invoices"));
        assert.deepEqual(
            await server.query(
                "SELECT oid FROM pg_database WHERE datname = 'invoices' AND datdba = 'invoices'::regrole",
            ),
            [{ oid }],
        );
        assert.deepEqual(changes(ok(await stack.preview("--refresh"))), []);
        await stack.setProgram(renamed);
        ok(await stack.up());
        assert.equal((await database())?.oid, oid);
    });

    it("replaces a database whose encoding changes, the old one first", async () => {
        const { oid } = (await database()) ?? {};
        await stack.setProgram(
            program(server.port, `${password(secondPassword)}, connectionLimit: 40`, "connectionLimit: 30").replace(
                'encoding: "UTF8"',
                'encoding: "SQL_ASCII"',
            ),
        );
        const run = ok(await stack.up());
        assert.deepEqual(changes(run), ["delete-replaced database", "replace database", "create-replacement database"]);
        assert.deepEqual(run.steps.find(({ op }) => op === "replace")?.detailedDiff, { encoding: "update-replace" });
        assert.notEqual((await database())?.oid, oid);
        assert.equal((await database())?.encoding, 0);
    });

    it("says why something can't be made, and leaves the state in order", async () => {
        await server.query("CREATE ROLE taken");
        await stack.setProgram(
            `${provider(server.port)} new postgresql.Role("other", { name: "taken", ${password("unseen")} }, { provider });`,
        );
        const { code, output } = await stack.up("--target", "**other");
        assert.notEqual(code, 0);
        assert.match(
            output,
            new RegExp(
                `can't create the role "taken": PostgreSQL at 127.0.0.1:${server.port} says: role "taken" already`,
            ),
        );
        assert.ok(!output.includes("unseen"));
        assert.throws(() => stack.resource("other"));
    });

    it("imports by name", async () => {
        await server.query("CREATE DATABASE adopted OWNER taken CONNECTION LIMIT 3 TEMPLATE template0 LC_COLLATE 'C'");
        await stack.setProgram(
            `${provider(server.port)}
            const role = new postgresql.Role("taken", { name: "taken" }, { provider, import: "taken" });
            new postgresql.Database("adopted", { name: "adopted", owner: role.name, connectionLimit: 3 },
                { provider, import: "adopted" });
        `,
        );
        const run = ok(await stack.up());
        assert.deepEqual(
            changes(run)
                .filter((change) => change.startsWith("import"))
                .sort(),
            ["import adopted", "import taken"],
        );
        assert.equal(stack.resource("adopted").outputs?.lcCollate, "C");
        // What the program no longer has is gone from the server, too.
        assert.equal(await database(), undefined);
        assert.equal(await role(), undefined);
    });

    it("says so where there is nothing to import", async () => {
        await stack.setProgram(
            `${provider(server.port)} new postgresql.Role("x", { name: "nobody_here" }, { provider, import: "nobody_here" });`,
        );
        const { code, output } = await stack.preview();
        assert.notEqual(code, 0);
        assert.match(output, /nobody_here.* does not exist/);
    });

    it("drops a database that is in use, and its owner", async () => {
        const session = new pg.Client({ ...admin, host: "127.0.0.1", port: server.port, database: "adopted" });
        await session.connect();
        const ends: string[] = [];
        session.on("error", ({ message }) => ends.push(message));
        ok(await stack.destroy());
        assert.match(ends[0] ?? "", /terminating connection due to administrator command/);
        assert.deepEqual(stack.resources(), []);
        assert.deepEqual(await server.query("SELECT 1 FROM pg_roles WHERE rolname = 'taken'"), []);
        assert.deepEqual(await server.query("SELECT 1 FROM pg_database WHERE datname = 'adopted'"), []);
    });

    it("makes a role a member of others, and no longer, whatever their order", async () => {
        const of = async () =>
            (
                await server.query(
                    "SELECT roleid::regrole::text AS role FROM pg_auth_members WHERE member = 'payments'::regrole ORDER BY 1",
                )
            ).map((row) => (row as { role: string }).role);
        const roles = (names: string) => program(server.port, `${password(firstPassword)}, ${names}`);
        await stack.setProgram(roles('roles: ["pg_monitor"]'));
        ok(await stack.up());
        assert.deepEqual(await of(), ["pg_monitor"]);
        assert.deepEqual(changes(ok(await stack.preview())), []);
        await stack.setProgram(roles('roles: ["pg_signal_backend", "pg_monitor"]'));
        assert.deepEqual(changes(ok(await stack.up())), ["update role"]);
        assert.deepEqual(await of(), ["pg_monitor", "pg_signal_backend"]);
        await stack.setProgram(roles('roles: ["pg_monitor", "pg_signal_backend"]'));
        assert.deepEqual(changes(ok(await stack.preview())), []);
        await server.query("REVOKE pg_monitor FROM payments");
        ok(await stack.refresh());
        assert.deepEqual(changes(ok(await stack.up())), ["update role"]);
        assert.deepEqual(await of(), ["pg_monitor", "pg_signal_backend"]);
        await stack.setProgram(roles(""));
        assert.deepEqual(changes(ok(await stack.up())), ["update role"]);
        assert.deepEqual(await of(), []);
        ok(await stack.destroy());
    });

    it("works for an admin who isn't a superuser", async () => {
        await server.query("CREATE ROLE manager LOGIN CREATEDB CREATEROLE PASSWORD 'manager'");
        const managed = program(server.port, password(firstPassword))
            .replace(`username: "${admin.user}"`, 'username: "manager"')
            .replace(`password: "${admin.password}"`, 'password: "manager"');
        await stack.setProgram(managed);
        ok(await stack.up());
        assert.ok(await server.accepts("payments", firstPassword, "temporal_payments"));
        assert.deepEqual(await server.query("SELECT 1 FROM pg_auth_members WHERE member = 'manager'::regrole"), []);
        ok(await stack.destroy());
        assert.equal(await role(), undefined);
    });

    for (const [what, text, reason] of [
        ["other types", 'new postgresql.Schema("s", { name: "s" }, { provider });', /knows roles and databases only/],
        [
            "other properties",
            'new postgresql.Role("r", { name: "r", searchPaths: ["x"] }, { provider });',
            /searchPaths.*doesn't know/s,
        ],
        ["a resource without a name", 'new postgresql.Role("r", {}, { provider });', /a name must be given/],
    ] as const) {
        it(`refuses ${what} in one sentence`, async () => {
            await stack.setProgram(provider(server.port) + text);
            const { code, output } = await stack.preview();
            assert.notEqual(code, 0);
            assert.match(output, reason);
            assert.doesNotMatch(output, /^\s+at /m);
        });
    }

    it("names the server that can't be reached", async () => {
        await stack.setProgram(
            `${provider(1, "connectTimeout: 2").replace("connectTimeout: 20, ", "")}
            new postgresql.Role("r", { name: "r" }, { provider });`,
        );
        const { code, output } = await stack.up();
        assert.notEqual(code, 0);
        assert.match(output, /PostgreSQL at 127\.0\.0\.1:1 can't be reached within 2 s: .*ECONNREFUSED/);
        assert.ok(!output.includes(admin.password));
    });

    it("tells a wrong password at once", async () => {
        await stack.setProgram(
            `${provider(server.port).replace(admin.password, "wrong")}
            new postgresql.Role("r", { name: "r" }, { provider });`,
        );
        const { code, output } = await stack.up();
        assert.notEqual(code, 0);
        assert.match(output, /can't be reached: password authentication failed for user "admin"/);
    });
});
