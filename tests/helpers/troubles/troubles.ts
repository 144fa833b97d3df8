/** A client that makes one of everything happen that servers and workers count, good and bad, over and over. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

import { Client, Connection, ScheduleOverlapPolicy, type WorkflowStartOptions } from "@temporalio/client";
import type { Workflow } from "@temporalio/common";

import { ensureNamespace } from "../../../local/sample/namespace.ts";
import type { DynamicConfigInput } from "../../../planning/dynamicConfig.ts";
import * as workflows from "./workflows.ts";
import type { WorkerQueue } from "./workerProgramInput.ts";

/** Temporal namespaces, by what is wrong in them. */
export const troubleNamespaces = {
    /** Nothing. */
    healthy: "healthy",
    troubled: "troubled",
    /** It may have one pending thing of a kind; see {@link troubleLimits}. */
    limited: "limited",
    /** It may make one call per second; see {@link troubleLimits}. */
    throttled: "throttled",
} as const;

const { healthy, troubled, limited, throttled } = troubleNamespaces;
const queue = "steady";
const forgetfulQueue = "forgetful";
const crampedQueue = "cramped";

/** What workers poll for it. */
export const troubleQueues: readonly WorkerQueue[] = [
    { namespace: healthy, taskQueue: queue },
    { namespace: troubled, taskQueue: queue },
    { namespace: limited, taskQueue: queue },
    { namespace: troubled, taskQueue: forgetfulQueue, maxCachedWorkflows: 0 },
    { namespace: healthy, taskQueue: crampedQueue, maxCachedWorkflows: 2 },
];

const only = (namespace: string, value: number) => [{ value, constraints: { namespace } }];

/** Dynamic config that limits two of the namespaces. */
export const troubleLimits: DynamicConfigInput = {
    "limit.numPendingActivities.error": only(limited, 1),
    "limit.numPendingChildExecutions.error": only(limited, 1),
    "limit.numPendingSignals.error": only(limited, 1),
    "limit.numPendingCancelRequests.error": only(limited, 1),
    "frontend.namespaceRPS": only(throttled, 1),
};

/** Trouble that goes on. */
export interface Troubles {
    /** Ends what was begun, and throws if a part of it has never gone as it should. */
    stop(): Promise<void>;
}

/** Connects and makes the namespaces, so that workers can start. */
export async function connectForTroubles(address: string): Promise<Connection> {
    const connection = await Connection.connect({ address, connectTimeout: "10 seconds" });
    const deadline = Date.now() + 60_000;
    for (const namespace of Object.values(troubleNamespaces)) await ensureNamespace(connection, namespace, deadline);
    return connection;
}

/** Makes trouble until it is stopped; closes the connection then. */
export function makeTroubles(connection: Connection): Troubles {
    const ended = new AbortController();
    const loops = [
        again(10_000, () => goodRound(new Client({ connection, namespace: healthy }))),
        again(10_000, () => badRound(new Client({ connection, namespace: troubled }))),
        again(30_000, () => overLimits(new Client({ connection, namespace: limited }))),
        again(100, () => refused(connection.workflowService.describeTaskQueue(probe))),
    ];
    const once = beginOnce(connection);

    /** A round may fail where a test beside this one ends a server's pod; the next goes on. */
    async function again(every: number, round: () => Promise<void>): Promise<void> {
        let failure: unknown;
        let done = false;
        while (!ended.signal.aborted) {
            await round().then(
                () => (done = true),
                (error: unknown) => (failure = error),
            );
            await wait(every, undefined, { signal: ended.signal }).catch(() => undefined);
        }
        if (!done) throw failure;
    }

    return {
        async stop() {
            ended.abort();
            // All of them, since none may call any more when the connection is closed.
            const results = await Promise.allSettled([...loops, once]);
            for (const namespace of [healthy, troubled, limited]) {
                await terminateAll(new Client({ connection, namespace }));
            }
            await connection.close();
            for (const result of results) if (result.status === "rejected") throw result.reason;
        },
    };
}

/** A call that means nothing, of the throttled namespace. */
const probe = { namespace: throttled, taskQueue: { name: queue } };

type Options<W extends Workflow> = Partial<WorkflowStartOptions<W>>;

