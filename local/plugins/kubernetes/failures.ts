/** What the user is told when an object can't be written, or doesn't become ready. */
import { type Found, PartialFailure } from "../../../providers/protocol/plugin.ts";
import { UnknownKindError } from "./api.ts";
import { NotReadyError } from "./await/await.ts";
import { ApiError } from "./connection.ts";

const missingDefinition =
    "the Kubernetes API server reported that the apiVersion for this resource does not exist. " +
    "Verify that any required CRDs have been created";

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

/** The object is there but not in order: `found` is saved, and the problems of a wait are shown after the message. */
export function partialFailure(message: string, error: unknown, found: Found): PartialFailure {
    const problems = error instanceof NotReadyError ? error.problems : [];
    return new PartialFailure(message, found, [message, ...problems]);
}

/** The object could not be created: there is none. */
export function creationError(urn: string, error: unknown): Error {
    if (error instanceof UnknownKindError) {
        return new Error(`creation of resource "${urn}" failed because ${missingDefinition}: ${error.message}`);
    }
    const message = `resource "${urn}" was not successfully created by the Kubernetes API server: ${messageOf(error)}`;
    if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") return new Error(message);
    return new Error(
        `${message}\nThe resource already exists in the cluster. Import it into this stack, choose another name, ` +
            "or delete it if nobody needs it.",
    );
}

/** The object was created but doesn't become ready. */
export function initializationError(urn: string, error: unknown, found: Found): PartialFailure {
    const message =
        `resource "${urn}" was successfully created, but the Kubernetes API server ` +
        `reported that it failed to fully initialize or become live: ${messageOf(error)}`;
    return partialFailure(message, error, found);
}

/** The object could not be changed, or doesn't become ready again; `found` is undefined if it is gone. */
export function updateError(urn: string, error: unknown, found: Found | undefined): Error {
    if (error instanceof UnknownKindError) {
        return new Error(`update of resource "${urn}" failed because ${missingDefinition}: ${error.message}`);
    }
    if (!found) return new Error(`update of resource "${urn}" failed: ${messageOf(error)}`);
    const message =
        `the Kubernetes API server reported that "${found.id}" failed to fully initialize or become live: ` +
        messageOf(error);
    return partialFailure(message, error, found);
}
