/**
 * A language host for Node.js programs: what Pulumi's own `pulumi-language-nodejs` does to run a program. It is there for
 * machines that can't download the official one.
 */
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import languageGrpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import { answer, engineAddress, listen } from "../../../providers/protocol/rpc.ts";
import { dependencies, packageVersion, requiredPlugins } from "./packages.ts";
import { runProgram, stopPrograms } from "./program.ts";

/** The folder of the program that a request is about. */
function programDirectory(request: { getInfo(): messages.ProgramInfo | undefined }): string {
    return request.getInfo()?.getProgramDirectory() ?? process.cwd();
}

await listen(languageGrpc.LanguageRuntimeService, {
    handshake: answer(() => new messages.LanguageHandshakeResponse()),
    getPluginInfo: answer(() =>
        new pluginMessages.PluginInfo().setVersion(packageVersion(process.cwd(), "@pulumi/pulumi") ?? ""),
    ),
    getRequiredPackages: answer((request: messages.GetRequiredPackagesRequest) =>
        new messages.GetRequiredPackagesResponse().setPackagesList(
            requiredPlugins(programDirectory(request)).map(({ name, version, server }) =>
                new pluginMessages.PackageDependency()
                    .setKind("resource")
                    .setName(name)
                    .setVersion(version)
                    .setServer(server),
            ),
        ),
    ),
    run: answer((request: messages.RunRequest) => runProgram(request, engineAddress())),
    getProgramDependencies: answer((request: messages.GetProgramDependenciesRequest) =>
        new messages.GetProgramDependenciesResponse().setDependenciesList(
            dependencies(programDirectory(request)).map(({ name, version }) =>
                new messages.DependencyInfo().setName(name).setVersion(version),
            ),
        ),
    ),
    about: answer(() => new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.versions.node)),
    runtimeOptionsPrompts: answer(() => new messages.RuntimeOptionsResponse()),
    cancel: answer(() => {
        stopPrograms();
        return new empty.Empty();
    }),
});