function start<W extends Workflow>(client: Client, workflow: W, options: Options<W> = {}) {
    const workflowId = `${workflow.name}-${randomUUID()}`;
    return client.workflow.start(workflow, {
        taskQueue: queue,
        workflowId,
        ...options,
    } as unknown as WorkflowStartOptions<W>);
}

async function goodRound(client: Client): Promise<void> {
    const talking = await start(client, workflows.talks);
    await talking.query(workflows.isFinished);
    await talking.executeUpdate(workflows.echo, { args: ["hello"] });
    await talking.describe();
    const ends = [
        await start(client, workflows.completes),
        await start(client, workflows.repeats, { args: [2] }),
        await start(client, workflows.hasChild),
        await client.workflow.signalWithStart(workflows.talks, {
            taskQueue: queue,
            workflowId: `talks-${randomUUID()}`,
            signal: workflows.finish,
        }),
        talking,
    ];
    await talking.signal(workflows.finish);
    await Promise.all(ends.map((handle) => handle.result()));
    await crowd(client);
    await client.workflow.count("ExecutionStatus = 'Running'");
    await client.workflowService.listWorkflowExecutions({ namespace: client.options.namespace, pageSize: 10 });
}

/** More workflows at once than their worker keeps in its cache. */
async function crowd(client: Client): Promise<void> {
    const many = await Promise.all(
        Array.from({ length: 6 }, () => start(client, workflows.talks, { taskQueue: crampedQueue })),
    );
    await wait(1000);
    for (const each of many) await each.signal(workflows.finish);
    await Promise.all(many.map((each) => each.result()));
}

async function badRound(client: Client): Promise<void> {
    const cancelled = await start(client, workflows.waits);
    const terminated = await start(client, workflows.waits);
    const ends = [
        await start(client, workflows.fails),
        await start(client, workflows.waits, { workflowExecutionTimeout: "2 seconds" }),
        cancelled,
        terminated,
    ];
    await wait(1000);
    await cancelled.cancel();
    await terminated.terminate("by design");
    const tolerant = await start(client, workflows.toleratesFailures);
    await Promise.all(ends.map((handle) => refused(handle.result())));
    await tolerant.result();
    await refused(client.workflow.getHandle("nobody").describe());
    await refused(client.workflow.getHandle("nobody").signal(workflows.finish));
    await refused(start(client, workflows.repeats, { args: ["x".repeat(3 * 1024 * 1024) as unknown as number] }));
}

/** More pending than {@link troubleLimits} allow, over and over: servers hear of the limits some time after they were set. */
async function overLimits(client: Client): Promise<void> {
    for (const kind of ["activities", "children", "signals", "cancellations"] as const) {
        await start(client, workflows.hasTooMuchPending, { args: [kind], workflowExecutionTimeout: "1 minute" });
    }
}

/** What happens by itself once it has begun. */
async function beginOnce(connection: Connection): Promise<void> {
    const inTrouble = new Client({ connection, namespace: troubled });
    await start(inTrouble, workflows.forgets, { taskQueue: forgetfulQueue });
    for (const workflow of [workflows.crashes, workflows.setsUnknownAttribute]) await start(inTrouble, workflow);
    await start(inTrouble, workflows.asksTooMuch);
    for (let count = 0; count < 5; count++) {
        await start(inTrouble, workflows.completes, { taskQueue: workflows.desertedQueue });
    }
    const schedule = new Client({ connection, namespace: healthy }).schedule;
    await refused(schedule.getHandle(scheduleId).delete());
    await schedule.create({
        scheduleId,
        spec: { intervals: [{ every: "10 seconds" }] },
        policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE },
        action: { type: "startWorkflow", workflowType: workflows.completes, taskQueue: queue },
    });
}

const scheduleId = "every-ten-seconds";

async function terminateAll(client: Client): Promise<void> {
    await refused(client.schedule.getHandle(scheduleId).delete());
    for await (const { workflowId, runId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
        await refused(client.workflow.getHandle(workflowId, runId).terminate("the test has ended"));
    }
}

/** Waits for what may fail by design. */
async function refused(work: Promise<unknown>): Promise<void> {
    await work.catch(() => undefined);
}
