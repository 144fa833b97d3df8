import assert from "node:assert/strict";

import fc from "fast-check";

import { maxPort, maxSlot, namedPorts, portClashes, portsOfSlot } from "../../planning/ports.ts";

const slot = fc.integer({ min: 0, max: maxSlot });

describe("ports", () => {
    it("gives slot 0 Temporal's own ports and slot 1 the block above", () => {
        assert.deepEqual(portsOfSlot(0), {
            frontend: { grpc: 7233, http: 7243, membership: 6933 },
            history: { grpc: 7234, membership: 6934 },
            matching: { grpc: 7235, membership: 6935 },
            worker: { grpc: 7239, membership: 6939 },
        });
        assert.deepEqual(portsOfSlot(1).frontend, { grpc: 8233, http: 8243, membership: 7933 });
        assert.deepEqual(portsOfSlot(1).history, { grpc: 8234, membership: 7934 });
    });

    it("puts a port set by hand in the place of the slot's", () => {
        const ports = portsOfSlot(2, { history: { membership: 12000 } });
        assert.deepEqual(ports.history, { grpc: 9234, membership: 12000 });
    });

    it("never gives two slots one port, nor one above PostgreSQL's SMALLINT", () => {
        fc.assert(
            fc.property(slot, slot, (a, b) => {
                const both = a === b ? [a] : [a, b];
                assert.deepEqual(portClashes(both.map((s) => ({ name: `d${s}`, ports: portsOfSlot(s) }))), []);
                for (const { port } of namedPorts(portsOfSlot(a))) assert.ok(port <= maxPort);
            }),
        );
    });

    it("has no room for a slot more", () => {
        assert.ok(namedPorts(portsOfSlot(maxSlot + 1)).some(({ port }) => port > maxPort));
    });

    it("finds equal ports within a deployment and between two", () => {
        const first = portsOfSlot(0, { worker: { grpc: 6933 } });
        const second = portsOfSlot(1, { matching: { membership: 7234 } });
        const clashes = portClashes([
            { name: "a", ports: first },
            { name: "b", ports: second },
        ]);
        assert.deepEqual(
            clashes.map(({ port, first: f, second: s }) => [port, f.deployment, f.name, s.deployment, s.name]),
            [
                [6933, "a", "frontend.membership", "a", "worker.grpc"],
                [7234, "a", "history.grpc", "b", "matching.membership"],
            ],
        );
    });
});
