import assert from "node:assert/strict";

import { parseStackConfig } from "../../config/parse.ts";
import type { LiveState } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import {
    billingStack,
    environmentStack,
    live,
    orders,
    planOfTeam,
    planOfTeams,
    problemsOf,
    recordOf,
} from "../helpers/teams.ts";

const t0 = "temporal:teams[0]";
const billing = recordOf({ name: "billing" }, billingStack);

/** The platform with teams on it. */
const withTeams = (...teams: LiveState["teams"]): LiveState => ({ ...live, teams });

const told = (teams: readonly object[], state: LiveState) => problemsOf(() => planOfTeams(teams, { live: state }));

describe("guards of a team's stack", () => {
    it("let the same team through again, beside others", () => {
        assert.deepEqual(told([orders], withTeams(recordOf({}), billing)), []);
    });

    it("refuse a team that another stack has on that deployment, and nothing where it is another deployment", () => {
        const holder = recordOf({}, billingStack);
        const by = `is held by team "orders" of stack ${billingStack}; must be another`;
        assert.deepEqual(told([orders], withTeams(holder)), [
            `${t0}.name: "orders" on deployment "dev" ${by}`,
            `${t0}.namespaces[0].name: "orders-dev" ${by}`,
            `${t0}.workers.namespace: "orders-dev-workers" ${by}`,
        ]);
        assert.deepEqual(told([orders], withTeams(recordOf({ deployment: "uat" }, billingStack))), []);
    });

    it("refuse a Temporal namespace that another team has, by its holder's name", () => {
        const namespaces = [{ name: "billing-dev" }];
        assert.deepEqual(told([{ ...orders, namespaces }], withTeams(billing)), [
            `${t0}.namespaces[0].name: "billing-dev" is held by team "billing" of stack ${billingStack}; must be another`,
        ]);
    });

    it("refuse a Kubernetes namespace that another team has", () => {
        const workers = { namespace: "billing-dev-workers" };
        assert.deepEqual(told([{ ...orders, workers }], withTeams(billing)), [
            `${t0}.workers.namespace: "billing-dev-workers" is held by team "billing" of stack ${billingStack}; must be another`,
        ]);
    });

    it("refuse another type of a search attribute, and let new ones and the end of old ones through", () => {
        const before = withTeams(recordOf({ namespaces: [{ searchAttributes: { Customer: "Keyword", Old: "Int" } }] }));
        const team = (searchAttributes: object) => [{ ...orders, namespaces: [{ searchAttributes }] }];
        assert.deepEqual(told(team({ Customer: "Text" }), before), [
            `${t0}.namespaces[0].searchAttributes.Customer: Text is not allowed; "Customer" of orders-dev is Keyword, and workflows have set values of that type; must be Keyword, or an attribute of another name`,
        ]);
        assert.deepEqual(told(team({ Customer: "Keyword", Total: "Double" }), before), []);
    });

    describe("that loses a Temporal namespace", () => {
        const two = (deletion = "refuse") => recordOf({ namespaces: [{}, { suffix: "old", deletion }] });
        const open = (counts: Record<string, number>) => ({ ...withTeams(two()), openWorkflows: { dev: { counts } } });

        it("refuse it as long as workflows are open in it, and say how many", () => {
            const rest = 'open in it on deployment "dev"; wait until they have ended, or put it back with';
            const [problem = "", ...others] = told([orders], open({ "orders-old-dev": 3, "orders-dev": 9 }));
            assert.deepEqual(others, []);
            assert.equal(
                problem,
                `temporal:teams: namespace "orders-old-dev" of team "orders" is gone, but 3 workflows are ${rest} deletion: force and run \`pulumi up\` before`,
            );
            assert.match(told([orders], open({ "orders-old-dev": 1 }))[0] ?? "", /but 1 workflow is open/);
        });

        it("let it go when none is open, or when it was forced before", () => {
            assert.deepEqual(told([orders], open({ "orders-old-dev": 0 })), []);
            const forced = { ...withTeams(two("force")), openWorkflows: { dev: { counts: { "orders-old-dev": 3 } } } };
            assert.deepEqual(told([orders], forced), []);
        });

        it("refuse it where nobody can say what is open", () => {
            const silent = {
                ...withTeams(two()),
                openWorkflows: { dev: { unreachable: "No frontend pod is ready." } },
            };
            assert.deepEqual(told([orders], silent), [
                `temporal:teams: namespace "orders-old-dev" of team "orders" is gone, and deployment "dev" can't be asked whether workflows are open: No frontend pod is ready.; must be reachable`,
            ]);
        });

        it("refuse the same of a team that is gone altogether", () => {
            const state = { ...withTeams(recordOf({})), openWorkflows: { dev: { counts: { "orders-dev": 2 } } } };
            assert.match(told([], state)[0] ?? "", /namespace "orders-dev" of team "orders" is gone, but 2 workflows/);
        });
    });

    it("name the context where the platform isn't in the cluster, rather than the deployment", () => {
        const elsewhere = { ...live, platformExists: false, running: {}, claims: [] };
        const problems = told([orders], elsewhere);
        assert.equal(problems.length, 1);
        assert.match(
            problems[0] ?? "",
            /^kubernetes:context: namespace temporal-platform of the platform is not in this/,
        );
    });
});

