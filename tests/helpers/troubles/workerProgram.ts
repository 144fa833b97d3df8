/** What a worker pod runs: workers of the TypeScript SDK, with metrics as docs/monitoring.md asks for. */
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";

import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";

import * as activities from "./activities.ts";
import { type WorkerProgramInput, workerVariable } from "./workerProgramInput.ts";

const { address, metricsPort, queues } = JSON.parse(process.env[workerVariable] ?? "") as WorkerProgramInput;
Runtime.install({
    logger: new DefaultLogger("WARN"),
    telemetryOptions: {
        metrics: {
            prometheus: {
                bindAddress: `0.0.0.0:${metricsPort}`,
                unitSuffix: true,
                useSecondsForDurations: true,
                countersTotalSuffix: true,
            },
        },
    },
});
const code = gunzipSync(await readFile(new URL("./workflows.js.gz", import.meta.url))).toString();
const connection = await NativeConnection.connect({ address });
const workers = await Promise.all(
    queues.map((queue) => Worker.create({ connection, workflowBundle: { code }, activities, ...queue })),
);
await Promise.all(workers.map((worker) => worker.run()));
