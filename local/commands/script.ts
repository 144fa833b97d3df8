/** `npm run bench` and the scripts that run one file of this project: with the Node that runs TypeScript. */
import { UserError } from "../userError.ts";
import { runInForeground } from "./foreground.ts";

/** Runs a TypeScript file with arguments. Answers its exit code. */
export function runScript([file, ...args]: readonly string[]): Promise<number> {
    if (!file) throw new UserError("Say which file to run: node local/bootstrap.mjs run FILE.ts [argument …]");
    return runInForeground(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {});
}
