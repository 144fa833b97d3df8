/** Teams on one deployment, each with a stack of its own: what they get, what they can't, and how they go. */
import assert from "node:assert/strict";

import { Client, type Connection } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time.js";

import { withFrontend } from "../../live/frontend.ts";
import { kubeConfigOf } from "../../live/kubernetes.ts";
import type { TeamOutput } from "../../local/commands/stack.ts";
import { runTeamSample } from "../../local/sample/team.ts";
import { idlePod, reached } from "../helpers/connections.ts";
import { guild, guildConfig, teamConfig, teamCount, teamName, teamStacks } from "../helpers/guild.ts";
import { temporalNamespace, workersNamespace } from "../helpers/guild.ts";
import { type TemporalStack, temporalStack, type ToolRun } from "../helpers/temporalStack.ts";
import { eventually } from "../helpers/wait.ts";

const alerts = {
    monitoring: {
        bundled: { grafana: { enabled: false } },
        alerts: { receivers: [{ name: "chat", webhook: {} }] },
    },
    // Nobody but teams uses it.
    teams: { receivers: ["chat"] },
};

/** A team that two stacks want. */
const twins = "twins";

describe("teams", function () {
    this.timeout(300_000);
    let environment: TemporalStack;
    let crews: readonly TemporalStack[];
    const [first, second] = [0, 1];
    const crew = (index: number): TemporalStack => {
        const stack = crews[index];
        assert.ok(stack);
        return stack;
    };

    /** Runs `work` with a connection to the deployment that the teams share. */
    const asked = <T>(work: (connection: Connection) => Promise<T>) =>
        withFrontend(kubeConfigOf(environment.cluster.context, environment.cluster.kubeconfig), guild, work);
    const described = (namespace: string) =>
        asked(async ({ workflowService }) => {
            const { namespaceInfo, config } = await workflowService.describeNamespace({ namespace });
            const seconds = config?.workflowExecutionRetentionTtl?.seconds?.toNumber() ?? 0;
            return { description: namespaceInfo?.description, retentionHours: seconds / 3600 };
        });
    const exists = (namespace: string) =>
        described(namespace).then(
            () => true,
            (error: unknown) => {
                assert.match(String(error), /not found/);
                return false;
            },
        );
    const ok = (run: ToolRun) => {
        assert.equal(run.code, 0, run.output);
        return run.output;
    };
    const failed = (run: ToolRun) => {
        assert.notEqual(run.code, 0, run.output);
        assert.doesNotMatch(run.output, /\n\s+at .*\.ts:\d+/, "a stack trace is no message");
        return run.output;
    };
    const output = async (index: number): Promise<TeamOutput> => {
        const { output } = await crew(index).pulumi("stack", "output", "teams", "--json");
        return (JSON.parse(output) as Record<string, TeamOutput>)[`${teamName(index)}-guild`] as TeamOutput;
    };
    /** Every object in a team's Kubernetes namespace but what changes by itself, with its resource version. */
    const objects = async (index: number) => {
        const kinds =
            "configmap,resourcequota,limitrange,serviceaccount,networkpolicy,role,rolebinding,deployment.apps";
        const columns = "custom-columns=K:kind,N:metadata.name,V:metadata.generation,U:metadata.uid";
        const run = ["get", kinds, "-n", workersNamespace(index), "--no-headers", "-o", columns];
        return ok(await environment.kubectl(...run));
    };
    const dynamicConfig = async () => {
        const place = { name: "temporal-dynamic-config", namespace: guild.namespace };
        return (await environment.core.readNamespacedConfigMap(place)).data?.["dynamic-config.yaml"] ?? "";
    };
    const alertmanagerConfig = async () => {
        const place = { name: "alertmanager", namespace: guild.platformNamespace };
        return (await environment.core.readNamespacedConfigMap(place)).data?.["alertmanager.yml"] ?? "";
    };

    before(async () => {
        environment = await temporalStack(guild.stack);
        environment.configure(guildConfig(alerts));
        await environment.setSecret("temporal:alertSecrets", JSON.stringify({ chat: "http://127.0.0.1:9/" }));
        const up = environment.up();
        up.catch(() => undefined);
        crews = await teamStacks();
        await up;
    });
    after(async () => {
        // The Temporal namespaces go with their server, so only what is in Kubernetes has to be removed one by one.
        const namespaces = [
            `${twins}-guild-workers`,
            ...Array.from({ length: teamCount }, (_, n) => workersNamespace(n)),
        ];
        for (const name of namespaces) await environment?.core.deleteNamespace({ name }).catch(() => undefined);
        for (const stack of crews ?? []) await stack.forget();
        await environment?.remove();
    });

    it("are brought up by ten pulumi at the same time, and a second run changes nothing", async () => {
        await Promise.all(crews.map((stack) => stack.up()));
        for (let index = 0; index < teamCount; index++) assert.ok(await exists(temporalNamespace(index)));
        const again = crews.map((stack) => stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes"));
        for (const run of await Promise.all(again)) ok(run);
    });

    it("have a worker that finds its connection in the environment, and a workflow that visibility finds", async () => {
        const frontend = await environment.frontend(guild.namespace, guild.port);
        const team = { name: teamName(first), team: await output(first), frontend };
        const { result, workflowId, query } = await runTeamSample(team, () => undefined);
        assert.match(result, /shipped/);
        const listed = await asked(async (connection) => {
            const ids: string[] = [];
            const { workflow } = new Client({ connection, namespace: temporalNamespace(first) });
            for await (const { workflowId } of workflow.list({ query })) ids.push(workflowId);
            return ids;
        });
        assert.deepEqual(listed, [workflowId]);
    });

    it("change in place: a true diff at preview, and the limits once the deployment's stack has run", async () => {
        const changes = { retention: "5d", description: "of another crew", limits: { rps: 50, visibilityRps: 5 } };
        crew(first).configure(teamConfig(first, changes, { alerts: { receiver: "chat" } }));
        const preview = ok(await crew(first).pulumi("preview", "--diff"));
        assert.match(preview, /~ retention\s*: "72h" => "120h"/);
        assert.match(preview, /~ description\s*: "of a crew" => "of another crew"/);
        assert.equal((await described(temporalNamespace(first))).retentionHours, 72);
        await crew(first).up();
        assert.deepEqual(await described(temporalNamespace(first)), {
            description: "of another crew",
            retentionHours: 120,
        });

        assert.match((await output(first)).pending.join("\n"), /guild/);
        assert.doesNotMatch(await dynamicConfig(), new RegExp(temporalNamespace(first)));
        await environment.up();
        assert.match(await dynamicConfig(), new RegExp(temporalNamespace(first)));
        assert.match(await alertmanagerConfig(), new RegExp(temporalNamespace(first)));
        await crew(first).up();
        assert.deepEqual((await output(first)).pending, []);
    });

    it("show on refresh what somebody has changed with the CLI, and put it right", async () => {
        const namespace = temporalNamespace(first);
        await asked(({ workflowService }) =>
            workflowService.updateNamespace({ namespace, updateInfo: { description: "by hand" } }),
        );
        const refresh = await crew(first).pulumi("refresh", "--yes", "--skip-preview", "--diff");
        assert.match(ok(refresh), /~ description\s*: "of another crew" => "by hand"/);
        await crew(first).up();
        assert.equal((await described(namespace)).description, "of another crew");
    });

    it("take over a namespace that somebody has made with the CLI, with no diff after", async () => {
        const name = "made-by-hand";
        await asked(({ workflowService }) =>
            workflowService.registerNamespace({
                namespace: name,
                description: "of before",
                workflowExecutionRetentionPeriod: msToTs("4 days"),
            }),
        );
        const namespaces = [
            { searchAttributes: { Customer: "Keyword" }, description: "of a crew" },
            { name, description: "of before", retention: "4d", adopt: true },
        ];
        crew(second).configure(teamConfig(second, {}, { namespaces }));
        await eventually("every frontend to know the namespace", 30, () => exists(name));
        assert.match(await crew(second).up(), /import/);
        ok(await crew(second).pulumi("preview", "--expect-no-changes"));
        assert.deepEqual(await described(name), { description: "of before", retentionHours: 96 });
    });

    it("can do in Kubernetes what they should, and nothing elsewhere", async () => {
        const [own, other] = [workersNamespace(first), workersNamespace(second)];
        const group = ["--as", "ada", "--as-group", `${teamName(first)}-people`];
        const account = ["--as", `system:serviceaccount:${own}:temporal-worker`];
        const elsewhere = [other, guild.namespace, guild.platformNamespace, "default", "kube-system"];
        type Line = readonly [who: readonly string[], verb: string, what: string, where: string, can: boolean];
        const table: readonly Line[] = [
            [group, "create", "deployments.apps", own, true],
            [group, "delete", "pods", own, true],
            [group, "get", "pods/log", own, true],
            [group, "create", "pods/exec", own, true],
            [group, "create", "secrets", own, true],
            [group, "patch", "configmaps", own, true],
            [group, "list", "resourcequotas", own, true],
            [group, "update", "resourcequotas", own, false],
            [group, "update", "networkpolicies.networking.k8s.io", own, false],
            [group, "create", "rolebindings.rbac.authorization.k8s.io", own, false],
            [group, "update", "namespaces", own, false],
            [group, "create", "serviceaccounts/token", own, false],
            ...elsewhere.flatMap((where) =>
                ["pods", "secrets", "configmaps"].map((what): Line => [group, "get", what, where, false]),
            ),
            ...[own, ...elsewhere].flatMap((where): Line[] => [
                [account, "get", "secrets", where, false],
                [account, "create", "pods", where, false],
            ]),
        ];
        const answers = await Promise.all(
            table.map(async ([who, verb, what, where]) => {
                const [resource = "", subresource] = what.split("/");
                const part = subresource === undefined ? [] : ["--subresource", subresource];
                const question = ["auth", "can-i", verb, resource, ...part, "-n", where, ...who];
                return /^yes$/m.test((await environment.kubectl(...question)).output);
            }),
        );
        if (process.env.TABLE) {
            const lines = table.map(([who, verb, what, where], index) =>
                [answers[index] ? "yes" : "no ", verb, what, "-n", where, ...who].join(" "),
            );
            process.stdout.write(`${lines.join("\n")}\n`);
        }
        const wrong = table.filter(([, , , , can], index) => answers[index] !== can);
        assert.deepEqual(wrong, []);
    });

    it("reach their deployment's frontend, and nothing else of Temporal", async () => {
        const [namespace, name] = [workersNamespace(first), "curious"];
        await environment.core.createNamespacedPod({ namespace, body: idlePod(namespace, name) });
        const addresses = async (where: string) => {
            const { items } = await environment.core.listNamespacedPod({ namespace: where });
            const running = items.filter(({ status }) => status?.phase === "Running");
            return running.map(({ metadata, status, spec }) => ({
                name: `${where}/${metadata?.labels?.["app.kubernetes.io/component"]}`,
                address: status?.podIP ?? "",
                labels: {},
                ports:
                    spec?.containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort)) ?? [],
            }));
        };
        await eventually("the pod to run", 60, async () => {
            const { status } = await environment.core.readNamespacedPod({ name, namespace });
            return status?.phase === "Running";
        });
        const places = [guild.namespace, guild.platformNamespace, "temporal-dev", "temporal-platform"];
        const pods = (await Promise.all(places.map(addresses))).flat();
        const targets = pods.flatMap(({ ports, ...endpoint }) => ports.map((port) => ({ endpoint, port })));
        assert.ok(targets.some(({ endpoint }) => endpoint.name === "temporal-dev/frontend"));
        assert.ok(targets.length > 15, `only ${targets.length} ports`);
        const source = { name, namespace, pod: name, address: "", labels: {} };
        const open = await reached(environment, source, targets);
        const shown = targets
            .filter(({ endpoint, port }) => open.has(`${endpoint.address}:${port}`))
            .map(({ endpoint, port }) => `${endpoint.name} ${port}`);
        assert.deepEqual(shown.sort(), [`${guild.namespace}/frontend 25233`, `${guild.namespace}/frontend 25243`]);
    });

    it("don't take what another team's stack has", async () => {
        const rival = crew(second);
        rival.configure(teamConfig(first));
        const output = failed(await rival.pulumi("up", "--yes", "--skip-preview"));
        assert.match(output, new RegExp(`organization/temporal/${teamName(first)}`));
        rival.configure(teamConfig(second));
    });

    it("are had by one of two stacks that want the same at the same moment; the other has made nothing of it", async () => {
        const rivals = [8, 9];
        for (const index of rivals) {
            const { teams, ...others } = teamConfig(index);
            crew(index).configure({ ...others, teams: [...teams, { name: twins, deployment: guild.deployment }] });
        }
        const runs = await Promise.all(rivals.map((index) => crew(index).pulumi("up", "--yes", "--skip-preview")));
        const losers = runs.flatMap(({ code, output }, at) => (code === 0 ? [] : [{ index: rivals[at] ?? 0, output }]));
        assert.equal(losers.length, 1, runs.map(({ output }) => output).join("\n"));
        for (const { index, output } of losers) {
            assert.match(output, /already exists|is held by/);
            const { output: state } = await crew(index).pulumi("stack", "export");
            assert.doesNotMatch(state, new RegExp(`"id": "[^"]*${twins}-guild`));
        }
    });

    it("don't go while they have open workflows: it says how many, and nothing has gone", async () => {
        await asked(async (connection) => {
            const client = new Client({ connection, namespace: temporalNamespace(first) });
            for (const workflowId of ["a", "b", "c"])
                await client.workflow.start("order", { taskQueue: "nobody", workflowId });
            await eventually("visibility to know them", 30, async () => {
                const { count } = await client.workflow.count("ExecutionStatus = 'Running'");
                return count === 3;
            });
        });
        const before = await objects(first);
        const destroy = failed(await crew(first).pulumi("destroy", "--yes", "--skip-preview"));
        assert.match(destroy, /it has 3 open workflows/);
        assert.equal(await objects(first), before);
        assert.ok(await exists(temporalNamespace(first)));
        await crew(first).up();
        assert.equal(await objects(first), before);
        const found = await asked((connection) => {
            const { workflow } = new Client({ connection, namespace: temporalNamespace(first) });
            return workflow.count("Customer = 'Ada'");
        });
        assert.equal(found.count, 1, "the search attribute has kept its column");
    });

    it("go when that is forced, from Temporal, Kubernetes and the routes of alerts; others stay as they are", async () => {
        const others = await objects(second);
        crew(first).configure(teamConfig(first, { deletion: "force" }));
        await crew(first).up();
        ok(await crew(first).pulumi("destroy", "--yes", "--skip-preview"));
        assert.equal(await exists(temporalNamespace(first)), false);
        const { code } = await environment.kubectl("get", "namespace", workersNamespace(first));
        assert.equal(code, 1);
        const { items } = await environment.core.listNamespacedConfigMap({ namespace: guild.platformNamespace });
        const claims = items.filter(({ data }) => data?.team === teamName(first));
        assert.deepEqual(claims, []);

        await environment.up();
        for (const config of [await dynamicConfig(), await alertmanagerConfig()])
            assert.doesNotMatch(config, new RegExp(temporalNamespace(first)));
        assert.equal(await objects(second), others);
        assert.ok(await exists(temporalNamespace(second)));
    });
});
