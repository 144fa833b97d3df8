/** What stacks with deployments and monitoring make of the records that team stacks leave. */
import assert from "node:assert/strict";

import { parse } from "yaml";

import { parseStackConfig } from "../../config/parse.ts";
import { nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import type { TeamRecord } from "../../planning/team/teamRecord.ts";
import { billingStack, environmentStack, recordOf } from "../helpers/teams.ts";

const chat = { name: "chat", webhook: {} };

/** The stack with the deployments dev and uat, with these teams of other stacks on them. */
function environment(teams: readonly TeamRecord[], { dev = {}, platform = {} } = {}) {
    return planStack(
        parseStackConfig({
            platform: { monitoring: { alerts: { receivers: [chat], routes: [{ receiver: "chat" }] } }, ...platform },
            deployments: [
                { name: "dev", slot: 0, size: "dev", ...dev },
                { name: "uat", slot: 1, size: "dev" },
            ],
        }),
        { stack: environmentStack, live: { ...nothingLive, teams } },
    );
}

type DynamicConfig = Record<string, { value: unknown; constraints?: { namespace?: string } }[]>;

/** The dynamic config files of dev and uat. */
function dynamicConfigs(...args: Parameters<typeof environment>): [DynamicConfig, DynamicConfig] {
    const [dev = "", uat = ""] = environment(...args).deployments.map(({ dynamicConfig }) => dynamicConfig);
    return [parse(dev) as DynamicConfig, parse(uat) as DynamicConfig];
}

const limited = (name: string, limits: object, stack = billingStack) =>
    recordOf({ name, namespaces: [{ limits }] }, stack);

describe("teams' limits in a deployment's dynamic config", () => {
    it("stand by namespace, sorted, in the config of that deployment alone", () => {
        const teams = [
            limited("search", { rps: 20, visibilityRps: 5 }),
            limited("billing", { rps: 30, longPolls: 40 }),
        ];
        const [dev, uat] = dynamicConfigs(teams);
        assert.deepEqual(dev["frontend.namespaceRPS"], [
            { value: 30, constraints: { namespace: "billing-dev" } },
            { value: 20, constraints: { namespace: "search-dev" } },
        ]);
        assert.deepEqual(dev["frontend.namespaceRPS.visibility"], [
            { value: 5, constraints: { namespace: "search-dev" } },
        ]);
        assert.deepEqual(dev["frontend.namespaceCount"], [{ value: 40, constraints: { namespace: "billing-dev" } }]);
        assert.equal(uat["frontend.namespaceRPS"], undefined);
        assert.deepEqual(dynamicConfigs([...teams].reverse()), [dev, uat]);
    });

    it("stand beside the config's own value, which goes before for the same namespace", () => {
        const teams = [limited("billing", { rps: 30 }), limited("search", { rps: 20 })];
        const own = [{ value: 7, constraints: { namespace: "billing-dev" } }, { value: 500 }];
        const [plain] = dynamicConfigs(teams, { dev: { dynamicConfig: { "frontend.namespaceRPS": 500 } } });
        assert.deepEqual(plain["frontend.namespaceRPS"], [
            { value: 500 },
            { value: 30, constraints: { namespace: "billing-dev" } },
            { value: 20, constraints: { namespace: "search-dev" } },
        ]);
        const [listed] = dynamicConfigs(teams, { dev: { dynamicConfig: { "frontend.namespaceRPS": own } } });
        assert.deepEqual(listed["frontend.namespaceRPS"], [
            ...own,
            { value: 20, constraints: { namespace: "search-dev" } },
        ]);
    });

    it("are never above the platform's bounds, also where those have become lower since", () => {
        const [dev] = dynamicConfigs([limited("billing", { rps: 900 })], {
            platform: { teams: { limits: { rps: 100 } } },
        });
        assert.deepEqual(dev["frontend.namespaceRPS"], [{ value: 100, constraints: { namespace: "billing-dev" } }]);
    });

    it("are gone with the team's record, and what this stack's own teams have left counts no more", () => {
        assert.deepEqual(dynamicConfigs([]), dynamicConfigs([limited("gone", { rps: 5 }, environmentStack)]));
    });
});

describe("teams' routes in Alertmanager's config", () => {
    interface Route {
        receiver: string;
        matchers: string[];
        continue: boolean;
    }
    const routes = (teams: readonly TeamRecord[]) => {
        const { platform } = environment(teams);
        assert.ok(platform.kind === "owned" && platform.monitoring.mode === "bundled");
        return (parse(platform.monitoring.alertmanager.config) as { route: { routes: Route[] } }).route.routes;
    };
    const billing = recordOf(
        { name: "billing", namespaces: [{}, { suffix: "eu" }], alerts: { receiver: "chat", severities: ["critical"] } },
        billingStack,
    );

    it("are for its Temporal namespaces, and for what else its workers' namespace has, told once", () => {
        const [own, ...teams] = routes([billing]);
        assert.deepEqual(own?.matchers, ['severity=~"critical|warning"']);
        assert.deepEqual(
            teams.map(({ receiver, matchers }) => [receiver, matchers]),
            [
                [
                    "chat",
                    [
                        'severity=~"critical"',
                        'temporal_deployment="dev"',
                        'temporal_namespace=~"billing-dev|billing-eu-dev"',
                    ],
                ],
                [
                    "chat",
                    [
                        'severity=~"critical"',
                        'namespace="billing-dev-workers"',
                        'temporal_namespace!~"billing-dev|billing-eu-dev"',
                    ],
                ],
            ],
        );
        for (const route of teams) assert.ok(route.continue);
    });

    it("are none without a receiver, or with one that there isn't", () => {
        const before = routes([]);
        assert.deepEqual(routes([recordOf({ name: "billing" }, billingStack)]), before);
        const config = {
            platform: {},
            deployments: [{ name: "dev", slot: 0, size: "dev" }],
        };
        // The guard tells of it; a config with a route to nowhere would stop Alertmanager.
        assert.throws(
            () =>
                planStack(parseStackConfig(config), {
                    stack: environmentStack,
                    live: { ...nothingLive, teams: [billing] },
                }),
            /has no "chat" for teams/,
        );
    });

    it("stand in the operator's AlertmanagerConfig as well", () => {
        const monitoring = { operator: {}, alerts: { receivers: [chat], routes: [{ receiver: "chat" }] } };
        const { platform } = environment([billing], { platform: { monitoring } });
        assert.ok(platform.kind === "owned" && platform.monitoring.mode === "operator");
        const { routes } = platform.monitoring.alertmanagerConfig?.route as { routes: { matchers: object[] }[] };
        assert.equal(routes.length, 3);
        assert.deepEqual(routes[1]?.matchers[1], { name: "temporal_deployment", matchType: "=", value: "dev" });
    });
});
