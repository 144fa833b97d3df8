import assert from "node:assert/strict";

import { compare, isIgnored, pathText } from "../../local/plugins/kubernetes/difference.ts";
import { normalize } from "../../local/plugins/kubernetes/normalize.ts";
import { prune } from "../../local/plugins/kubernetes/prune.ts";
import { unknown, type Values } from "../../providers/protocol/values.ts";

describe("comparing a Kubernetes object with inputs", () => {
    it("names what is added, changed and removed by its place", () => {
        const live = { spec: { same: 1, changed: 1, gone: 1, list: [{ a: 1 }, { a: 2, b: 1 }, { a: 3 }] } };
        const inputs = { spec: { same: 1, changed: 2, fresh: { a: 1 }, list: [{ a: 1 }, { a: 9 }] } };
        assert.deepEqual(compare(live, inputs, []), {
            "spec.changed": "update",
            "spec.fresh": "add",
            "spec.gone": "delete",
            "spec.list[1].a": "update",
            "spec.list[1].b": "delete",
            "spec.list[2]": "delete",
        });
    });

    it("marks what replaces the object: the place itself, what is below, and what contains it", () => {
        const replacing = [["spec", "template"], ["data"]];
        assert.deepEqual(compare({ spec: { template: { a: 1 } } }, { spec: { template: { a: 2 } } }, replacing), {
            "spec.template.a": "update-replace",
        });
        assert.deepEqual(compare({}, { spec: { template: { a: 1 } } }, replacing), { spec: "add-replace" });
        assert.deepEqual(compare({}, { spec: { other: 1 } }, replacing), { spec: "add" });
        assert.deepEqual(compare({ data: { a: "1" } }, {}, replacing), { data: "delete-replace" });
    });

    it("takes unknown values for changes", () => {
        assert.deepEqual(compare({ a: "x", b: { c: 1 } }, { a: unknown, b: unknown, d: unknown }, []), {
            a: "update",
            b: "update",
            d: "add",
        });
    });

    it("writes places as the engine reads them", () => {
        const path = ["metadata", "labels", "app.kubernetes.io/name", 0, "x"];
        assert.equal(pathText(path), 'metadata.labels["app.kubernetes.io/name"][0].x');
    });

    it("knows which changes are ignored", () => {
        assert.equal(isIgnored("spec.replicas", ["spec.replicas"]), true);
        assert.equal(isIgnored("spec.template.spec", ["spec.template"]), true);
        assert.equal(isIgnored("spec.replicasMore", ["spec.replicas"]), false);
        assert.equal(isIgnored("spec", ["spec.replicas"]), false);
        assert.equal(isIgnored('metadata.annotations["a.b/c"]', ['metadata.annotations["a.b/c"]']), true);
        assert.equal(isIgnored("spec.containers[1].image", ["spec.containers[*].image"]), true);
    });

    it("sees of the live object only what the inputs speak of", () => {
        const live = { spec: { replicas: 1, strategy: {}, list: [{ a: 1, b: 2 }, { a: 3 }] }, status: {} };
        assert.deepEqual(prune(live, { spec: { replicas: 2, list: [{ a: 9 }] } }), {
            spec: { replicas: 1, list: [{ a: 1 }] },
        });
    });
});

describe("normalizing a Kubernetes object", () => {
    const container = (fields: Values): Values => ({ apiVersion: "apps/v1", spec: { containers: [fields] } });

    it("leaves out empty values as the server does, and keeps those that mean something", () => {
        const given = container({
            env: [{ name: "A", value: "" }],
            stdin: false,
            args: [],
            volumeMounts: [{ readOnly: false, subPath: "" }],
            securityContext: { privileged: false },
            resources: {},
            livenessProbe: { httpGet: { httpHeaders: [{ name: "h", value: "" }] }, initialDelaySeconds: 0 },
        });
        assert.deepEqual(
            normalize(given),
            container({
                env: [{ name: "A" }],
                volumeMounts: [{}],
                securityContext: { privileged: false },
                resources: {},
                livenessProbe: { httpGet: { httpHeaders: [{ name: "h", value: "" }] } },
            }),
        );
    });

    it("leaves keys and values of the user's own maps alone", () => {
        const config = { apiVersion: "v1", kind: "ConfigMap", data: { paused: "", limits: "1000m", requests: "" } };
        assert.deepEqual(normalize(config), config);
    });

    it("moves a Secret's stringData to data, where the server keeps it", () => {
        const given = { apiVersion: "v1", kind: "Secret", data: { a: "YQ==\n" }, stringData: { b: "b" } };
        assert.deepEqual(normalize(given), { apiVersion: "v1", kind: "Secret", data: { a: "YQ==", b: "Yg==" } });
    });

    it("knows nothing of custom resources, nor of what isn't known yet", () => {
        const custom = { apiVersion: "example.com/v1", spec: { paused: false, list: [] } };
        assert.deepEqual(normalize(custom), custom);
        const waiting = { apiVersion: "v1", kind: "Secret", stringData: { a: unknown } };
        assert.deepEqual(normalize(waiting), waiting);
    });
});
