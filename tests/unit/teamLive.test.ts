import assert from "node:assert/strict";

import { parseStackConfig } from "../../config/parse.ts";
import { kubeConfigOf } from "../../live/kubernetes.ts";
import { readLiveState } from "../../live/liveState.ts";
import { nothingLive } from "../../planning/liveState.ts";
import { planStack } from "../../planning/plan.ts";
import { planClaims, planRunningRecord } from "../../planning/records.ts";
import { planTeamClaims, planTeamRecord } from "../../planning/team/teamRecord.ts";
import { type FakeApiServer, fakeApiServer } from "../helpers/fakeApiServer.ts";
import { billingStack, environmentStack, orders, ordersStack, recordOf } from "../helpers/teams.ts";

/** What the stack with the deployment dev leaves in the platform's namespace. */
const [dev] = planStack(parseStackConfig({ deployments: [{ name: "dev", slot: 0, size: "dev" }] }), {
    stack: environmentStack,
    live: nothingLive,
}).deployments;
assert.ok(dev);
const deploymentRecords = [...planClaims(dev, environmentStack), planRunningRecord(dev)];

describe("the live state of teams", () => {
    let cluster: FakeApiServer;
    before(async () => {
        cluster = await fakeApiServer(["fake"]);
    });
    after(() => cluster.stop());

    const read = (teams: readonly object[]) => {
        const config = parseStackConfig({ platformStack: environmentStack, teams });
        return readLiveState(kubeConfigOf("fake"), "temporal-platform", { stack: ordersStack, config });
    };
    const billing = recordOf({ name: "billing", namespaces: [{ limits: { rps: 5 } }] }, billingStack);
    const mine = recordOf({ namespaces: [{ suffix: "old" }], alerts: { receiver: "chat" } });
    const teamRecords = [billing, mine].flatMap((record) => [planTeamRecord(record), ...planTeamClaims(record)]);

    it("has the teams of all stacks, and no claim of theirs among the deployments'", async () => {
        cluster.show([...deploymentRecords, ...teamRecords]);
        const live = await read([orders]);
        assert.deepEqual(live.teams, [billing, mine]);
        assert.equal(live.claims.length, 3);
    });

    it("has what servers and Alertmanager of the teams' deployments read", async () => {
        const configMaps = {
            "temporal-dev/temporal-dynamic-config": { "dynamic-config.yaml": "a: []\n" },
            "temporal-platform/alertmanager": { "alertmanager.yml": "route: {}\n" },
        };
        cluster.show(deploymentRecords, configMaps);
        const live = await read([orders]);
        assert.deepEqual(live.dynamicConfigs, { dev: "a: []\n" });
        assert.equal(live.alertmanagerConfig, "route: {}\n");
    });

    it("has neither where there is none, or where the stack has no teams", async () => {
        cluster.show(deploymentRecords);
        const { dynamicConfigs, alertmanagerConfig } = await read([orders, { ...orders, deployment: "uat" }]);
        assert.deepEqual({ dynamicConfigs, alertmanagerConfig }, { dynamicConfigs: {}, alertmanagerConfig: undefined });
    });

    it("asks the server what is open only where a namespace goes", async () => {
        cluster.show([...deploymentRecords, ...teamRecords]);
        // No frontend can be reached here; that it was tried is what shows.
        assert.deepEqual(Object.keys((await read([orders])).openWorkflows), ["dev"]);
        const kept = { ...orders, namespaces: [{ suffix: "old" }] };
        assert.deepEqual(Object.keys((await read([kept])).openWorkflows), []);
    });
});
