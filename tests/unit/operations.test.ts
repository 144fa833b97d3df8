import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { ConfigError } from "../../config/errors.ts";
import { readStackFile } from "../../config/stackFile.ts";
import { LiveError, reasonOf } from "../../live/errors.ts";
import { kubeConfigOf } from "../../live/kubernetes.ts";
import { type NamespaceSettings, planCopy, searchAttributeTypes } from "../../live/namespaceSettings.ts";
import { repoRoot } from "../../local/paths.ts";
import { UserError } from "../../local/userError.ts";
import { readArguments } from "../../operations/arguments.ts";
import { copyReport } from "../../operations/copyReport.ts";
import { drainReport } from "../../operations/drainReport.ts";
import { findDeployment, readStack } from "../../operations/stack.ts";

let folder: string;
before(() => (folder = mkdtempSync(join(tmpdir(), "operations-"))));
after(() => rmSync(folder, { recursive: true }));

describe("arguments of the operations", () => {
    it("are names and options in any order, for the stack dev by default", () => {
        assert.deepEqual(readArguments([], "usage", [0, 1]), { stack: "dev", json: false, names: [] });
        assert.deepEqual(readArguments(["a", "--stack", "prod", "b", "--json"], "usage", [2, 2]), {
            stack: "prod",
            json: true,
            names: ["a", "b"],
        });
    });

    it("are refused with the usage when an option is unknown or names are too few or too many", () => {
        const refused = (args: string[], count: readonly [number, number], message: RegExp) =>
            assert.throws(
                () => readArguments(args, "npm run x", count),
                (error) => error instanceof UserError && message.test(error.message),
            );
        refused(["--stak", "prod"], [0, 1], /'--stak'.*\nUsage: npm run x$/s);
        refused(["a", "b"], [0, 1], /^Takes at most 1 name, not 2\.\nUsage: npm run x$/);
        refused(["a"], [2, 2], /^Takes 2 names, not 1\.\nUsage: npm run x$/);
    });
});

describe("the stack's file", () => {
    it("is read without its secrets and without what isn't Temporal's", () => {
        writeFileSync(
            join(folder, "Pulumi.prod.yaml"),
            "config:\n  kubernetes:context: prod-1\n  temporal:platform: {}\n  temporal:postgresqlAdminPassword:\n    secure: v1:x\n  other:key: 1\n",
        );
        assert.deepEqual(readStackFile(folder, "prod"), {
            name: "Pulumi.prod.yaml",
            context: "prod-1",
            temporal: { platform: {} },
        });
    });

    it("may say nothing", () => {
        writeFileSync(join(folder, "Pulumi.empty.yaml"), "");
        assert.deepEqual(readStackFile(folder, "empty"), { name: "Pulumi.empty.yaml", context: null, temporal: {} });
    });

    it("names the stacks there are when it is missing", () => {
        assert.throws(
            () => readStackFile(folder, "pord"),
            (error) => {
                assert(error instanceof ConfigError);
                assert.match(error.message, /Pulumi\.pord\.yaml: is not in .*; the stacks here are empty, prod$/);
                return true;
            },
        );
    });
});

describe("the kubeconfig", () => {
    const context = (name: string) => ({ name, context: { cluster: "c", user: "u" } });
    const write = (name: string, content: object) => {
        const path = join(folder, name);
        writeFileSync(path, JSON.stringify(content));
        return path;
    };
    const clusters = [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }];
    const users = [{ name: "u", user: {} }];

    it("gives exactly the named context, whatever the current one is", () => {
        const file = write("two", { clusters, users, contexts: [context("a"), context("b")], "current-context": "a" });
        assert.equal(kubeConfigOf("b", file).getCurrentContext(), "b");
    });

    it("is that of KUBECONFIG where none is named", () => {
        const before = process.env.KUBECONFIG;
        process.env.KUBECONFIG = write("usual", { clusters, users, contexts: [context("usual")] });
        try {
            assert.equal(kubeConfigOf("usual").getCurrentCluster()?.server, "https://127.0.0.1:1");
        } finally {
            if (before === undefined) delete process.env.KUBECONFIG;
            else process.env.KUBECONFIG = before;
        }
    });

    it("names the contexts there are when the wanted one is missing", () => {
        const file = write("other", {
            clusters,
            users,
            contexts: [context("a"), context("b")],
            "current-context": "a",
        });
        assert.throws(
            () => kubeConfigOf("c", file),
            (error) => {
                assert(error instanceof LiveError);
                assert.match(error.message, /no context "c".*a.*b/);
                return true;
            },
        );
    });

    it("is told when it can't be read", () => {
        assert.throws(
            () => kubeConfigOf("a", join(folder, "nowhere")),
            /^LiveError: The kubeconfig can't be read: .*nowhere/,
        );
    });
});

