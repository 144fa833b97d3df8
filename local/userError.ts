/** A mistake or a missing precondition that the user can mend: printed as one message, without a stack trace. */
export class UserError extends Error {
    override name = "UserError";
}
