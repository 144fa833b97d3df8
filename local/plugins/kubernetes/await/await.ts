/** Waits until objects are ready or gone. */
import { setTimeout as sleep } from "node:timers/promises";

import type { Severity } from "../../../../providers/protocol/engine.ts";
import type { Values } from "../../../../providers/protocol/values.ts";
import type { Api } from "../api.ts";
import { annotation, at, list, nameOf, text } from "../objects.ts";
import { claim, quota, service } from "./others.ts";
import { explainPods, podProblem } from "./pods.ts";
import type { Check, Readiness } from "./readiness.ts";
import { deployment, job, pod, statefulSet } from "./workloads.ts";

/** The object isn't ready, or not gone. */
export class NotReadyError extends Error {
    override name = "NotReadyError";
    /** What keeps it, one sentence each. */
    readonly problems: readonly string[];

    constructor(message: string, problems: readonly string[]) {
        super(message);
        this.problems = problems;
    }
}

/** What a wait needs of its surroundings. */
export interface Surroundings {
    readonly api: Api;
    /** Shows a message at the resource. */
    readonly say: (severity: Severity, message: string) => void;
    /** Fires when the user interrupts. */
    readonly signal: AbortSignal;
}

interface Rule {
    readonly check: Check;
    /** How long it may take, in seconds: the official plugin's defaults. */
    readonly seconds: number;
    /** Whether a refresh looks at it too. */
    readonly onRead: boolean;
}

const rules: Readonly<Record<string, Rule>> = {
    "apps/v1/Deployment": { check: deployment, seconds: 600, onRead: true },
    "apps/v1/StatefulSet": { check: statefulSet, seconds: 600, onRead: true },
    "batch/v1/Job": { check: job, seconds: 600, onRead: true },
    "v1/PersistentVolumeClaim": { check: claim, seconds: 300, onRead: false },
    "v1/Pod": { check: pod, seconds: 300, onRead: true },
    "v1/ResourceQuota": { check: quota, seconds: 300, onRead: false },
    "v1/Service": { check: service, seconds: 600, onRead: true },
};

/** How long deletion may take, in seconds. */
const deletionSeconds = 600;

/** Kinds for which skipAwait also skips the wait for their deletion. */
const deletedWithoutWaiting = new Set(["DaemonSet", "Deployment", "Job", "Namespace", "Pod", "StatefulSet"]);

/** Pauses between two looks at an object, in milliseconds: short at first, since most objects are quick. */
const firstPause = 50;
const longestPause = 500;

/** How often what is wrong with the pods is shown while waiting, in milliseconds. */
const problemInterval = 10_000;

/** Whether the object opts out of waiting. */
export function skipsAwait(inputs: Values): boolean {
    return annotation(inputs, "pulumi.com/skipAwait") === "true";
}

function ruleFor(inputs: Values): Rule | undefined {
    return skipsAwait(inputs) ? undefined : rules[`${text(inputs, "apiVersion")}/${text(inputs, "kind")}`];
}

/** The time allowed, in milliseconds: the resource option's seconds, else the annotation's, else the kind's own. */
function allowed(option: number, inputs: Values, fallback: number): number {
    const annotated = Number.parseInt(annotation(inputs, "pulumi.com/timeoutSeconds"), 10);
    return (option || (Number.isNaN(annotated) ? fallback : annotated)) * 1000;
}

async function explain(api: Api, state: Readiness): Promise<readonly string[]> {
    return [...state.problems, ...(await explainPods(api, state.pods ?? []))];
}

/**
 * Waits until the object is ready. `timeout` is the resource option in seconds, 0 for none. `last` is the object before
 * an update. Throws {@link NotReadyError} if it fails, takes too long, or is interrupted.
 */
export async function awaitReady(
    { api, say, signal }: Surroundings,
    inputs: Values,
    object: Values,
    timeout: number,
    last?: Values,
): Promise<void> {
    const rule = ruleFor(inputs);
    if (!rule) return;
    const name = nameOf(object);
    const deadline = Date.now() + allowed(timeout, inputs, rule.seconds);
    let nextProblems = Date.now() + problemInterval;
    let pause = firstPause;
    for (;;) {
        const state = await rule.check(api, await api.get(object), last);
        if (state.ready) return say("status", "");
        if (state.failed)
            throw new NotReadyError(
                `Resource '${name}' was created but failed to initialize`,
                await explain(api, state),
            );
        if (Date.now() > deadline)
            throw new NotReadyError(`'${name}' timed out waiting to be Ready`, await explain(api, state));
        if (signal.aborted)
            throw new NotReadyError(`Resource operation was cancelled for "${name}"`, await explain(api, state));
        const problem = (state.pods ?? []).map(podProblem).find(Boolean);
        if (problem && Date.now() > nextProblems) {
            nextProblems = Date.now() + problemInterval;
            say("status", problem);
        } else if (!problem) say("status", state.status);
        await sleep(pause, undefined, { signal }).catch(() => undefined);
        pause = Math.min(2 * pause, longestPause);
    }
}

/** Looks once whether the object is ready, on refresh. Throws {@link NotReadyError} if it isn't. */
export async function checkReady({ api }: Surroundings, inputs: Values, object: Values): Promise<void> {
    const rule = ruleFor(inputs);
    if (!rule?.onRead) return;
    const state = await rule.check(api, object, undefined);
    if (state.ready) return;
    throw new NotReadyError(
        `Resource '${nameOf(object)}' was created but failed to initialize`,
        await explain(api, state),
    );
}

/** Whether the object has what it takes to count as ready; what isn't known to need anything does. */
export async function isReady(api: Api, object: Values): Promise<boolean> {
    const rule = rules[`${text(object, "apiVersion")}/${text(object, "kind")}`];
    return rule === undefined || (await rule.check(api, object, undefined)).ready;
}

/** Waits until the object is gone. Throws {@link NotReadyError} if it stays. */
export async function awaitDeleted(
    { api, say, signal }: Surroundings,
    inputs: Values,
    object: Values,
    timeout: number,
): Promise<void> {
    if (skipsAwait(inputs) && deletedWithoutWaiting.has(text(object, "kind"))) return;
    const deadline = Date.now() + allowed(timeout, inputs, deletionSeconds);
    let pause = firstPause;
    for (;;) {
        const live = await api.find(object);
        // Another object of the same name is not the one that was deleted.
        if (!live || text(live, "metadata", "uid") !== text(object, "metadata", "uid")) return say("status", "");
        const finalizers = (at(live, "metadata", "finalizers") as readonly string[] | undefined) ?? [];
        const conditions = list(live, "status", "conditions").filter((entry) => text(entry, "status") === "True");
        const reasons = conditions.map((entry) => text(entry, "message")).filter(Boolean);
        const blocked = finalizers.length > 0 ? [`it waits for ${finalizers.join(", ")}`] : [];
        if (Date.now() > deadline || signal.aborted) {
            const what = signal.aborted ? "was interrupted" : "timed out";
            throw new NotReadyError(`deletion of "${nameOf(object)}" ${what}`, [...blocked, ...reasons]);
        }
        say("status", `Waiting for deletion${blocked.length > 0 ? `: ${blocked.join()}` : ""}`);
        await sleep(pause, undefined, { signal }).catch(() => undefined);
        pause = Math.min(2 * pause, longestPause);
    }
}
