/** Errors of a plugin as the engine understands them. */
import grpc from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import anyMessages from "google-protobuf/google/protobuf/any_pb.js";

import { PartialFailure } from "./plugin.ts";
import { toStruct } from "./values.ts";

/** The trailer by which gRPC carries structured error details. */
const detailsTrailer = "grpc-status-details-bin";

/** Turns whatever a plugin threw into the answer to the engine: the message, and for a partial failure the state. */
export function toServiceError(error: unknown): grpc.ServerErrorResponse & { code: grpc.status; details: string } {
    const message = error instanceof Error ? error.message : String(error);
    const response = { name: "Error", message, details: message, code: grpc.status.UNKNOWN };
    if (!(error instanceof PartialFailure)) return response;
    const failed = new messages.ErrorResourceInitFailed()
        .setId(error.found.id)
        .setProperties(toStruct(error.found.state))
        .setInputs(toStruct(error.found.inputs))
        .setReasonsList([...error.reasons]);
    const detail = new anyMessages.Any();
    detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new statusMessages.Status().setCode(grpc.status.UNKNOWN).setMessage(message);
    status.addDetails(detail);
    const metadata = new grpc.Metadata();
    metadata.add(detailsTrailer, Buffer.from(status.serializeBinary()));
    return { ...response, metadata };
}
