/** The faults of the drill: what happens, where, and which alerts must tell of it. */
import type { Connection } from "@temporalio/client";

import { type Load, loadOf } from "./alertLoad.ts";
import type { DrillStack } from "./alertStack.ts";
import { troubleNamespaces } from "../tests/helpers/troubles/troubles.ts";
import type { LiveDynamicConfig } from "../tests/helpers/liveDynamicConfig.ts";
import type { WorkerPods } from "../tests/helpers/workerPod.ts";

/** A fault. */
export interface Fault {
    readonly what: string;
    /** The deployment that has it; undefined: all have it, since it is in what they share. */
    readonly deployment: string | undefined;
    /** Alerts that must fire; none where the fault mends itself before anybody has to know. */
    readonly alerts: readonly string[];
    /** Makes it, and resolves when it is there. */
    begin(): Promise<void>;
    /** Mends it, also where making it failed halfway. */
    end(): Promise<void>;
}

/** A deployment in the drill. */
export interface DrilledDeployment {
    readonly name: string;
    readonly namespace: string;
    readonly connection: Connection;
    readonly workers: WorkerPods;
    readonly dynamicConfig: LiveDynamicConfig;
}

/** Task queues of the faults, and the workers that poll them. */
export const faultQueues = { stopped: "orders", narrow: "narrow", forgetful: "forgetful" } as const;

/** Calls per second that a limit allows, and that come. */
const limit = 10;
const calls = 30;

const { healthy, troubled, throttled } = troubleNamespaces;

/**
 * Faults that would disturb one another, each by itself; then those that leave one another alone, side by side. What takes
 * longest to be forgotten comes first.
 * @param first the deployment that has them; the other has none
 */
export function faultPhases(stack: DrillStack, first: DrilledDeployment): readonly (readonly Fault[])[] {
    return [
        [postgresqlStopped(stack)],
        [connectionsExhausted(stack)],
        [frontendOverloaded(first)],
        [historyGone(stack, first)],
        [historyKilled(stack, first)],
        [workersStopped(first), workersTooSlow(first), nonDeterministic(first), namespaceFlooded(first)],
    ];
}

function workersStopped({ name, workers, connection }: DrilledDeployment): Fault {
    let load: Load | undefined;
    return {
        what: "all workers of a task queue stopped under load",
        deployment: name,
        alerts: ["TemporalTaskQueueHasNoPollers"],
        async begin() {
            load = loadOf(connection, healthy).starts("completes", faultQueues.stopped, 2);
            await workers.stop("orders");
        },
        async end() {
            await load?.stop();
            await workers.start("orders", [{ namespace: healthy, taskQueue: faultQueues.stopped }]);
        },
    };
}

function workersTooSlow({ name, workers, connection }: DrilledDeployment): Fault {
    let load: Load | undefined;
    return {
        what: "workers too few: one slot for ten activities of two seconds",
        deployment: name,
        alerts: ["TemporalScheduleToStartSlow", "TemporalWorkerActivitiesStartLate", "TemporalWorkerSlotsExhausted"],
        async begin() {
            const queue = { namespace: healthy, taskQueue: faultQueues.narrow };
            await workers.start("narrow", [{ ...queue, maxConcurrentActivityTaskExecutions: 1 }]);
            load = loadOf(connection, healthy).keepsInFlight("worksFor", faultQueues.narrow, 10, 2000);
        },
        async end() {
            await load?.stop();
            await workers.stop("narrow");
        },
    };
}

function nonDeterministic({ name, workers, connection }: DrilledDeployment): Fault {
    let load: Load | undefined;
    return {
        what: "non-deterministic workflow code",
        deployment: name,
        alerts: ["TemporalNonDeterministicWorkflow"],
        async begin() {
            const queue = { namespace: troubled, taskQueue: faultQueues.forgetful };
            await workers.start("forgetful", [{ ...queue, maxCachedWorkflows: 0 }]);
            load = loadOf(connection, troubled).starts("forgets", faultQueues.forgetful, 0.2);
        },
        async end() {
            await load?.stop();
            await loadOf(connection, troubled).terminateAll();
            await workers.stop("forgetful");
        },
    };
}

function namespaceFlooded({ name, connection, dynamicConfig }: DrilledDeployment): Fault {
    let load: Load | undefined;
    return {
        what: `a namespace flooded: ${calls} calls per second where frontend.namespaceRPS is ${limit}`,
        deployment: name,
        alerts: ["TemporalNamespaceThrottled"],
        async begin() {
            await dynamicConfig.set({
                "frontend.namespaceRPS": [{ value: limit, constraints: { namespace: throttled } }],
            });
            load = await loadOf(connection, throttled).overloads(calls);
        },
        async end() {
            await load?.stop();
            await dynamicConfig.restore();
        },
    };
}

function frontendOverloaded({ name, connection, dynamicConfig }: DrilledDeployment): Fault {
    let load: Load | undefined;
    return {
        what: `frontend overloaded: ${calls} calls per second where frontend.rps is ${limit}`,
        deployment: name,
        // And TemporalFrontendErrorsBudgetBurnsFast, which lasts for half an hour after the fault.
        alerts: ["TemporalSystemOverloaded"],
        async begin() {
            await dynamicConfig.set({ "frontend.rps": limit });
            load = await loadOf(connection, healthy).overloads(calls);
        },
        async end() {
            await load?.stop();
            await dynamicConfig.restore();
        },
    };
}

function historyKilled(stack: DrillStack, { name, namespace }: DrilledDeployment): Fault {
    return {
        what: "the history pod killed: its successor takes over within the two minutes of any alert",
        deployment: name,
        alerts: [],
        begin: () => stack.killPod(namespace, "history"),
        end: () => Promise.resolve(),
    };
}

function historyGone(stack: DrillStack, { name, namespace }: DrilledDeployment): Fault {
    return {
        what: "the history pod killed, and no successor",
        deployment: name,
        alerts: ["TemporalServiceDown"],
        begin: () => stack.scaleService(namespace, "temporal-history", 0),
        end: () => stack.scaleService(namespace, "temporal-history", 1),
    };
}

function connectionsExhausted(stack: DrillStack): Fault {
    let give: (() => Promise<void>) | undefined;
    return {
        what: "PostgreSQL's connections taken by somebody else",
        deployment: undefined,
        alerts: ["PostgresConnectionsExhausted"],
        async begin() {
            give = await stack.takeConnections();
        },
        async end() {
            await give?.();
        },
    };
}

function postgresqlStopped(stack: DrillStack): Fault {
    return {
        what: "PostgreSQL stopped",
        deployment: undefined,
        alerts: ["PostgresDown"],
        begin: () => stack.scalePostgresql(0),
        end: () => stack.scalePostgresql(1),
    };
}