describe("the reason of an error", () => {
    it("is Kubernetes' message, else the network's, else the error's own", () => {
        const answered = Object.assign(new Error("HTTP-Code: 403 …"), {
            body: '{"kind":"Status","message":"forbidden"}',
        });
        assert.equal(reasonOf(answered), "forbidden");
        assert.equal(reasonOf(Object.assign(new Error("HTTP-Code: 502 …"), { body: "bad gateway" })), "bad gateway");
        assert.equal(
            reasonOf(new Error("fetch failed", { cause: new Error("connect ECONNREFUSED") })),
            "connect ECONNREFUSED",
        );
        assert.equal(reasonOf(new Error("no answer")), "no answer");
    });
});

describe("a copy of namespaces", () => {
    const [keyword, int] = [searchAttributeTypes.indexOf("Keyword"), searchAttributeTypes.indexOf("Int")];
    const orders: NamespaceSettings = {
        name: "orders",
        description: "Orders of the shop",
        ownerEmail: "shop@example.com",
        data: { team: "shop", tier: "1" },
        retention: 259_200,
        historyArchival: null,
        visibilityArchival: null,
        searchAttributes: { CustomerId: keyword, Amount: int },
    };

    it("registers what the target lacks", () => {
        assert.deepEqual(planCopy([orders], []), {
            copies: [{ settings: orders, register: true, searchAttributes: orders.searchAttributes }],
            differences: [],
        });
    });

    it("adds only missing search attributes, and leaves alone what only the target has", () => {
        const there = { ...orders, searchAttributes: { CustomerId: keyword, Region: keyword } };
        const other = { ...orders, name: "payments" };
        assert.deepEqual(planCopy([orders], [there, other]), {
            copies: [{ settings: orders, register: false, searchAttributes: { Amount: int } }],
            differences: [],
        });
    });

    it("has nothing to do the second time, in whatever order data is written", () => {
        const there = { ...orders, data: { tier: "1", team: "shop" } };
        assert.deepEqual(planCopy([orders], [there]), {
            copies: [{ settings: orders, register: false, searchAttributes: {} }],
            differences: [],
        });
    });

    it("tells every difference with both values", () => {
        const there: NamespaceSettings = {
            ...orders,
            description: "",
            ownerEmail: "ops@example.com",
            data: {},
            retention: 86_400,
            historyArchival: "s3://histories",
            visibilityArchival: "s3://visibility",
            searchAttributes: { CustomerId: int, Amount: int },
        };
        assert.deepEqual(planCopy([orders], [there]).differences, [
            'Namespace orders: description is "Orders of the shop" in the source and "" in the target.',
            'Namespace orders: owner email is "shop@example.com" in the source and "ops@example.com" in the target.',
            'Namespace orders: data is {"team":"shop","tier":"1"} in the source and {} in the target.',
            "Namespace orders: retention in seconds is 259200 in the source and 86400 in the target.",
            'Namespace orders: archival of histories is off in the source and "s3://histories" in the target.',
            'Namespace orders: archival of visibility is off in the source and "s3://visibility" in the target.',
            "Namespace orders: search attribute CustomerId is of type Keyword in the source and Int in the target.",
        ]);
    });

    it("is told namespace by namespace", () => {
        const report = copyReport([
            { namespace: "a", registered: true, addedSearchAttributes: ["CustomerId", "Amount"] },
            { namespace: "b", registered: true, addedSearchAttributes: [] },
            { namespace: "c", registered: false, addedSearchAttributes: ["Amount"] },
            { namespace: "d", registered: false, addedSearchAttributes: [] },
        ]);
        assert.deepEqual(report.split("\n"), [
            "a: registered; search attributes added: CustomerId, Amount",
            "b: registered",
            "c: search attributes added: Amount",
            "d: there already, nothing to do",
        ]);
        assert.match(copyReport([]), /nothing to do/);
    });
});