describe("guards of the stack with the platform", () => {
    const receivers = [{ name: "chat", webhook: {} }];
    const environment = (changes: { platform?: object; dev?: object }, teams: LiveState["teams"]) =>
        problemsOf(() =>
            planStack(
                parseStackConfig({
                    platform: { ...changes.platform },
                    deployments: [
                        { name: "dev", slot: 0, size: "dev", ...changes.dev },
                        { name: "uat", slot: 1, size: "dev" },
                    ],
                }),
                { stack: environmentStack, live: withTeams(...teams) },
            ),
        );

    it("keep the teams that are there among those allowed", () => {
        const teams = (allowed: string[]) => environment({ platform: { teams: { allowed } } }, [billing]);
        assert.deepEqual(teams(["billing"]), []);
        assert.deepEqual(teams(["search"]), [
            `temporal:platform.teams.allowed: has no "billing", which stack ${billingStack} has on deployment "dev"; must keep it until that is destroyed`,
        ]);
    });

    it("keep the receivers that teams have their alerts sent to", () => {
        const told = recordOf({ name: "billing", alerts: { receiver: "chat" } }, billingStack);
        const platform = (list: object[]) => ({
            monitoring: { alerts: { receivers: list } },
            teams: { receivers: list.length > 0 ? ["chat"] : [] },
        });
        assert.deepEqual(environment({ platform: platform(receivers) }, [told]), []);
        assert.deepEqual(environment({ platform: platform([]) }, [told]), [
            `temporal:platform.monitoring.alerts.receivers: has no "chat" for teams, to which team "billing" of stack ${billingStack} has its alerts sent; must keep it until they go elsewhere`,
        ]);
    });

    it("refuse to remove a deployment that other stacks' teams are on", () => {
        const [problem = "", ...others] = environment({ dev: { remove: { abandonOpenWorkflows: true } } }, [billing]);
        assert.deepEqual(others, []);
        assert.ok(
            problem.startsWith(
                `temporal:deployments[0].remove: is refused: teams have namespaces on it ("billing" of stack ${billingStack});`,
            ),
            problem,
        );
    });

    it("refuse a Kubernetes namespace that a team's workers are in", () => {
        const taken = recordOf({ name: "billing", workers: { namespace: "temporal-next" } }, billingStack);
        const state = { ...withTeams(taken), claims: [], running: {}, historyShards: {} };
        const plan = () =>
            planStack(parseStackConfig({ deployments: [{ name: "next", slot: 5, size: "dev" }] }), {
                stack: environmentStack,
                live: state,
            });
        assert.deepEqual(problemsOf(plan), [
            `temporal:deployments[0].namespace: temporal-next is held by team "billing" of stack ${billingStack}; must be another`,
        ]);
    });
});

describe("what waits for another stack", () => {
    const team = { namespaces: [{ limits: { rps: 50, longPolls: 20 } }], alerts: { receiver: "chat" } };

    it("is told in sentences, and no more once the other stacks have run", () => {
        assert.deepEqual(planOfTeam(team).pending, [
            `limits of orders-dev (rps 50, longPolls 20) come into force with the next \`pulumi up\` of stack ${environmentStack}`,
            "alerts of orders go to chat after the next `pulumi up` of the platform's stack",
        ]);
        const { platform, deployments } = planStack(
            parseStackConfig({
                platform: {
                    monitoring: { alerts: { receivers: [{ name: "chat", webhook: {} }] } },
                    teams: { receivers: ["chat"] },
                },
                deployments: [
                    { name: "dev", slot: 0, size: "dev" },
                    { name: "uat", slot: 1, size: "dev" },
                ],
            }),
            { stack: environmentStack, live: withTeams(recordOf(team)) },
        );
        assert.ok(platform.kind === "owned" && platform.monitoring.mode === "bundled");
        const done: LiveState = {
            ...withTeams(recordOf(team)),
            dynamicConfigs: { dev: deployments[0]?.dynamicConfig ?? "" },
            alertmanagerConfig: platform.monitoring.alertmanager.config,
        };
        assert.deepEqual(planOfTeam(team, { live: done }).pending, []);
        const more = { ...team, namespaces: [{ limits: { rps: 60, longPolls: 20 } }] };
        assert.match(planOfTeam(more, { live: done }).pending.join(), /^limits of orders-dev \(rps 60\) come/);
    });

    it("is nothing of what a stack does for teams of its own", () => {
        const config = {
            platform: {
                monitoring: { alerts: { receivers: [{ name: "chat", webhook: {} }] } },
            },
            deployments: [{ name: "dev", slot: 0, size: "dev" }],
            teams: [{ ...orders, ...team }],
        };
        const state: LiveState = { ...live, claims: live.claims.slice(0, 3), running: {} };
        const plan = planStack(parseStackConfig(config), { stack: environmentStack, live: state });
        assert.deepEqual(plan.teams[0]?.pending, []);
        assert.match(plan.deployments[0]?.dynamicConfig ?? "", /namespace: orders-dev/);
        assert.ok(plan.platform.kind === "owned" && plan.platform.monitoring.mode === "bundled");
        assert.match(plan.platform.monitoring.alertmanager.config, /orders-dev-workers/);
    });
});
