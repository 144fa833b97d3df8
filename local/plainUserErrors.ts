/** Loaded before a script (`node --import`): an error that is the user's ends it with its sentence, without a stack trace. */
import { UserError } from "./userError.ts";

process.on("uncaughtException", (error) => {
    console.error(error instanceof UserError ? error.message : error);
    process.exit(1);
});