describe("the drain report", () => {
    const remaining = (namespace: string, openWorkflows: number, schedules = 0) => ({
        namespace,
        openWorkflows,
        schedules,
    });

    it("shows each namespace, and for each deployment what is left or that it can be removed", () => {
        const report = drainReport([
            {
                deployment: "old",
                namespaces: [remaining("orders", 11), remaining("payments", 1), remaining("idle", 0)],
            },
            { deployment: "nightly", namespaces: [remaining("reports", 0, 1)] },
            { deployment: "new", namespaces: [remaining("orders", 0)] },
            { deployment: "gone", unreachable: "No frontend pod of namespace temporal-gone is ready." },
        ]);
        assert.match(report, /old\W+orders\W+11\W+0\W/);
        assert.match(report, /nightly\W+reports\W+0\W+1\W/);
        assert.deepEqual(report.split("\n").slice(-4), [
            "old: 12 open workflows in 2 namespaces; it can be removed when this is 0",
            "nightly: 0 open workflows and 1 schedule in 1 namespace; it can be removed when this is 0",
            "new: no open workflows, no schedules; it can be removed",
            "gone: can't be asked. No frontend pod of namespace temporal-gone is ready.",
        ]);
    });

    it("has no table where there is nothing to show", () => {
        assert.equal(
            drainReport([{ deployment: "empty", namespaces: [] }]),
            "empty: no open workflows, no schedules; it can be removed",
        );
    });
});

describe("a stack and its deployments", () => {
    const write = (stack: string, context: string) =>
        writeFileSync(
            join(folder, `Pulumi.${stack}.yaml`),
            `config:\n${context}  temporal:deployments:\n    - { name: old, slot: 0 }\n    - { name: new, slot: 1, namespace: elsewhere }\n`,
        );
    let closedPort: number;
    let kubeconfig: string;
    let usual: string | undefined;
    before(async () => {
        const closed = createServer();
        await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
        closedPort = (closed.address() as AddressInfo).port;
        await new Promise((resolve) => closed.close(resolve));
        kubeconfig = join(folder, "kubeconfig");
        const content = {
            clusters: [{ name: "c", cluster: { server: `https://127.0.0.1:${closedPort}` } }],
            users: [{ name: "u", user: {} }],
            contexts: [{ name: "closed", context: { cluster: "c", user: "u" } }],
        };
        writeFileSync(kubeconfig, JSON.stringify(content));
        write("dev", "  kubernetes:context: closed\n");
        write("nowhere", "");
        usual = process.env.KUBECONFIG;
        process.env.KUBECONFIG = kubeconfig;
    });
    after(() => {
        if (usual === undefined) delete process.env.KUBECONFIG;
        else process.env.KUBECONFIG = usual;
    });

    it("are found by the stack's file", () => {
        const { kubeConfig, deployments } = readStack(folder, "dev");
        assert.equal(kubeConfig.getCurrentContext(), "closed");
        assert.deepEqual(deployments, [
            { name: "old", namespace: "temporal-old" },
            { name: "new", namespace: "elsewhere" },
        ]);
        assert.equal(findDeployment(deployments, "new").namespace, "elsewhere");
        assert.throws(() => findDeployment(deployments, "odl"), /"odl"\. There is: old, new\.$/);
    });

    it("aren't where the file names no cluster", () => {
        assert.throws(
            () => readStack(folder, "nowhere"),
            /^UserError: Pulumi\.nowhere\.yaml names no cluster; .*:context/,
        );
    });

    const run = (script: string, ...args: string[]) =>
        execa(
            process.execPath,
            ["--disable-warning=ExperimentalWarning", join(repoRoot, "operations", script), ...args],
            { cwd: folder, reject: false, stdin: "ignore" },
        );

    it("are told to be unreachable by drain-status, each by itself, with exit code 1", async () => {
        const { exitCode, stdout } = await run("drainStatus.ts");
        assert.equal(exitCode, 1);
        const reason = `The Kubernetes API of context closed can't be asked: connect ECONNREFUSED 127.0.0.1:${closedPort}.`;
        assert.deepEqual(stdout.split("\n"), [`old: can't be asked. ${reason}`, `new: can't be asked. ${reason}`]);
        const json = await run("drainStatus.ts", "new", "--json");
        assert.equal(json.exitCode, 1);
        assert.deepEqual(JSON.parse(json.stdout), [{ deployment: "new", unreachable: reason }]);
    });

    it("fail copy-namespaces in one message with exit code 1", async () => {
        const copied = await run("copyNamespaces.ts", "old", "new");
        assert.equal(copied.exitCode, 1);
        assert.match(copied.stderr, /^The Kubernetes API of context closed can't be asked: .*$/);
        const same = await run("copyNamespaces.ts", "old", "old");
        assert.equal(same.exitCode, 1);
        assert.match(same.stderr, /^"old" can't be copied to itself\.\nUsage: npm run copy-namespaces.*$/);
    });
});
