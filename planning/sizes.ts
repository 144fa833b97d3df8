/**
 * Default sizes of a deployment. The frontend is CPU-bound (it authenticates, decodes and routes every call); history and
 * matching are memory-bound (history keeps shards and mutable state of open workflows, matching keeps task queues), so
 * with each size the frontend grows in cores and the other two in memory. The worker service runs only Temporal's own
 * system workflows and stays small.
 */
import type { ServiceName } from "./ports.ts";

/** Sizes to pick from. */
export const sizeNames = ["dev", "small", "medium", "large"] as const;

/** One of the sizes. */
export type SizeName = (typeof sizeNames)[number];

/** CPU in cores and memory in MiB, as Kubernetes requests and limits them. */
export interface ResourceSize {
    readonly cpuRequest: number;
    readonly cpuLimit: number;
    readonly memoryRequestMiB: number;
    readonly memoryLimitMiB: number;
}

/** SQL connections that one pod may hold; idle connections are kept, since opening one costs more than it holds. */
export interface PoolSize {
    /** To the default store. */
    readonly default: number;
    /** To the visibility store. */
    readonly visibility: number;
}

/** Size of one service. */
export interface ServiceSize {
    readonly replicas: number;
    readonly resources: ResourceSize;
    readonly pool: PoolSize;
}

/** Size of a deployment. */
export interface DeploymentSize {
    /** Can never be changed once the database is in use. */
    readonly historyShards: number;
    /**
     * How much the heap of a server may grow before Go collects garbage, in percent of what is live (`GOGC`). Go's own 100
     * trades memory for CPU; where many small deployments share a machine, its memory runs out first.
     */
    readonly goGcPercent: number;
    readonly services: Readonly<Record<ServiceName, ServiceSize>>;
}

function service(
    replicas: number,
    cpu: [number, number],
    memoryMiB: [number, number],
    pool: [number, number],
): ServiceSize {
    return {
        replicas,
        resources: {
            cpuRequest: cpu[0],
            cpuLimit: cpu[1],
            memoryRequestMiB: memoryMiB[0],
            memoryLimitMiB: memoryMiB[1],
        },
        pool: { default: pool[0], visibility: pool[1] },
    };
}

/**
 * Memory of history follows the shards of a pod: about 140 MiB with 4, 250 MiB with 512 and 610 MiB with 2048 shards on one
 * pod under light load, before its caches fill; the limits leave room for those.
 */
export const sizes: Readonly<Record<SizeName, DeploymentSize>> = {
    dev: {
        historyShards: 4,
        goGcPercent: 70,
        services: {
            frontend: service(1, [0.1, 1], [128, 512], [4, 4]),
            history: service(1, [0.1, 2], [256, 1024], [12, 6]),
            matching: service(1, [0.1, 1], [128, 512], [6, 2]),
            worker: service(1, [0.05, 1], [96, 384], [3, 2]),
        },
    },
    small: {
        historyShards: 512,
        goGcPercent: 100,
        services: {
            frontend: service(2, [0.5, 2], [256, 512], [5, 5]),
            history: service(2, [0.5, 2], [1024, 2048], [20, 10]),
            matching: service(2, [0.25, 1], [512, 1024], [10, 2]),
            worker: service(2, [0.1, 1], [192, 512], [3, 3]),
        },
    },
    medium: {
        historyShards: 1024,
        goGcPercent: 100,
        services: {
            frontend: service(3, [2, 4], [512, 1024], [5, 5]),
            history: service(3, [1, 2], [4096, 6144], [30, 15]),
            matching: service(3, [0.5, 2], [1024, 2048], [15, 2]),
            worker: service(2, [0.25, 1], [256, 512], [5, 5]),
        },
    },
    large: {
        historyShards: 2048,
        goGcPercent: 100,
        services: {
            frontend: service(5, [4, 8], [1024, 2048], [5, 5]),
            history: service(6, [2, 4], [8192, 12288], [40, 20]),
            matching: service(5, [1, 4], [2048, 4096], [20, 2]),
            worker: service(3, [0.5, 2], [512, 1024], [5, 5]),
        },
    },
};
