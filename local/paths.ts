/** Folders that the local commands use: one per checkout for state, one per user for what is costly to build. */
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout this code runs from. */
export const repoRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** State of this checkout's local cluster and stacks; ignored by git, removed by `npm run down`. */
export const stateDir = join(repoRoot, ".local");

/** Binaries and images, per user and keyed by version, so that a second checkout doesn't build again. */
export const cacheDir = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "temporal-self-hosted");
