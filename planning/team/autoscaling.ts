/** Workers that KEDA scales by the backlog of their task queue. */
import type { TeamConfig } from "../../config/schema.ts";
import type { ScaledObjectPlan } from "./teamPlan.ts";

/** How often KEDA asks for the backlog, in seconds: twice as often as its default, since a backlog is felt as latency. */
const pollingInterval = 15;

/**
 * The ScaledObjects (keda.sh/v1alpha1).
 * @param endpoint host:port of the deployment's frontend
 * @param namespace the team's first Temporal namespace
 */
export function scaledObjects(
    { autoscaling }: TeamConfig["workers"],
    endpoint: string,
    namespace: string,
): readonly ScaledObjectPlan[] {
    return autoscaling.map((worker) => ({
        name: worker.deployment,
        spec: {
            scaleTargetRef: { name: worker.deployment },
            pollingInterval,
            cooldownPeriod: worker.cooldownSeconds,
            minReplicaCount: worker.minReplicas,
            maxReplicaCount: worker.maxReplicas,
            triggers: [
                {
                    type: "temporal",
                    // KEDA takes text only, and uses no TLS without an API key or certificate (pkg/scalers/temporal_scaler.go of kedacore/keda).
                    metadata: {
                        endpoint,
                        namespace: worker.namespace ?? namespace,
                        taskQueue: worker.taskQueue,
                        // Left out, it means all types.
                        queueTypes: worker.queueTypes.join(","),
                        targetQueueSize: String(worker.targetQueueSize),
                    },
                },
            ],
        },
    }));
}
