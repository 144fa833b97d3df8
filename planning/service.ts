/** The plan of one of a deployment's four services: size, config file, probes, shutdown. */
import type { ServiceConfig } from "../config/schema.ts";
import { drainSeconds } from "./dynamicConfig.ts";
import { type FrontendPorts, type ServiceName, type ServicePorts } from "./ports.ts";
import { bytes, type ContainerResources, cores, cpuQuantity, memoryQuantity } from "./quantities.ts";
import { renderServerConfig, type ServerConfigInput } from "./serverConfig.ts";
import type { PoolSize, ServiceSize } from "./sizes.ts";
import { isOlder } from "./versions.ts";

/** One service of a deployment. */
export interface ServicePlan {
    readonly name: ServiceName;
    readonly replicas: number;
    readonly resources: ContainerResources;
    /** Go threads that run at once: whole cores of the limit, at least one. */
    readonly goMaxProcs: number;
    /** Where Go's garbage collector starts to work hard, in bytes: nine tenths of the memory limit. */
    readonly goMemLimit: number;
    /** Growth of the heap before a collection, in percent. */
    readonly goGcPercent: number;
    readonly ports: ServicePorts | FrontendPorts;
    readonly pool: PoolSize;
    /** Port that listens as soon as the server does. */
    readonly probedPort: keyof ServicePorts;
    /** Name that the gRPC readiness probe asks for; null where it only asks whether {@link probedPort} listens. */
    readonly healthService: string | null;
    /** How long a new pod must be ready before the next old one may go, in seconds; undefined: not at all. */
    readonly minReadySeconds: number | undefined;
    /** How long Kubernetes waits for a pod to stop, in seconds. */
    readonly terminationGraceSeconds: number;
    /** Text of the server's config file. */
    readonly serverConfig: string;
}

/** What the services of a deployment have in common. */
export interface ServiceContext extends Omit<ServerConfigInput, "pool"> {
    readonly serverVersion: string;
    readonly goGcPercent: number;
}

/**
 * Health check names (service/frontend/workflow_handler.go, service/history/service.go and their twins). History's says
 * SERVING only once the pod owns a shard (service/history/shard/controller_impl.go, acquireShards). With few shards the
 * ring may give a new pod none as long as the old one is there, and a rolling update would wait for it in vain.
 */
const healthServices: Readonly<Record<ServiceName, string | null>> = {
    frontend: "temporal.api.workflowservice.v1.WorkflowService",
    history: null,
    matching: "temporal.api.workflowservice.v1.MatchingService",
    worker: "temporal.api.workflowservice.v1.WorkerService",
};

/** The worker serves gRPC, and with it health, from this version on (service/worker/service.go); before it only gossips. */
const workerWithGrpc = "1.31.0";

/** Longest that each service drains by its own settings, in seconds. */
const drains: Readonly<Record<ServiceName, number>> = {
    frontend: drainSeconds.frontendFailHealthCheck + drainSeconds.frontend,
    history: drainSeconds.history,
    matching: drainSeconds.matching,
    worker: 0,
};

/** Time for a new history pod to take its shards over before the next one goes and moves shards again, in seconds. */
const shardTakeOverSeconds = 10;

/** Room for what follows the drain: stopping of queues and caches, closing of sessions, in seconds. */
const stopMarginSeconds = 45;

/** Plans one service from its size and what the config says otherwise. */
export function planService(
    name: ServiceName,
    config: ServiceConfig,
    size: ServiceSize,
    context: ServiceContext,
): ServicePlan {
    const resources: ContainerResources = {
        requests: {
            cpu: config.resources.requests?.cpu ?? cpuQuantity(size.resources.cpuRequest),
            memory: config.resources.requests?.memory ?? memoryQuantity(size.resources.memoryRequestMiB),
        },
        limits: {
            cpu: config.resources.limits?.cpu ?? cpuQuantity(size.resources.cpuLimit),
            memory: config.resources.limits?.memory ?? memoryQuantity(size.resources.memoryLimitMiB),
        },
    };
    const pool = { ...size.pool, ...config.pool };
    const replicas = config.replicas ?? size.replicas;
    const isMute = name === "worker" && isOlder(context.serverVersion, workerWithGrpc);
    return {
        name,
        replicas,
        resources,
        goMaxProcs: Math.max(1, Math.floor(cores(resources.limits.cpu))),
        goMemLimit: Math.floor(bytes(resources.limits.memory) * 0.9),
        goGcPercent: context.goGcPercent,
        ports: context.ports[name],
        pool,
        probedPort: isMute ? "membership" : "grpc",
        healthService: isMute ? null : healthServices[name],
        minReadySeconds: name === "history" && replicas > 1 ? shardTakeOverSeconds : undefined,
        terminationGraceSeconds: drains[name] + stopMarginSeconds,
        serverConfig: renderServerConfig({ ...context, pool }),
    };
}
