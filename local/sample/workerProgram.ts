/**
 * The sample's worker as a program of its own: what a team would put in a pod. It is told nothing; its connection is in the
 * environment (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE …), where every SDK looks for it.
 */
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";

import { loadClientConnectConfig } from "@temporalio/envconfig";
import { NativeConnection, Runtime, Worker } from "@temporalio/worker";

import * as activities from "./activities.ts";

Runtime.install({
    telemetryOptions: {
        metrics: {
            prometheus: {
                bindAddress: "0.0.0.0:9464",
                unitSuffix: true,
                useSecondsForDurations: true,
                countersTotalSuffix: true,
            },
        },
    },
});
const { connectionOptions, namespace } = loadClientConnectConfig();
const connection = await NativeConnection.connect(connectionOptions);
const code = gunzipSync(await readFile(new URL("./workflows.js.gz", import.meta.url))).toString();
const worker = await Worker.create({
    connection,
    ...(namespace === undefined ? {} : { namespace }),
    taskQueue: "orders",
    workflowBundle: { code },
    activities,
});
await worker.run();
