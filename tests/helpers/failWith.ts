/** A script that fails with the user error given as its argument. */
import { UserError } from "../../local/userError.ts";

throw new UserError(process.argv[2] ?? "");
