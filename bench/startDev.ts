/** Temporal's own development server, the baseline of the throughput figures. */
import { execa } from "execa";

import { ensureTools } from "../local/toolchain/tools.ts";

/** A running development server. */
export interface StartDev {
    readonly address: string;
    /** Name of its process, as `ps` shows it. */
    readonly processName: string;
    stop(): Promise<void>;
}

const port = 17_233;

/** Starts `temporal server start-dev` (SQLite in memory, all services in one process) on loopback. */
export async function startDev(): Promise<StartDev> {
    const { temporal } = await ensureTools(["temporal"], () => undefined);
    const server = execa(
        temporal.path,
        ["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", String(port), "--log-level", "error"],
        { env: { ...temporal.env, TEMPORAL_VERSION_CHECK_DISABLED: "1" }, reject: false, stdio: "ignore" },
    );
    return {
        address: `127.0.0.1:${port}`,
        processName: "temporal",
        async stop() {
            server.kill("SIGTERM");
            await server;
        },
    };
}
