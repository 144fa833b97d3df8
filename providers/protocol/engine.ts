/** The way back from a plugin to the engine: messages that appear under a resource. */
import grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js";

/** How a message is shown. A status replaces the last one in the resource's line and leaves no trace at the end. */
export type Severity = "status" | "debug" | "info" | "warning" | "error";

/** Shows `message` at the resource `urn`; never fails and never waits. */
export type Log = (severity: Severity, message: string, urn: string) => void;

const severities = {
    status: engineMessages.LogSeverity.INFO,
    debug: engineMessages.LogSeverity.DEBUG,
    info: engineMessages.LogSeverity.INFO,
    warning: engineMessages.LogSeverity.WARNING,
    error: engineMessages.LogSeverity.ERROR,
};

/** Opens the connection to the engine that listens at `address` (host:port). */
export function connectEngine(address: string): Log {
    const client = new engineGrpc.EngineClient(address, grpc.credentials.createInsecure());
    return (severity, message, urn) => {
        const request = new engineMessages.LogRequest();
        request.setSeverity(severities[severity]);
        request.setMessage(message);
        request.setUrn(urn);
        request.setEphemeral(severity === "status");
        // A message that can't be delivered is lost: the engine is gone, and the plugin ends with it.
        client.log(request, () => undefined);
    };
}
