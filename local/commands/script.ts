/** `npm run bench` and the scripts that run one file of this project: with the Node that runs TypeScript. */
import { fileURLToPath } from "node:url";

import { UserError } from "../userError.ts";
import { runInForeground } from "./foreground.ts";

const plainUserErrors = fileURLToPath(new URL("../plainUserErrors.ts", import.meta.url));

/** Runs a TypeScript file with arguments. Answers its exit code. */
export function runScript([file, ...args]: readonly string[]): Promise<number> {
    if (!file) throw new UserError("Say which file to run: node local/bootstrap.mjs run FILE.ts [argument …]");
    const options = ["--disable-warning=ExperimentalWarning", "--import", plainUserErrors];
    return runInForeground(process.execPath, [...options, file, ...args], {});
}
