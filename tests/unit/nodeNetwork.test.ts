import assert from "node:assert/strict";

import { nodeName, podCidr, serviceCidr } from "../../local/cluster/layout.ts";
import { routeInTheWay } from "../../local/cluster/network.ts";

describe("addresses of the local node", () => {
    const usual = [
        { dst: "default", dev: "eth0" },
        { dst: "192.168.0.0/24", dev: "eth0" },
        { dst: "127.0.0.0/8", dev: "lo" },
        { dst: "172.17.0.0/16", dev: "docker0" },
    ];

    it("are free on a usual machine, and beside its own routes", () => {
        const own = [podCidr, serviceCidr].map((dst) => ({ dst, dev: nodeName }));
        assert.equal(routeInTheWay([...usual, ...own]), undefined);
    });

    it("leave room in a network that is much wider", () => {
        assert.equal(routeInTheWay([...usual, { dst: "10.0.0.0/8", dev: "tun0" }]), undefined);
    });

    for (const [what, dst, cidr] of [
        ["the same network", podCidr, podCidr],
        ["a part of it", `${serviceCidr.split("/")[0]}/30`, serviceCidr],
        ["a single address in it", podCidr.split("/")[0], podCidr],
        ["a network around it", "10.96.0.0/12", serviceCidr],
    ] as const) {
        it(`are taken by ${what}`, () => {
            const route = { dst: dst ?? "", dev: "br-1" };
            assert.deepEqual(routeInTheWay([...usual, route]), { route, cidr });
        });
    }
});
