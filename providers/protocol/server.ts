/** Serves a {@link Plugin} to the Pulumi engine: the ResourceProvider service over gRPC on a loopback port. */
import type grpc from "@grpc/grpc-js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import { connectEngine, type Log } from "./engine.ts";
import { checkResponse, diffResponse, requests } from "./messages.ts";
import type { Plugin } from "./plugin.ts";
import { answer, engineAddress, listen } from "./rpc.ts";
import { fromStruct, toStruct } from "./values.ts";

/** The service's methods; those that are missing are answered UNIMPLEMENTED, which the engine tolerates. */
function service(plugin: Plugin, attach: (address: string) => void): grpc.UntypedServiceImplementation {
    return {
        attach: answer((request: pluginMessages.PluginAttach) => {
            attach(request.getAddress());
            return new empty.Empty();
        }),
        handshake: answer((request: messages.ProviderHandshakeRequest) => {
            attach(request.getEngineAddress());
            return new messages.ProviderHandshakeResponse().setAcceptSecrets(true);
        }),
        cancel: answer(() => {
            plugin.cancel?.();
            return new empty.Empty();
        }),
        getPluginInfo: answer(() => new pluginMessages.PluginInfo().setVersion(plugin.version)),
        getSchema: answer(() => new messages.GetSchemaResponse().setSchema(plugin.schema?.() ?? "{}")),
        checkConfig: answer(async (message: messages.CheckRequest) => {
            const request = requests.check(message);
            return checkResponse((await plugin.checkConfig?.(request)) ?? { inputs: request.news });
        }),
        diffConfig: answer(async (message: messages.DiffRequest) => {
            return diffResponse((await plugin.diffConfig?.(requests.diff(message))) ?? { changed: false });
        }),
        configure: answer(async (message: messages.ConfigureRequest) => {
            await plugin.configure(requests.settings(message));
            return new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
        }),
        invoke: answer(async (request: messages.InvokeRequest) => {
            const token = request.getTok();
            if (!plugin.invoke) throw new Error(`${token}: this provider has no functions.`);
            return new messages.InvokeResponse().setReturn(
                toStruct(await plugin.invoke(token, fromStruct(request.getArgs()))),
            );
        }),
        check: answer(async (request: messages.CheckRequest) =>
            checkResponse(await plugin.check(requests.check(request))),
        ),
        diff: answer(async (request: messages.DiffRequest) => diffResponse(await plugin.diff(requests.diff(request)))),
        create: answer(async (request: messages.CreateRequest) => {
            const created = await plugin.create(requests.create(request));
            return new messages.CreateResponse().setId(created.id).setProperties(toStruct(created.state));
        }),
        update: answer(async (request: messages.UpdateRequest) => {
            const state = await plugin.update(requests.update(request));
            return new messages.UpdateResponse().setProperties(toStruct(state));
        }),
        read: answer(async (request: messages.ReadRequest) => {
            const found = await plugin.read(requests.read(request));
            const response = new messages.ReadResponse();
            if (!found) return response;
            return response.setId(found.id).setProperties(toStruct(found.state)).setInputs(toStruct(found.inputs));
        }),
        delete: answer(async (request: messages.DeleteRequest) => {
            await plugin.delete(requests.delete(request));
            return new empty.Empty();
        }),
    };
}

/**
 * Serves the plugin that `make` builds until the engine goes. Prints the port, as the engine expects. `make` is given
 * the way to show messages, which go nowhere until an engine has attached.
 */
export async function serve(make: (log: Log) => Plugin): Promise<void> {
    const address = engineAddress();
    let log: Log | undefined = address ? connectEngine(address) : undefined;
    const plugin = make((...message) => log?.(...message));
    await listen(
        providerGrpc.ResourceProviderService,
        service(plugin, (next) => (log = connectEngine(next))),
    );
}
