/** What went wrong with a call to Temporal, in a sentence for people. */
import grpc from "@grpc/grpc-js";

/** An error that tells the user all there is to know: its message is shown as it is. */
export class TemporalError extends Error {
    override name = "TemporalError";
}

/** What this provider refuses to do, whatever the server would say. */
export class Refusal extends TemporalError {
    override name = "Refusal";
}

/** The gRPC status of an error; undefined for any other error. */
export function codeOf(error: unknown): grpc.status | undefined {
    const { code } = (error ?? {}) as { readonly code?: unknown };
    return error instanceof Error && typeof code === "number" ? code : undefined;
}

/** Whether Temporal says that it has no such thing. */
export function isNotFound(error: unknown): boolean {
    return codeOf(error) === grpc.status.NOT_FOUND;
}

/**
 * Whether a frontend may just not have heard of a namespace yet: each looks for news every few seconds. Where one of the same
 * name was deleted before, it is this one that the frontend still knows.
 */
export function isNotYetKnown(error: unknown): boolean {
    return isNotFound(error) || saidBy(error).includes("invalid state: Deleted");
}

/** Whether Temporal says that it has such a thing already. */
export function isAlreadyThere(error: unknown): boolean {
    return codeOf(error) === grpc.status.ALREADY_EXISTS;
}

/** What the server, or the way to it, has said. */
export function saidBy(error: unknown): string {
    if (!(error instanceof Error)) return String(error);
    const { details } = error as { readonly details?: unknown };
    const said = typeof details === "string" && details !== "" ? details : error.message;
    // gRPC wraps up what the network says.
    return said.replace(/^No connection established\. Last error: (Error: )?|\.? Resolution note:.*$|\.$/g, "");
}

const transient: ReadonlySet<grpc.status | undefined> = new Set([
    grpc.status.UNAVAILABLE,
    grpc.status.RESOURCE_EXHAUSTED,
    grpc.status.ABORTED,
]);

/** Codes by which only a certificate or a name can be meant: they don't mend themselves. */
const permanentReasons = /certificate|self.signed|altnames|wrong version number|EPROTO|ERR_TLS|getaddrinfo ENOTFOUND/i;

/** Whether the same call may succeed a moment later. */
export function isTransient(error: unknown): boolean {
    return transient.has(codeOf(error)) && !permanentReasons.test(saidBy(error));
}

/** The error as the user is shown it. `action` is for example `create the namespace "payments"`. */
export function explained(error: unknown, action: string, server: string): Error {
    if (error instanceof TemporalError) return error;
    const said = saidBy(error);
    switch (codeOf(error)) {
        case undefined:
            return error instanceof Error ? error : new Error(said);
        case grpc.status.UNAVAILABLE:
            return new TemporalError(`Can't ${action}: ${server} can't be reached: ${said}.`);
        case grpc.status.PERMISSION_DENIED:
            return new TemporalError(
                `Can't ${action}: ${server} doesn't permit it to the apiKey or client certificate of this provider: ${said}.`,
            );
        case grpc.status.UNAUTHENTICATED:
            return new TemporalError(
                `Can't ${action}: ${server} doesn't know who asks; check the provider's apiKey or tls: ${said}.`,
            );
        default:
            return new TemporalError(`Can't ${action}: ${server} says: ${said}.`);
    }
}
