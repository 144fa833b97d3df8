import assert from "node:assert/strict";

import fc from "fast-check";

import { serviceNames } from "../../planning/ports.ts";
import { upgradeOrder, upgradeProblem } from "../../planning/upgrades.ts";
import { isOlder, latestPatches } from "../../planning/versions.ts";

const version = fc.record({ minor: fc.integer({ min: 20, max: 40 }), patch: fc.integer({ min: 0, max: 12 }) });
const text = ({ minor, patch }: { minor: number; patch: number }) => `1.${minor}.${patch}`;

describe("server versions", () => {
    it("are compared number by number", () => {
        fc.assert(
            fc.property(version, version, (a, b) => {
                const older = a.minor < b.minor || (a.minor === b.minor && a.patch < b.patch);
                assert.equal(isOlder(text(a), text(b)), older);
            }),
        );
    });
});

describe("upgrade steps", () => {
    it("never go back", () => {
        fc.assert(
            fc.property(version, version, (a, b) => {
                const back = b.minor < a.minor || (b.minor === a.minor && b.patch < a.patch);
                fc.pre(back);
                assert.match(upgradeProblem(text(a), text(b)) ?? "", /never goes back/);
            }),
        );
    });

    it("never skip a minor version", () => {
        fc.assert(
            fc.property(version, fc.integer({ min: 2, max: 9 }), (a, step) => {
                assert.match(
                    upgradeProblem(text(a), text({ minor: a.minor + step, patch: 9 })) ?? "",
                    new RegExp(`taken one at a time; must be 1\\.${a.minor + 1}\\.`),
                );
            }),
        );
    });

    it("go to any newer patch of the same minor version, and nowhere is as good", () => {
        fc.assert(
            fc.property(version, fc.nat({ max: 5 }), (a, more) => {
                assert.equal(upgradeProblem(text(a), text({ ...a, patch: a.patch + more })), undefined);
            }),
        );
    });

    it("enter a minor version by its latest patch or a newer one only", () => {
        for (const [minor, latest] of Object.entries(latestPatches)) {
            const before = `1.${Number(minor.split(".")[1]) - 1}.3`;
            const patch = Number(latest.split(".")[2]);
            for (let p = 0; p <= patch + 2; p++) {
                const problem = upgradeProblem(before, `${minor}.${p}`);
                if (p < patch) assert.match(problem ?? "", new RegExp(`must be ${latest.replaceAll(".", "\\.")}`));
                else assert.equal(problem, undefined);
            }
        }
    });

    it("change every service once, who is called before who calls", () => {
        assert.deepEqual([...upgradeOrder].sort(), [...serviceNames].sort());
        assert.equal(upgradeOrder[0], "history");
    });
});
