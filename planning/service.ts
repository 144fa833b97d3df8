/** The plan of one of a deployment's four services: size, config file, probes, shutdown. */
import type { ServiceConfig } from "../config/schema.ts";
import { drainSeconds } from "./dynamicConfig.ts";
import { type FrontendPorts, type ServiceName, type ServicePorts } from "./ports.ts";
import { bytes, type ContainerResources, cores, cpuQuantity, memoryQuantity } from "./quantities.ts";
import { renderServerConfig, type ServerConfigInput } from "./serverConfig.ts";
import type { PoolSize, ServiceSize } from "./sizes.ts";

/** One service of a deployment. */
export interface ServicePlan {
    readonly name: ServiceName;
    readonly replicas: number;
    readonly resources: ContainerResources;
    /** Go threads that run at once: whole cores of the limit, at least one. */
    readonly goMaxProcs: number;
    /** Where Go's garbage collector starts to work hard, in bytes: nine tenths of the memory limit. */
    readonly goMemLimit: number;
    readonly ports: ServicePorts | FrontendPorts;
    readonly pool: PoolSize;
    /** Service name that the gRPC health check asks for. */
    readonly healthService: string;
    /** How long Kubernetes waits for a pod to stop, in seconds. */
    readonly terminationGraceSeconds: number;
    /** Text of the server's config file. */
    readonly serverConfig: string;
}

/** What the services of a deployment have in common. */
export type ServiceContext = Omit<ServerConfigInput, "pool">;

/** Health check names (service/frontend/workflow_handler.go, service/history/service.go and their twins). */
const healthServices: Readonly<Record<ServiceName, string>> = {
    frontend: "temporal.api.workflowservice.v1.WorkflowService",
    history: "temporal.api.workflowservice.v1.HistoryService",
    matching: "temporal.api.workflowservice.v1.MatchingService",
    worker: "temporal.api.workflowservice.v1.WorkerService",
};

/** Longest that each service drains by its own settings, in seconds. */
const drains: Readonly<Record<ServiceName, number>> = {
    frontend: drainSeconds.frontendFailHealthCheck + drainSeconds.frontend,
    history: drainSeconds.history,
    matching: drainSeconds.matching,
    worker: 0,
};

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
    return {
        name,
        replicas: config.replicas ?? size.replicas,
        resources,
        goMaxProcs: Math.max(1, Math.floor(cores(resources.limits.cpu))),
        goMemLimit: Math.floor(bytes(resources.limits.memory) * 0.9),
        ports: context.ports[name],
        pool,
        healthService: healthServices[name],
        terminationGraceSeconds: drains[name] + stopMarginSeconds,
        serverConfig: renderServerConfig({ ...context, pool }),
    };
}
