/** Workflows that end in every way there is, most of them badly, so that a server and a worker show all their metrics. */
import {
    ActivityCancellationType,
    ApplicationFailure,
    condition,
    continueAsNew,
    defineQuery,
    defineSignal,
    defineUpdate,
    getExternalWorkflowHandle,
    proxyActivities,
    setHandler,
    sleep,
    startChild,
    upsertSearchAttributes,
    workflowInfo,
} from "@temporalio/workflow";

import type * as activities from "./activities.ts";

/** A task queue that nobody polls. */
export const desertedQueue = "deserted";

/** Ends a workflow that `talks`. */
export const finish = defineSignal("finish");

/** Whether it has been told to finish. */
export const isFinished = defineQuery<boolean>("isFinished");

/** Answers what it is given. */
export const echo = defineUpdate<string, [string]>("echo");

const { nothing, accepting } = proxyActivities<typeof activities>({ startToCloseTimeout: "30 seconds" });

/** Completes after one activity. */
export async function completes(): Promise<void> {
    await nothing();
}

/** Completes after an activity that occupies a worker for so long. */
export async function worksFor(milliseconds: number): Promise<void> {
    const { working } = proxyActivities<typeof activities>({ startToCloseTimeout: "10 minutes" });
    await working(milliseconds);
}

/** Fails. */
export function fails(): Promise<void> {
    return Promise.reject(ApplicationFailure.nonRetryable("fails by design"));
}

/** Waits until it is cancelled, terminated or timed out. */
export async function waits(): Promise<void> {
    await sleep("1 hour");
}

/** Continues as new so many times. */
export async function repeats(times: number): Promise<void> {
    if (times > 0) await continueAsNew<typeof repeats>(times - 1);
}

/** Answers queries and updates until a signal ends it. */
export async function talks(): Promise<void> {
    let finished = false;
    setHandler(finish, () => {
        finished = true;
    });
    setHandler(isFinished, () => finished);
    setHandler(echo, (text) => text);
    await condition(() => finished);
}

/** Calls activities that fail, and that pass each of the timeouts an activity has; completes all the same. */
export async function toleratesFailures(): Promise<void> {
    const retry = { maximumAttempts: 2, initialInterval: "100 milliseconds" };
    const cancellationType = ActivityCancellationType.ABANDON;
    const { failing } = proxyActivities<typeof activities>({ startToCloseTimeout: "5 seconds", retry });
    const tooShort = proxyActivities<typeof activities>({ startToCloseTimeout: "500 milliseconds", retry });
    const noHeartbeat = proxyActivities<typeof activities>({
        startToCloseTimeout: "10 seconds",
        heartbeatTimeout: "500 milliseconds",
        retry,
        cancellationType,
    });
    const deserted = proxyActivities<typeof activities>({
        taskQueue: desertedQueue,
        scheduleToStartTimeout: "1 second",
        startToCloseTimeout: "5 seconds",
    });
    const tooLate = proxyActivities<typeof activities>({
        taskQueue: desertedQueue,
        scheduleToCloseTimeout: "1 second",
    });
    await Promise.allSettled([
        failing(),
        tooShort.working(1500),
        noHeartbeat.working(2000),
        deserted.nothing(),
        tooLate.nothing(),
    ]);
}

/** Does another thing when its history is replayed than it has done, and so fails as non-deterministic ever again. */
export async function forgets(): Promise<void> {
    if (workflowInfo().unsafe.isReplaying) await sleep("1 second");
    else await nothing();
    await nothing();
}

/** Fails its workflow task ever again. */
export function crashes(): Promise<void> {
    return Promise.reject(new TypeError("crashes by design"));
}

/** Sets a search attribute that the namespace doesn't know. */
export async function setsUnknownAttribute(): Promise<void> {
    upsertSearchAttributes({ NobodyKnowsThis: ["value"] });
    await sleep("1 hour");
}

/** Asks in one workflow task for more than a gRPC message may hold, by payloads that are each small enough. */
export async function asksTooMuch(): Promise<void> {
    const payload = "x".repeat(1.5 * 1024 * 1024);
    await Promise.all([payload, payload, payload].map((each) => accepting(each)));
}

/** What a workflow can have too many of at one time. */
export type PendingKind = "activities" | "children" | "signals" | "cancellations";

/** Has two of a kind pending, where one is the limit. */
export async function hasTooMuchPending(kind: PendingKind): Promise<void> {
    const taskQueue = desertedQueue;
    const deserted = proxyActivities<typeof activities>({ taskQueue, startToCloseTimeout: "1 hour" });
    const two = {
        activities: () => deserted.nothing(),
        children: () => startChild(waits, { taskQueue }),
        signals: () => getExternalWorkflowHandle("nobody").signal(finish),
        cancellations: () => getExternalWorkflowHandle("nobody").cancel(),
    }[kind];
    await Promise.all([two(), two()]);
}

/** Starts a child, waits for it. */
export async function hasChild(): Promise<void> {
    const child = await startChild(completes);
    await child.result();
}
