/** Who reaches whom: real connections between pods, beside what the planned policies say by the rules of NetworkPolicy. */
import assert from "node:assert/strict";

import { parseStackConfig } from "../../config/parse.ts";
import { hostAddress, linkCidr } from "../../local/cluster/layout.ts";
import { componentLabel, labels } from "../../planning/labels.ts";
import { nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import type { Plan } from "../../planning/stackPlan.ts";
import { metricsPort, namedPorts, webUiPort } from "../../planning/ports.ts";
import { idlePod, reached, addressOf, type Source, type Target } from "../helpers/connections.ts";
import { allows, type Cluster } from "../helpers/policySimulator.ts";
import { type TemporalStack, temporalStack } from "../helpers/temporalStack.ts";
import { eventually } from "../helpers/wait.ts";

const platformNamespace = "temporal-apart-platform";
const [a, b] = ["temporal-apart-a", "temporal-apart-b"];
const [clientNamespace, strangerNamespace] = ["temporal-apart-client", "temporal-apart-stranger"];
const config = {
    platform: { namespace: platformNamespace },
    deployments: [
        { name: "apart-a", slot: 16, size: "dev", clients: { namespaces: [clientNamespace] } },
        { name: "apart-b", slot: 17, size: "dev", webUi: false, adminTools: false, clients: { cidrs: [linkCidr] } },
    ],
};
const bystanders = [
    idlePod(clientNamespace, "client"),
    idlePod(strangerNamespace, "stranger"),
    // Carries the labels of a deployment's pod, in a namespace of its own.
    idlePod(strangerNamespace, "impostor", labels("apart-a", "frontend")),
    // Runs beside a deployment's pods, and is none of them.
    idlePod(a, "lodger"),
    // The schema job's own pod has ended.
    idlePod(a, "schema", labels("apart-a", "schema")),
];

/** One line of the table. */
interface Line {
    readonly from: string;
    readonly to: string;
    readonly port: number;
    readonly what: string;
    readonly result: "open" | "no answer";
}

describe("network policies of two deployments", function () {
    this.timeout(300_000);
    let stack: TemporalStack;
    let plan: Plan;
    let sources: Source[];
    let seen: Line[];
    let expected: Line[];

    before(async () => {
        stack = await temporalStack("apart");
        plan = planStack(parseStackConfig(stack.configure(config)), { stack: "apart", live: nothingLive });
        const namespaces = [clientNamespace, strangerNamespace];
        await Promise.all(namespaces.map((name) => stack.core.createNamespace({ body: { metadata: { name } } })));
        await stack.up();
        for (const pod of bystanders) {
            await stack.core.createNamespacedPod({ namespace: pod.metadata?.namespace ?? "", body: pod });
        }
        const everywhere = [platformNamespace, a, b, ...namespaces];
        sources = [
            ...(await eventually("the bystanders to run", 60, () => podsIn(everywhere))),
            { name: "machine", address: hostAddress, labels: {} },
        ];
        const targets = sources.flatMap((endpoint) =>
            portsOf(endpoint, plan).map(({ port, name }) => ({ endpoint, port, what: name })),
        );
        const world = await clusterOf(everywhere);
        const lines = (from: Source, isOpen: (target: Target) => boolean) =>
            targets
                .filter(({ endpoint }) => endpoint !== from)
                .map((target): Line => ({
                    from: from.name,
                    to: target.endpoint.name,
                    port: target.port,
                    what: target.what,
                    result: isOpen(target) ? "open" : "no answer",
                }));
        expected = sources.flatMap((from) =>
            lines(from, ({ endpoint, port }) => allows(world, from, endpoint, { protocol: "TCP", port })),
        );
        const answers = await Promise.all(
            sources.map(async (from) => {
                const others = targets.filter(({ endpoint }) => endpoint !== from);
                const open = await reached(stack, from, others);
                return lines(from, (target) => open.has(addressOf(target)));
            }),
        );
        seen = answers.flat();
        if (process.env.TABLE) process.stdout.write(`${table(seen)}\n`);
    });
    after(async () => {
        for (const name of [clientNamespace, strangerNamespace]) await stack?.core.deleteNamespace({ name });
        await stack?.remove();
    });

    /** All pods that serve or could connect, or undefined as long as a bystander has no address. */
    async function podsIn(namespaces: readonly string[]): Promise<Source[] | undefined> {
        const lists = await Promise.all(namespaces.map((namespace) => stack.core.listNamespacedPod({ namespace })));
        const pods = lists
            .flatMap(({ items }) => items)
            .filter(({ status }) => !["Succeeded", "Failed"].includes(status?.phase ?? ""));
        if (pods.some(({ status }) => status?.phase !== "Running")) return undefined;
        return pods.map(({ metadata, status }) => {
            const component = metadata?.labels?.[componentLabel];
            const isBystander = bystanders.some((pod) => pod.metadata?.name === metadata?.name);
            const instance = String(metadata?.namespace).replace("temporal-", "");
            return {
                name: isBystander || !component ? String(metadata?.name) : `${instance}/${component}`,
                address: status?.podIP ?? "",
                labels: metadata?.labels ?? {},
                namespace: metadata?.namespace ?? "",
                pod: metadata?.name ?? "",
                shell: component === "postgresql" ? "bash" : "busybox",
            };
        });
    }

    /** The planned policies, in namespaces with the labels that they really have. */
    async function clusterOf(namespaces: readonly string[]): Promise<Cluster> {
        const policies = Object.fromEntries(
            plan.deployments.map(({ namespace, networkPolicies }) => [namespace, networkPolicies]),
        );
        if (plan.platform.kind === "owned") policies[platformNamespace] = plan.platform.networkPolicies;
        const entries = namespaces.map(async (name) => {
            const { metadata } = await stack.core.readNamespace({ name });
            return [name, { labels: metadata?.labels ?? {}, policies: policies[name] ?? [] }] as const;
        });
        return Object.fromEntries(await Promise.all(entries));
    }

    const open = () => seen.filter(({ result }) => result === "open");

    it("lets through what the plan's policies allow, and nothing else", () => {
        assert.deepEqual(
            seen.filter((line, index) => line.result !== expected[index]?.result),
            [],
        );
        assert.deepEqual(seen, expected);
    });

    it("lets no pod of one deployment reach a pod of the other", () => {
        const crossing = seen.filter(
            ({ from, to }) =>
                (from.startsWith("apart-a/") && to.startsWith("apart-b/")) ||
                (from.startsWith("apart-b/") && to.startsWith("apart-a/")),
        );
        assert.ok(crossing.length > 100, `only ${crossing.length} connections tried`);
        assert.deepEqual(
            crossing.filter(({ result }) => result === "open"),
            [],
        );
    });

    it("lets no bystander in but the client, and that one to frontend and web UI only", () => {
        const from = (...names: string[]) => open().filter((line) => names.includes(line.from));
        assert.deepEqual(from("stranger", "impostor", "lodger"), []);
        assert.deepEqual(
            from("client").map(({ to, port }) => `${to} ${port}`),
            ["apart-a/frontend 23243", "apart-a/frontend 23233", "apart-a/ui 8080"],
        );
    });

    it("lets all four services of each deployment reach each other's gRPC and membership, and PostgreSQL", () => {
        for (const deployment of ["apart-a", "apart-b"]) {
            const inside = open().filter(
                ({ from, to, what }) =>
                    /\/(frontend|history|matching|worker)$/.test(from) &&
                    from.startsWith(deployment) &&
                    to.startsWith(deployment) &&
                    /grpc|membership/.test(what),
            );
            assert.equal(inside.length, 4 * 3 * 2, `${deployment}: ${inside.length}`);
            const database = open().filter(({ from, port }) => from.startsWith(deployment) && port === 5432);
            assert.equal(database.length, deployment === "apart-a" ? 5 : 4);
        }
    });

    it("shows no drift of the policies in a refresh", async () => {
        const refresh = await stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes", "--diff");
        assert.equal(refresh.code, 0, refresh.output);
    });
});

/** What listens on a pod's address. */
function portsOf({ name }: Source, { deployments }: Plan): { name: string; port: number }[] {
    const [instance, component] = name.split("/");
    const deployment = deployments.find((each) => each.name === instance);
    if (component === "postgresql") return [{ name: "postgresql", port: 5432 }];
    if (component === "ui") return [{ name: "web UI", port: webUiPort }];
    const own = deployment ? namedPorts(deployment.ports).filter((port) => port.name.startsWith(`${component}.`)) : [];
    return own.length > 0 ? [...own, { name: "metrics", port: metricsPort }] : [];
}

/** The table for people: one line for each pair of ends. */
function table(lines: readonly Line[]): string {
    const columns = (...texts: string[]) => texts.map((text, i) => text.padEnd([18, 26, 44, 0][i] ?? 0)).join(" ");
    const pairs = [...new Set(lines.map(({ from, to }) => `${from} ${to}`))];
    const rows = pairs.map((pair) => {
        const ports = (result: Line["result"]) =>
            lines
                .filter((line) => `${line.from} ${line.to}` === pair && line.result === result)
                .map(({ port, what }) => `${port} ${what.replace(/^.*\./, "")}`)
                .join(", ") || "-";
        const [from = "", to = ""] = pair.split(" ");
        return columns(from, to, ports("open"), ports("no answer"));
    });
    return [columns("from", "to", "open", "no answer"), ...rows].join("\n");
}
