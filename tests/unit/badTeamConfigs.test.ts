import assert from "node:assert/strict";

import { parseStackConfig } from "../../config/parse.ts";
import { nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import type { PlatformContract } from "../../planning/platformContract.ts";
import { contract, orders, planOfTeams, problemsOf, type TeamSurroundings } from "../helpers/teams.ts";

const t0 = "temporal:teams[0]";
const n0 = `${t0}.namespaces[0]`;
const w = `${t0}.workers`;
const shape = "must be lowercase letters, digits and dashes, beginning with a letter";

/** A team that differs from a good one by `changes`. */
const team = (changes: object) => [{ ...orders, ...changes }];
const namespace = (changes: object) => team({ namespaces: [changes] });
const workers = (changes: object) => team({ workers: changes });
const scaled = (...changes: object[]) =>
    workers({ autoscaling: changes.map((change) => ({ deployment: "shipper", taskQueue: "orders", ...change })) });
const attributes = (count: number, type: string) =>
    namespace({
        searchAttributes: Object.fromEntries(Array.from({ length: count }, (_, index) => [`A${index}`, type])),
    });
const on = (changes: Partial<PlatformContract>): TeamSurroundings => ({ contract: { ...contract, ...changes } });
const terms = (changes: object) => on({ teams: { ...contract.teams, ...changes } as PlatformContract["teams"] });
const operator = on({
    monitoring: { mode: "operator", runbooks: "docs/runbooks", prometheusNamespace: "monitoring", labels: {} },
});

/** Teams, the one mistake in them with its key, and what is otherwise than usual. */
const table: readonly [teams: unknown, told: string, surroundings?: TeamSurroundings][] = [
    ["orders", `temporal:teams: "orders" is not allowed; must be a list`],
    [[{ deployment: "dev" }], `${t0}.name: is missing; must be text`],
    [[{ name: "orders" }], `${t0}.deployment: is missing; must be text`],
    [team({ name: "Orders" }), `${t0}.name: "Orders" is not allowed; ${shape}`],
    [team({ name: "orders-" }), `${t0}.name: "orders-" is not allowed; ${shape}`],
    [team({ name: "a".repeat(25) }), `${t0}.name: "${"a".repeat(25)}" is not allowed; must be at most 24 characters`],
    [
        team({ name: "platform" }),
        `${t0}.name: "platform" is reserved; must be none of default, kube, platform, temporal`,
    ],
    [
        team({ namespcaes: [] }),
        `${t0}: "namespcaes" is not a key here, did you mean "namespaces"?; allowed: name, deployment, environment, group, namespaces, workers, alerts`,
    ],
    [team({ deployment: "Dev" }), `${t0}.deployment: "Dev" is not allowed; ${shape}`],
    [
        team({ deployment: "prod" }),
        `${t0}.deployment: "prod" is no deployment that runs on the platform; must be one of dev, uat`,
    ],
    [team({ environment: "dev_1" }), `${t0}.environment: "dev_1" is not allowed; ${shape}`],
    [
        team({ group: "system:authenticated" }),
        `${t0}.group: "system:authenticated" is not allowed; must be a group of the team's own people`,
    ],
    [[orders, orders], `temporal:teams[1].name: "orders-dev" is taken by ${t0}.name; must be a team of its own`],
    [team({ namespaces: [] }), `${t0}.namespaces: [] is not allowed; must have at least one namespace`],
    [
        team({ namespaces: [{}, {}] }),
        `${t0}.namespaces[1].name: "orders-dev" is taken by ${n0}.name; must be a Temporal namespace of its own`,
    ],
    [
        namespace({ suffix: "eu", name: "orders-eu" }),
        `${n0}: {"suffix":"eu","name":"orders-eu"} is not allowed; must have suffix or name, not both`,
    ],
    [namespace({ name: "Orders" }), `${n0}.name: "Orders" is not allowed; ${shape}`],
    [namespace({ name: "temporal-system" }), `${n0}.name: "temporal-system" is the server's own; must be another`],
    [
        namespace({ name: "default" }),
        `${n0}.name: "default" is where every SDK and CLI goes that is told of no other; must be another`,
    ],
    [
        namespace({ retention: "30m" }),
        `${n0}.retention: "30m" is not allowed; must be a length of time of at least 1h, for example "72h" or "30d"`,
    ],
    [
        namespace({ retention: "a week" }),
        `${n0}.retention: "a week" is not allowed; must be a length of time of at least 1h, for example "72h" or "30d"`,
    ],
    [namespace({ retention: 72 }), `${n0}.retention: 72 is not allowed; must be text`],
    [
        namespace({ retention: "12h" }),
        `${n0}.retention: "12h" is outside of what the platform allows (temporal:platform.teams.retention); must be at least 24h`,
    ],
    [
        namespace({ retention: "31d" }),
        `${n0}.retention: "31d" is outside of what the platform allows (temporal:platform.teams.retention); must be at most 30d`,
    ],
    [
        namespace({ limits: { rps: 1001 } }),
        `${n0}.limits.rps: 1001 is more than the platform allows (temporal:platform.teams.limits); must be at most 1000`,
    ],
    [
        namespace({ limits: { longPolls: 601 } }),
        `${n0}.limits.longPolls: 601 is more than the platform allows (temporal:platform.teams.limits); must be at most 600`,
    ],
    [namespace({ limits: { rps: 0 } }), `${n0}.limits.rps: 0 is not allowed; must be at least 1`],
    [
        namespace({ limits: { qps: 5 } }),
        `${n0}.limits: "qps" is not a key here, did you mean "rps"?; allowed: rps, visibilityRps, longPolls`,
    ],
    [
        namespace({ searchAttributes: { Customer: "keyword" } }),
        `${n0}.searchAttributes.Customer: "keyword" is not allowed; must be one of Keyword, Text, Int, Double, Bool, Datetime, KeywordList`,
    ],
    [
        namespace({ searchAttributes: { "1st": "Keyword" } }),
        `${n0}.searchAttributes: "1st" is not allowed as a name; must be letters, digits, _, - and . that don't begin with a digit`,
    ],
    [
        namespace({ searchAttributes: { WorkflowType: "Keyword" } }),
        `${n0}.searchAttributes.WorkflowType: "WorkflowType" is not allowed; must be a name that Temporal doesn't keep for itself`,
    ],
    [
        attributes(4, "Int"),
        `${n0}.searchAttributes: 4 of type Int (A0, A1, A2, A3) are more than the store has columns for; must be at most 3`,
    ],
    [
        attributes(11, "Keyword"),
        `${n0}.searchAttributes: 11 of type Keyword (A0, A1, A2, A3, A4, A5, A6, A7, A8, A9, A10) are more than the store has columns for; must be at most 10`,
    ],
    [namespace({ deletion: "never" }), `${n0}.deletion: "never" is not allowed; must be one of protect, refuse, force`],
    [namespace({ ownerEmail: "orders" }), `${n0}.ownerEmail: "orders" is not allowed; must be an e-mail address`],
    [namespace({ data: { team: "x" } }), `${n0}.data.team: is set by the program; must be left out`],
    [
        namespace({ data: { cost: "" } }),
        `${n0}.data.cost: "" is not allowed; must not be empty: Temporal takes an empty value for none`,
    ],
    [workers({ namespace: "kube-orders" }), `${w}.namespace: "kube-orders" is Kubernetes' own; must be another`],
    [
        workers({ namespace: "temporal-platform" }),
        `${w}.namespace: "temporal-platform" is the platform's own namespace; must be another`,
    ],
    [
        workers({ namespace: "temporal-uat" }),
        `${w}.namespace: "temporal-uat" is held by deployment "uat" of stack organization/temporal/dev; must be another`,
    ],
    [
        team({ environment: "e".repeat(43), name: "t".repeat(20), namespaces: [{ name: "short" }] }),
        `${w}.namespace: "${"t".repeat(20)}-${"e".repeat(43)}-workers" has 72 characters; must have at most 63`,
    ],
    [
        team({ environment: "e".repeat(43), name: "t".repeat(20), workers: { namespace: "w" } }),
        `${n0}.name: "${"t".repeat(20)}-${"e".repeat(43)}" has 64 characters; must have at most 63: choose a shorter team, suffix or environment, or a name`,
    ],
    [
        workers({ limitRange: { default: { cpu: "8" } } }),
        `${w}.limitRange.default.cpu: "8" is more than limitRange.max.cpu "4"; must be at most that`,
    ],
    [
        workers({ quota: { memory: "4Gi" } }),
        `${w}.limitRange.max.memory: "8Gi" is more than quota.memory "4Gi"; must be at most that`,
    ],
    [
        workers({ quota: { cpu: "many" } }),
        `${w}.quota.cpu: "many" is not allowed; must be CPU as Kubernetes writes it, for example "500m" or "2"`,
    ],
    [
        workers({ destinations: { cidrs: ["10.0.0.0"] } }),
        `${w}.destinations.cidrs[0]: "10.0.0.0" is not allowed; must be an address block, for example "10.0.0.0/8"`,
    ],
    [workers({ metricsPort: 0 }), `${w}.metricsPort: 0 is not allowed; must be at least 1`],
    [
        scaled({ minReplicas: 5, maxReplicas: 2 }),
        `${w}.autoscaling[0]: {"deployment":"shipper","taskQueue":"orders","minReplicas... is not allowed; must have minReplicas of at most maxReplicas`,
    ],
    [
        scaled({ namespace: "billing-dev" }),
        `${w}.autoscaling[0].namespace: "billing-dev" is no namespace of this team; must be one of orders-dev`,
    ],
    [
        scaled({}, { taskQueue: "returns" }),
        `${w}.autoscaling[1].deployment: "shipper" is taken by ${w}.autoscaling[0].deployment; must be a Deployment of its own`,
    ],
    [
        scaled({ queueTypes: ["workflows"] }),
        `${w}.autoscaling[0].queueTypes[0]: "workflows" is not allowed; must be one of workflow, activity, nexus`,
    ],
    [team({ alerts: { receiver: "pager" } }), `${t0}.alerts.receiver: "pager" is not allowed; must be one of chat`],
    [
        team({ alerts: { receiver: "chat" } }),
        `${t0}.alerts.receiver: "chat" is not allowed; must be a receiver that the platform lets teams use, and there is none (temporal:platform.monitoring.alerts.receivers)`,
        terms({ receivers: [] }),
    ],
    [
        team({ alerts: { receiver: "chat" } }),
        `${t0}.alerts: is not allowed: the platform has no monitoring; must be left out`,
        on({ monitoring: { mode: "none" } }),
    ],
    [
        team({ alerts: { receiver: "chat" } }),
        "temporal:alertSecrets.chat: is missing; set it with: pulumi config set --secret --path temporal:alertSecrets.chat",
        { ...operator, alertSecrets: [] },
    ],
    [
        team({}),
        `${t0}.name: "orders" is not let onto the platform of stack organization/temporal/dev; add it there to temporal:platform.teams.allowed (now: billing, search)`,
        terms({ allowed: ["billing", "search"] }),
    ],
    [
        team({}),
        "temporal:platformStack: stack organization/temporal/dev was deployed by a version of this program that knew no teams; run `pulumi up` there first",
        on({ teams: undefined }),
    ],
    [
        team({}),
        `${t0}.deployment: "dev" is no deployment that runs on the platform; none runs yet; run \`pulumi up\` of its stack first`,
        { live: { ...nothingLive, platformExists: true } },
    ],
];

describe("bad configs of teams", () => {
    for (const [teams, told, surroundings] of table) {
        it(told, () =>
            assert.deepEqual(
                problemsOf(() => planOfTeams(teams, surroundings)),
                [told],
            ),
        );
    }

    const dev = { name: "dev", slot: 0, size: "dev" };
    const p = "temporal:platform.teams";
    /** What a platform's own config says of teams. */
    const platforms: readonly [teams: object, told: string][] = [
        [
            { retention: { min: "10d", max: "5d" } },
            `${p}: {"retention":{"min":"10d","max":"5d"}} is not allowed; must have retention.min of at most retention.max`,
        ],
        [{ limits: { rps: "many" } }, `${p}.limits.rps: "many" is not allowed; must be a whole number`],
        [{ allowed: ["Orders"] }, `${p}.allowed[0]: "Orders" is not allowed; ${shape}`],
        [
            { receivers: ["pager"] },
            `${p}.receivers[0]: "pager" is no receiver of temporal:platform.monitoring.alerts; must be left out`,
        ],
    ];
    for (const [teams, told] of platforms) {
        it(told, () => {
            const config = { platform: { teams }, deployments: [dev] };
            const stack = "organization/temporal/dev";
            const problems = problemsOf(() => planStack(parseStackConfig(config), { stack, live: nothingLive }));
            assert.deepEqual(problems, [told]);
        });
    }

    it("a team alone, without a platform, is no stack", () => {
        const plan = () => planStack(parseStackConfig({ teams: [orders] }), { stack: "a/b/c", live: nothingLive });
        assert.deepEqual(problemsOf(plan), ["temporal:deployments: is empty; must have at least one deployment"]);
    });
});
