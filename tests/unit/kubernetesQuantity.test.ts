import assert from "node:assert/strict";

import fc from "fast-check";

import { canonicalQuantity } from "../../local/plugins/kubernetes/quantity.ts";

describe("canonicalQuantity", () => {
    // Pairs as a kube-apiserver 1.34 answers them.
    for (const [given, canonical] of [
        ["1000m", "1"],
        ["0.5", "500m"],
        ["1.5", "1500m"],
        ["1500m", "1500m"],
        ["1024Mi", "1Gi"],
        ["0.5Gi", "512Mi"],
        ["1.5Gi", "1536Mi"],
        ["1000Mi", "1000Mi"],
        ["512Ki", "512Ki"],
        ["1000k", "1M"],
        ["100M", "100M"],
        ["0.1Gi", "107374182400m"],
        ["0", "0"],
        ["0Gi", "0"],
        ["2", "2"],
        [".5Gi", "512Mi"],
        ["1e3", "1e3"],
        ["word", "word"],
        ["", ""],
    ] as const) {
        it(`turns "${given}" into "${canonical}"`, () => assert.equal(canonicalQuantity(given), canonical));
    }

    it("leaves its own results as they are", () => {
        const suffix = fc.constantFrom("", "n", "u", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti");
        fc.assert(
            fc.property(fc.nat(), fc.nat(999), suffix, (whole, fraction, unit) => {
                const once = canonicalQuantity(`${whole}.${fraction}${unit}`);
                assert.equal(canonicalQuantity(once), once);
            }),
        );
    });
});
