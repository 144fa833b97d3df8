/** `npm run down`: removes the local cluster and the stack on it; with `-- --keep-data` it only stops. */
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";

import { stopCluster } from "../cluster/cluster.ts";
import { checkMachine } from "../cluster/machine.ts";
import { stateDir } from "../paths.ts";
import { step } from "../progress.ts";
import { UserError } from "../userError.ts";
import { endOnInterrupt } from "./interrupt.ts";

/**
 * Stops the cluster and, unless its data is kept, removes this checkout's state: the stack's state speaks of a cluster that is
 * gone then.
 */
export async function removeCluster(keepData: boolean): Promise<void> {
    await step(keepData ? "Stopping the Kubernetes node" : "Removing the Kubernetes node", (report) =>
        stopCluster({ keepData }, report),
    );
    if (keepData) return;
    // Removing files below a mount would remove what is mounted there.
    const mounts = existsSync("/proc/mounts") ? readFileSync("/proc/mounts", "utf8").split("\n") : [];
    const left = mounts.map((line) => line.split(" ")[1] ?? "").filter((path) => path.startsWith(`${stateDir}/`));
    if (left.length > 0) {
        throw new UserError(
            `Still mounted: ${left.join(", ")}. Unmount them with \`umount\`, then run \`npm run down\` again.`,
        );
    }
    await rm(stateDir, { recursive: true, force: true });
}

/** Runs the command. Answers the exit code. */
export async function down(args: readonly string[]): Promise<number> {
    const unknown = args.filter((arg) => arg !== "--keep-data");
    if (unknown.length > 0) throw new UserError(`npm run down knows only --keep-data, not ${unknown.join(" ")}.`);
    endOnInterrupt("Stopped in the middle. `npm run down` continues from here.");
    await checkMachine();
    const keepData = args.includes("--keep-data");
    await removeCluster(keepData);
    console.log(
        keepData ? "Stopped. `npm start` continues with the same data." : "Nothing is left. `npm start` begins anew.",
    );
    return 0;
}
