import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";

import { fromStruct, secret, toStruct } from "../../providers/protocol/values.ts";

const urn = "urn:pulumi:dev::temporal::temporal:index:Deployment$test:index:Thing::payments";

/** A plugin whose resources echo what they were given. */
const program = `
    import { serve } from "./providers/protocol/server.ts";
    import { PartialFailure } from "./providers/protocol/plugin.ts";
    const found = (request) => ({ id: request.name, state: request.inputs, inputs: request.inputs });
    await serve(() => ({
        version: "1.2.3",
        configure: async (settings) => { if (settings.get("key") !== "value") throw new Error("no key"); },
        check: async (request) => ({ inputs: { type: request.type, name: request.name } }),
        diff: async () => ({ changed: true, detailed: { "a.b": "update-replace" }, replaces: ["a.b"] }),
        create: async (request) => {
            if (request.preview) throw new Error("the message for the user");
            if (request.timeout === 7) throw new PartialFailure("not ready", found(request), ["too slow"]);
            return found(request);
        },
        read: async () => undefined,
    }));
`;

describe("the plugin server", () => {
    let child: ChildProcess;
    let client: grpc.Client & InstanceType<typeof providerGrpc.ResourceProviderClient>;

    before(async () => {
        child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
            stdio: ["pipe", "pipe", "inherit"],
        });
        assert.ok(child.stdout);
        const [port] = (await once(createInterface(child.stdout), "line")) as [string];
        client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    });

    after(() => child.kill());

    function create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
        request.setUrn(urn).setProperties(toStruct({ open: 1, hidden: secret("x") }));
        return new Promise((resolve, reject) => {
            client.create(request, (error, response) => (error ? reject(error) : resolve(response)));
        });
    }

    it("hands secrets through and answers with the id and the state", async () => {
        const response = await create(new messages.CreateRequest());
        assert.equal(response.getId(), "payments");
        assert.deepEqual(fromStruct(response.getProperties()), { open: 1, hidden: secret("x") });
    });

    it("gives the plugin's message for a failure", async () => {
        const attempt = create(new messages.CreateRequest().setPreview(true));
        await assert.rejects(attempt, { details: "the message for the user" });
    });

    it("sends the state and the reasons of a partial failure along", async () => {
        const error = await create(new messages.CreateRequest().setTimeout(7)).then(
            () => assert.fail("the failure was lost"),
            (failure: grpc.ServiceError) => failure,
        );
        const [trailer] = error.metadata.get("grpc-status-details-bin");
        const status = statusMessages.Status.deserializeBinary(new Uint8Array(trailer as Buffer));
        const [detail] = status.getDetailsList();
        assert.equal(detail?.getTypeName(), "pulumirpc.ErrorResourceInitFailed");
        const failed = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
        assert.equal(failed.getId(), "payments");
        assert.deepEqual(failed.getReasonsList(), ["too slow"]);
        assert.deepEqual(fromStruct(failed.getProperties()), { open: 1, hidden: secret("x") });
    });

    it("tells the plugin a resource's type without its parents, and its name", async () => {
        const request = new messages.CheckRequest().setUrn(urn);
        const response = await new Promise<messages.CheckResponse>((resolve, reject) => {
            client.check(request, (error, checked) => (error ? reject(error) : resolve(checked)));
        });
        assert.deepEqual(fromStruct(response.getInputs()), { type: "test:index:Thing", name: "payments" });
    });

    it("answers an empty id where there is no such resource", async () => {
        const response = await new Promise<messages.ReadResponse>((resolve, reject) => {
            client.read(new messages.ReadRequest().setUrn(urn), (error, read) =>
                error ? reject(error) : resolve(read),
            );
        });
        assert.equal(response.getId(), "");
    });

    it("passes detailed differences on", async () => {
        const response = await new Promise<messages.DiffResponse>((resolve, reject) => {
            client.diff(new messages.DiffRequest().setUrn(urn), (error, diff) =>
                error ? reject(error) : resolve(diff),
            );
        });
        assert.equal(response.getChanges(), messages.DiffResponse.DiffChanges.DIFF_SOME);
        assert.equal(response.getDetaileddiffMap().get("a.b")?.getKind(), messages.PropertyDiff.Kind.UPDATE_REPLACE);
        assert.deepEqual(response.getReplacesList(), ["a.b"]);
    });

    it("reads the provider's settings without their prefix", async () => {
        const request = new messages.ConfigureRequest();
        request.getVariablesMap().set("test:config:key", "value");
        const response = await new Promise<messages.ConfigureResponse>((resolve, reject) => {
            client.configure(request, (error, configured) => (error ? reject(error) : resolve(configured)));
        });
        assert.equal(response.getAcceptsecrets(), true);
        assert.equal(response.getSupportspreview(), true);
    });

    it("ends when the engine lets go of it", async () => {
        child.stdin?.end();
        const [code] = (await once(child, "exit")) as [number];
        assert.equal(code, 0);
    });
});
