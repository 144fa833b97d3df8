import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import { repoRoot } from "../../local/paths.ts";
import { fromStruct, toStruct } from "../../providers/protocol/values.ts";
import { kinds } from "../../providers/temporal/kinds.ts";
import { packageName, token, version } from "../../providers/temporal/package.ts";

type Client = grpc.Client & InstanceType<typeof providerGrpc.ResourceProviderClient>;
type Callback<T> = (error: grpc.ServiceError | null, response: T) => void;

function answer<T>(call: (callback: Callback<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => call((error, response) => (error ? reject(error) : resolve(response))));
}

describe("the provider's plugin", () => {
    let child: ChildProcess;
    let client: Client;

    before(async () => {
        const path = join(repoRoot, "providers", "temporal", `pulumi-resource-${packageName}`);
        child = spawn(path, [], { stdio: ["pipe", "pipe", "inherit"], cwd: "/" });
        assert.ok(child.stdout);
        const [port] = (await once(createInterface(child.stdout), "line")) as [string];
        client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    });

    after(() => child.kill());

    it("shakes hands and tells its version", async () => {
        const request = new messages.ProviderHandshakeRequest().setEngineAddress("127.0.0.1:1");
        const response = await answer<messages.ProviderHandshakeResponse>((done) => client.handshake(request, done));
        assert.equal(response.getAcceptSecrets(), true);
        const info = await answer<{ getVersion(): string }>((done) => client.getPluginInfo(new empty.Empty(), done));
        assert.equal(info.getVersion(), version);
    });

    it("has a schema of all that it knows", async () => {
        interface Schema {
            readonly name: string;
            readonly resources: Readonly<
                Record<string, { inputProperties: object; requiredInputs: string[]; required: string[] }>
            >;
            readonly functions: Readonly<Record<string, object>>;
            readonly types: Readonly<Record<string, object>>;
        }
        const response = await answer<messages.GetSchemaResponse>((done) =>
            client.getSchema(new messages.GetSchemaRequest(), done),
        );
        const text = response.getSchema();
        const schema = JSON.parse(text) as Schema;
        assert.equal(schema.name, packageName);
        assert.deepEqual(Object.keys(schema.resources), Object.keys(kinds));
        assert.deepEqual(Object.keys(schema.functions), [token("getNamespace"), token("getClusterInfo")]);
        for (const [type, { inputs }] of Object.entries(kinds)) {
            assert.deepEqual(Object.keys(schema.resources[type]?.inputProperties ?? {}), Object.keys(inputs));
        }
        assert.deepEqual(schema.resources[token("SearchAttribute")]?.requiredInputs, ["namespace", "name", "type"]);
        for (const [, type] of text.matchAll(/"\$ref":"#\/types\/([^"]+)"/g)) assert.ok(schema.types[type ?? ""], type);
    });

    it("refuses types and functions that it doesn't know", async () => {
        const request = new messages.CheckRequest().setUrn("urn:pulumi:a::b::temporal-objects:index:Nothing::c");
        await assert.rejects(
            answer<messages.CheckResponse>((done) => client.check(request, done)),
            { details: "temporal-objects:index:Nothing: the provider temporal-objects has no such resource." },
        );
        const invoke = new messages.InvokeRequest().setTok("temporal-objects:index:getNothing");
        await assert.rejects(
            answer<messages.InvokeResponse>((done) => client.invoke(invoke, done)),
            { details: "temporal-objects:index:getNothing: the provider temporal-objects has no such function." },
        );
    });

    it("previews without a server, and leaves open what only the server knows", async () => {
        const configure = new messages.ConfigureRequest();
        configure.getVariablesMap().set("temporal-objects:config:address", "127.0.0.1:1");
        await answer<messages.ConfigureResponse>((done) => client.configure(configure, done));
        const request = new messages.CreateRequest()
            .setUrn("urn:pulumi:a::b::temporal-objects:index:Namespace::c")
            .setProperties(toStruct({ name: "n", retention: "72h", data: {}, forceDelete: false }))
            .setPreview(true);
        const response = await answer<messages.CreateResponse>((done) => client.create(request, done));
        const { namespaceId, ...known } = fromStruct(response.getProperties());
        assert.equal(namespaceId, "04da6b54-80e4-46f7-96ec-b56ff0331ba9");
        assert.equal(known.retention, "72h");
    });

    it("ends what it does when the user cancels", async () => {
        const request = new messages.CreateRequest()
            .setUrn("urn:pulumi:a::b::temporal-objects:index:Namespace::c")
            .setProperties(toStruct({ name: "n", retention: "72h", data: {}, forceDelete: false }));
        const created = answer<messages.CreateResponse>((done) => client.create(request, done));
        setTimeout(() => client.cancel(new empty.Empty(), () => undefined), 500);
        const started = Date.now();
        await assert.rejects(created, { details: `Can't create the namespace "n": cancelled.` });
        assert.ok(Date.now() - started < 5000);
    });
});
