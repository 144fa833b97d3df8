/**
 * Pods of one deployment get the addresses that pods of the other have just left, some while its rings still hold these. With
 * equal ports this has merged the rings of deployments (temporalio/temporal#1234).
 */
import assert from "node:assert/strict";

import { portsOfSlot, serviceNames } from "../../planning/ports.ts";
import { swapAddresses } from "../helpers/addressSwap.ts";
import { gossipMembers, loggedMembers, podMembers, type Ringed } from "../helpers/rings.ts";
import { type TemporalStack, temporalStack } from "../helpers/temporalStack.ts";
import { eventually } from "../helpers/wait.ts";

const rounds = Number(process.env.ROUNDS ?? 3);
const a: Ringed = { namespace: "temporal-apart-a", ports: portsOfSlot(16) };
const b: Ringed = { namespace: "temporal-apart-b", ports: portsOfSlot(17) };
describe("cross-talk of two deployments", function () {
    this.timeout(120_000 + rounds * 120_000);
    let stack: TemporalStack;

    before(async () => {
        stack = await temporalStack("apart");
        stack.configure({
            platform: { namespace: "temporal-apart-platform" },
            deployments: [
                { name: "apart-a", slot: 16, size: "dev", webUi: false },
                { name: "apart-b", slot: 17, size: "dev", webUi: false },
            ],
        });
        await stack.up();
    });
    after(() => stack?.remove());

    /** Looks at the rings of a deployment until they hold its pods and nothing else; answers all members seen meanwhile. */
    async function settle(deployment: Ringed): Promise<ReadonlySet<string>> {
        const seen = new Set<string>();
        await eventually(`the rings of ${deployment.namespace} to hold its pods`, 90, async () => {
            const [gossip, pods] = [await gossipMembers(stack, deployment), await podMembers(stack, deployment)];
            for (const member of Object.values(gossip ?? {}).flat()) seen.add(member);
            assert.deepEqual(gossip, pods);
            return true;
        });
        return seen;
    }

    /** Ports of a's and b's members tell whose they are. */
    function assertOwn(members: ReadonlySet<string>, { ports }: Ringed): void {
        const own = serviceNames.map((service) => ports[service].grpc);
        assert.deepEqual(
            [...members].filter((member) => !own.includes(Number(member.split(":")[1]))),
            [],
        );
    }

    it(`never has a foreign pod in a ring in ${rounds} rounds`, async () => {
        await Promise.all([settle(a), settle(b)]);
        let handedOver = 0;
        for (let round = 1; round <= rounds; round++) {
            const start = Date.now();
            const got = await swapAddresses(stack, a, b);
            const [ofA, ofB] = await Promise.all([settle(a), settle(b)]);
            assertOwn(ofA, a);
            assertOwn(ofB, b);
            if (got.length > 0) handedOver++;
            if (process.env.TABLE) {
                const seconds = ((Date.now() - start) / 1000).toFixed(1);
                process.stdout.write(
                    `round ${round}: b got ${got.join(" and ") || "nothing"}; rings settled after ${seconds} s; ` +
                        `seen in a's ${[...ofA].sort().join(" ")}, in b's ${[...ofB].sort().join(" ")}\n`,
                );
            }
        }
        assert.ok(handedOver >= rounds / 2, `b got an address of a in ${handedOver} of ${rounds} rounds only`);
        // What no look from outside has caught: each pod logs each change of each ring.
        assertOwn(await loggedMembers(stack, a), a);
        assertOwn(await loggedMembers(stack, b), b);
    });
});
