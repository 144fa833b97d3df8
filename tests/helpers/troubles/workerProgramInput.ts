/** What a worker pod is told. */

/** Environment variable that carries it, as JSON. */
export const workerVariable = "WORKER";

/** A task queue that the pod polls, with options of the SDK's workers. */
export interface WorkerQueue {
    /** Temporal namespace. */
    readonly namespace: string;
    readonly taskQueue: string;
    /** 0: each workflow task replays its workflow from the beginning. Default: the SDK's. */
    readonly maxCachedWorkflows?: number;
    /** Default: the SDK's. */
    readonly maxConcurrentActivityTaskExecutions?: number;
}

/** All of it. */
export interface WorkerProgramInput {
    /** host:port of the frontend, as the pod sees it. */
    readonly address: string;
    readonly metricsPort: number;
    readonly queues: readonly WorkerQueue[];
}
