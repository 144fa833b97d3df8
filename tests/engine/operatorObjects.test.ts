import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { parse } from "yaml";

import { findExecutable } from "../../local/toolchain/executables.ts";
import { type CrdSchema, schemaProblems } from "../helpers/crdSchema.ts";
import { type FakeApiServer, fakeApiServer } from "../helpers/fakeApiServer.ts";
import { register, type Registered } from "../helpers/mocks.ts";

/** The operator's module holds its CustomResourceDefinitions; the checksum is the one that Go's checksum database has. */
const operatorModule = {
    path: "github.com/prometheus-operator/prometheus-operator",
    version: "v0.85.0",
    sum: "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
};

const alerts = {
    receivers: [
        { name: "on-call", pagerduty: {} },
        { name: "chat", slack: { channel: "alerts" } },
        { name: "heartbeat", webhook: {} },
        { name: "mail", email: { to: "a@x.example", from: "b@x.example", smtpHost: "smtp.example", username: "u" } },
    ],
    routes: [
        { receiver: "on-call", severities: ["critical"] },
        { receiver: "chat", deployments: ["dev"] },
        { receiver: "mail" },
    ],
    deadMansSwitch: "heartbeat",
};
const config = {
    "kubernetes:context": "temporal-local",
    "temporal:platform": JSON.stringify({
        monitoring: { operator: {}, alerts, cloud: { namespaces: ["orders.a1b2c"] } },
    }),
    "temporal:deployments": JSON.stringify([{ name: "dev", slot: 0, size: "dev" }]),
    "temporal:alertSecrets": JSON.stringify({ "on-call": "a", chat: "b", heartbeat: "c", mail: "d" }),
    "temporal:temporalCloudApiKey": "e",
};

interface Definition {
    readonly spec: {
        readonly versions: readonly {
            readonly name: string;
            readonly schema: { readonly openAPIV3Schema: CrdSchema };
        }[];
    };
}

describe("objects of the Prometheus Operator, by its own schemas", function () {
    this.timeout(120_000);
    let cluster: FakeApiServer;
    let definitions: string;
    let objects: readonly Registered[];

    before(async function () {
        const go = await findExecutable("go");
        // The schemas come as a Go module; without Go there is no other way to them.
        if (go === undefined) return this.skip();
        const wanted = `${operatorModule.path}@${operatorModule.version}`;
        const { stdout } = await execa(go, ["mod", "download", "-json", wanted], {
            env: { GOFLAGS: "-mod=mod", GOWORK: "off" },
        });
        const { Dir, Sum } = JSON.parse(stdout) as { readonly Dir: string; readonly Sum: string };
        assert.equal(Sum, operatorModule.sum);
        definitions = join(Dir, "example/prometheus-operator-crd");
        cluster = await fakeApiServer(["temporal-local"]);
        const program = () => import(`../../index.ts?operator=${Math.random()}`);
        objects = (await register(program, { config })).filter(({ inputs }) =>
            String(inputs.apiVersion).startsWith("monitoring.coreos.com/"),
        );
    });
    after(() => cluster?.stop());

    async function schemaOf(kind: string, apiVersion: string): Promise<CrdSchema> {
        const file = join(definitions, `monitoring.coreos.com_${kind.toLowerCase()}s.yaml`);
        const { spec } = parse(await readFile(file, "utf8")) as Definition;
        const version = spec.versions.find(({ name }) => apiVersion.endsWith(`/${name}`));
        assert.ok(version, `${kind} has no ${apiVersion}`);
        return version.schema.openAPIV3Schema;
    }

    for (const kind of ["PrometheusRule", "PodMonitor", "ServiceMonitor", "ScrapeConfig", "AlertmanagerConfig"]) {
        it(`${kind} fits`, async () => {
            const own = objects.filter(({ inputs }) => inputs.kind === kind);
            assert.ok(own.length > 0);
            for (const { name, inputs } of own) {
                const schema = await schemaOf(kind, String(inputs.apiVersion));
                assert.deepEqual(schemaProblems(inputs, schema, name), []);
            }
        });
    }

    it("routes fit as well, which the schema of AlertmanagerConfig leaves open", async () => {
        const object = objects.find(({ inputs }) => inputs.kind === "AlertmanagerConfig");
        const { spec } = object?.inputs as { spec: { route: { routes: object[] } } };
        const schema = await schemaOf("AlertmanagerConfig", "monitoring.coreos.com/v1alpha1");
        const route = schema.properties?.spec?.properties?.route;
        assert.ok(route && spec.route.routes.length === 4);
        for (const each of spec.route.routes) assert.deepEqual(schemaProblems(each, route), []);
    });

    it("are told apart from what doesn't fit", async () => {
        const monitor = objects.find(({ inputs }) => inputs.kind === "PodMonitor")?.inputs;
        const schema = await schemaOf("PodMonitor", "monitoring.coreos.com/v1");
        const spec = monitor?.spec as object;
        const problems = schemaProblems(
            { ...monitor, spec: { ...spec, podMetricsEndpoint: [], sampleLimit: "1" } },
            schema,
        );
        assert.deepEqual(problems.sort(), [
            ".spec.podMetricsEndpoint: unknown field",
            ".spec.sampleLimit: string where integer belongs",
        ]);
    });
});
