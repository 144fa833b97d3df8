import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { parse } from "yaml";

import { findExecutable } from "../../local/toolchain/executables.ts";
import { type CrdSchema, schemaProblems } from "../helpers/crdSchema.ts";
import { planOfTeam } from "../helpers/teams.ts";

/** KEDA's module holds its CustomResourceDefinitions; the checksum is the one that Go's checksum database has. */
const keda = {
    path: "github.com/kedacore/keda/v2",
    version: "v2.21.0",
    sum: "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=",
};

interface Definition {
    readonly spec: {
        readonly versions: readonly {
            readonly name: string;
            readonly schema: { readonly openAPIV3Schema: CrdSchema };
        }[];
    };
}

describe("ScaledObjects of teams, by KEDA's own schema and source", function () {
    this.timeout(120_000);
    let folder: string;
    let schema: CrdSchema;
    const { workers } = planOfTeam({
        namespaces: [{}, { suffix: "bulk" }],
        workers: {
            autoscaling: [
                { deployment: "shipper", taskQueue: "orders", minReplicas: 0, queueTypes: ["workflow", "nexus"] },
                { deployment: "bulk", taskQueue: "bulk", namespace: "orders-bulk-dev", targetQueueSize: 50 },
            ],
        },
    });
    const objects = workers.scaledObjects.map(({ name, spec }) => ({
        ...{ apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject" },
        metadata: { name, namespace: workers.namespace },
        spec,
    }));

    before(async function () {
        const go = await findExecutable("go");
        // The schema comes as a Go module; without Go there is no other way to it.
        if (go === undefined) return this.skip();
        const { stdout } = await execa(go, ["mod", "download", "-json", `${keda.path}@${keda.version}`], {
            env: { GOFLAGS: "-mod=mod", GOWORK: "off" },
        });
        const { Dir, Sum } = JSON.parse(stdout) as { readonly Dir: string; readonly Sum: string };
        assert.equal(Sum, keda.sum);
        folder = Dir;
        const text = await readFile(join(Dir, "config/crd/bases/keda.sh_scaledobjects.yaml"), "utf8");
        const version = (parse(text) as Definition).spec.versions.find(({ name }) => name === "v1alpha1");
        assert.ok(version);
        schema = version.schema.openAPIV3Schema;
    });

    it("fit", () => {
        assert.equal(objects.length, 2);
        for (const object of objects) assert.deepEqual(schemaProblems(object, schema), []);
    });

    it("are told apart from what doesn't fit", () => {
        const [object] = objects;
        const spec = { ...object?.spec, maxReplicaCount: "10", minReplicas: 1 };
        assert.deepEqual(schemaProblems({ ...object, spec }, schema).sort(), [
            ".spec.maxReplicaCount: string where integer belongs",
            ".spec.minReplicas: unknown field",
        ]);
    });

    it("say to the scaler only what it reads", async () => {
        const source = await readFile(join(folder, "pkg/scalers/temporal_scaler.go"), "utf8");
        const known = [...source.matchAll(/keda:"name=(\w+),\s+order=triggerMetadata/g)].map(([, name]) => name);
        assert.ok(known.includes("taskQueue"));
        for (const { spec } of objects) {
            const { triggers } = spec as { triggers: { metadata: Record<string, string> }[] };
            const [said] = triggers.map(({ metadata }) => Object.keys(metadata));
            assert.deepEqual(
                said?.filter((name) => !known.includes(name)),
                [],
            );
        }
    });
});
