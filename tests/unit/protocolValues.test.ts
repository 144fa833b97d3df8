import assert from "node:assert/strict";

import fc from "fast-check";

import {
    fromStruct,
    hasSecret,
    hasUnknown,
    isSecret,
    markSecretsLike,
    reveal,
    secret,
    toStruct,
    unknown,
    type Values,
} from "../../providers/protocol/values.ts";

describe("values of the plugin protocol", () => {
    it("come back from a message as they were written", () => {
        fc.assert(
            fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (values) => {
                fc.pre(!JSON.stringify(values).includes("__proto__")); // lost by the protobuf library itself
                // JSON knows no -0 and no undefined, as the wire format.
                const plain = JSON.parse(JSON.stringify(values)) as Values;
                assert.deepEqual(fromStruct(toStruct(plain)), plain);
            }),
        );
    });

    it("drop members that are undefined", () => {
        assert.deepEqual(fromStruct(toStruct({ a: undefined, b: { c: undefined, d: 1 } })), { b: { d: 1 } });
    });

    it("find and remove secrets at any depth", () => {
        const values = { a: [{ b: secret("hidden") }], c: "open" };
        assert.equal(hasSecret(values), true);
        assert.equal(isSecret(values), false);
        assert.deepEqual(reveal(values), { a: [{ b: "hidden" }], c: "open" });
        assert.equal(hasSecret(reveal(values)), false);
    });

    it("find unknowns inside of secrets", () => {
        assert.equal(hasUnknown({ a: secret({ b: unknown }) }), true);
        assert.equal(hasUnknown({ a: secret({ b: "known" }) }), false);
    });

    it("take over secret marks from another object by place", () => {
        const source = { data: secret({ key: "old" }), spec: { items: [{ value: secret("x") }], open: 1 } };
        const marked = markSecretsLike({ data: { key: "new" }, spec: { items: [{ value: "y" }], open: 2 } }, source);
        assert.deepEqual(marked, {
            data: secret({ key: "new" }),
            // An element may have moved, so the whole array is secret.
            spec: { items: secret([{ value: "y" }]), open: 2 },
        });
    });
});
