import assert from "node:assert/strict";

import { askedGroupings, askedSelectors } from "../helpers/askedMetrics.ts";
import { groupingsOf, madeLabels } from "../helpers/groupings.ts";

describe("groupings of expressions", () => {
    it("are found wherever they stand, with what they aggregate", () => {
        const expr = 'sum by (a, b) (rate(x{c="1"}[5m])) / max(y) > on (a) count by (d) (sum by (e) (z))';
        assert.deepEqual(
            groupingsOf(expr).map(({ labels, inner }) => [labels, inner]),
            [
                [["a", "b"], '(rate(x{c="1"}[5m]))'],
                [["d"], "(sum by (e) (z))"],
                [["e"], "(z)"],
            ],
        );
    });

    it("leave out those without a label, and those that say what goes", () => {
        assert.deepEqual(groupingsOf("sum(x) + sum without (a) (y)"), []);
    });

    it("throw where it is no PromQL", () => {
        assert.throws(() => groupingsOf("sum by (a"), /No PromQL/);
    });

    it("know the labels that label_replace makes", () => {
        const expr =
            'label_replace(label_replace(x{a="b, c"}, "made", "$1", "from", "(.+)") > 0, "static", "value", "", "")';
        assert.deepEqual(madeLabels(expr), ["made", "static"]);
        assert.deepEqual(askedGroupings([{ place: "p", expr: `sum by (made, other) (${expr})` }]), [
            { place: "p", labels: ["other"], selectors: ['x{a="b, c"}'] },
        ]);
    });

    it("go by selectors that are the same in every stack, but for what is looked for without a deployment", () => {
        const selectors = askedSelectors([
            { place: "one", expr: 'x{temporal_deployment="dev",a="b"} + y{temporal_deployment=""}' },
            { place: "two", expr: 'x{temporal_deployment="dev",a="b"}' },
        ]);
        assert.deepEqual(
            selectors.map(({ key, places, labels }) => [key, places, labels]),
            [
                ['x{a="b"}', ["one", "two"], ["temporal_deployment", "a"]],
                ['y{temporal_deployment=""}', ["one"], ["temporal_deployment"]],
            ],
        );
    });
});
