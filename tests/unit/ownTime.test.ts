import assert from "node:assert/strict";

import { timeByOwner } from "../../bench/ownTime.ts";

/** A call tree; each function is named by its file, and took a millisecond for each of its samples. */
function profileOf(frames: readonly (readonly [url: string, functionName: string, children: readonly number[]])[]) {
    const nodes = frames.map(([url, functionName, children], index) => ({
        id: index + 1,
        callFrame: { url, functionName, scriptId: "0", lineNumber: 0, columnNumber: 0 },
        children: [...children],
    }));
    return { nodes, startTime: 0, endTime: 0 };
}

describe("time of a CPU profile", () => {
    const profile = profileOf([
        ["", "(root)", [2, 4, 7, 8]],
        ["file:///repo/planning/plan.ts", "plan", [3]],
        ["file:///repo/node_modules/zod/index.js", "parse", []],
        ["/repo/node_modules/@pulumi/pulumi/resource.js", "register", [5]],
        ["node:net", "write", [6]],
        ["file:///repo/components/part.ts", "name", []],
        ["node:internal/modules/esm", "load", []],
        ["", "(idle)", []],
    ]);
    const milliseconds = (samples: number[]) =>
        timeByOwner({ ...profile, samples, timeDeltas: samples.map(() => 1000) }, "/repo");

    it("counts libraries with who calls them", () => {
        assert.deepEqual(milliseconds([2, 3, 3]), { ours: 3, sdk: 0, node: 0 });
        assert.deepEqual(milliseconds([4, 5]), { ours: 0, sdk: 2, node: 0 });
    });
    it("counts as ours what the SDK calls of ours", () => {
        assert.deepEqual(milliseconds([6]), { ours: 1, sdk: 0, node: 0 });
    });
    it("counts what nobody called as Node's, and waiting not at all", () => {
        assert.deepEqual(milliseconds([1, 7, 8]), { ours: 0, sdk: 0, node: 2 });
    });
});
