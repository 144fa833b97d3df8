/** Writes objects: creates them, applies changes to them, deletes them. */
import { setTimeout as sleep } from "node:timers/promises";

import type { Values } from "../../../providers/protocol/values.ts";
import { type Api, UnknownKindError } from "./api.ts";
import { awaitDeleted, type Surroundings } from "./await/await.ts";
import { ApiError, isNotFound } from "./connection.ts";
import { creator, handOver, holders } from "./fieldManagers.ts";
import { annotation, at } from "./objects.ts";

/** Waits before a create is tried again whose namespace or kind isn't there yet, in milliseconds. */
const createDelays = [1000, 2000, 4000, 8000, 16_000];

/** How often handing over is tried while controllers write to the object. */
const handOverAttempts = 5;

/** How an object is written. */
export interface Write {
    readonly inputs: Values;
    readonly fieldManager: string;
    readonly preview: boolean;
}

/** Whether the program or the environment asks to take over fields that others manage. */
function forces(inputs: Values): boolean {
    return (
        annotation(inputs, "pulumi.com/patchForce") === "true" || process.env.PULUMI_K8S_ENABLE_PATCH_FORCE === "true"
    );
}

/**
 * Creates an object. With `upsert` one that is there is taken over. A missing namespace or kind may be made by another
 * resource at the same time, so that is tried again, except at preview.
 */
export async function createObject(where: Surroundings, write: Write, upsert: boolean): Promise<Values> {
    const { inputs, fieldManager, preview } = write;
    for (let attempt = 0; ; attempt++) {
        try {
            const options = { dryRun: preview, fieldManager, force: preview || forces(inputs) };
            if (upsert) return await where.api.apply(inputs, options);
            const created = await where.api.create(inputs, { dryRun: preview, fieldManager: creator });
            return preview ? created : await takeOver(where.api, created, fieldManager);
        } catch (error) {
            const delay = createDelays[attempt];
            const mayCome = isNotFound(error) || error instanceof UnknownKindError;
            if (!mayCome || preview || delay === undefined || where.signal.aborted) throw error;
            where.say("status", `Retry #${attempt + 1}; creation failed: ${error.message}`);
            await sleep(delay, undefined, { signal: where.signal }).catch(() => undefined);
        }
    }
}

/** Copies `value` to `path` in `object`, or removes what is there if it is undefined. */
function withValue(object: Values, path: readonly string[], value: Values[string]): Values {
    const [key, ...rest] = path;
    if (key === undefined) return object;
    const inner = rest.length > 0 ? withValue((object[key] ?? {}) as Values, rest, value) : value;
    return Object.fromEntries(Object.entries({ ...object, [key]: inner }).filter(([, member]) => member !== undefined));
}

/**
 * The inputs to apply where changes to some places are ignored: what others manage is left to them, all else keeps its
 * live value, for what isn't sent would be removed.
 */
function withoutIgnored(inputs: Values, live: Values, manager: string, ignored: readonly string[]): Values {
    return ignored.reduce((result, entry) => {
        const path = entry.split(".");
        const { ours, theirs } = holders(live, manager, path);
        if (theirs && !ours) return withValue(result, path, undefined);
        const value = at(live, ...path);
        return value === undefined ? result : withValue(result, path, value);
    }, inputs);
}

/** A field conflict, explained. */
function explainConflict(error: unknown, fieldManager: string): unknown {
    if (!(error instanceof ApiError) || !error.message.startsWith("Apply failed with")) return error;
    return new Error(
        `Server-Side Apply field conflict detected: the field manager "${fieldManager}" of this resource and another one both set ` +
            `a field. Give the field to one of them, or take it over with the annotation pulumi.com/patchForce: "true".\n` +
            error.message,
        { cause: error },
    );
}

/** Hands the fields of a live object that were written by its creation to `manager`. */
async function takeOver(api: Api, live: Values, manager: string): Promise<Values> {
    let current = live;
    for (let attempt = 0; attempt < handOverAttempts; attempt++) {
        const managedFields = handOver(current, manager);
        if (!managedFields) return current;
        try {
            return await api.patch(current, [
                // A controller may write to the object at the same time, and its entry must not be lost.
                { op: "test", path: "/metadata/resourceVersion", value: at(current, "metadata", "resourceVersion") },
                { op: "replace", path: "/metadata/managedFields", value: managedFields },
            ]);
        } catch (error) {
            if (!(error instanceof ApiError) || isNotFound(error)) throw error;
            current = await api.get(current);
        }
    }
    return current;
}

/**
 * Applies new inputs to a live object. At preview answers undefined where that can't be tried: an object of the official
 * plugin may need its fields handed over first.
 */
export async function applyChanges(
    api: Api,
    write: Write,
    live: Values,
    ignored: readonly string[],
): Promise<Values | undefined> {
    const { fieldManager, preview } = write;
    const current = preview ? live : await takeOver(api, live, fieldManager);
    const inputs = withoutIgnored(write.inputs, current, fieldManager, ignored);
    const needsTakeOver = preview && handOver(live, fieldManager) !== undefined;
    try {
        return await api.apply(inputs, { dryRun: preview, fieldManager, force: forces(inputs) || needsTakeOver });
    } catch (error) {
        // Elements of a list that would be ours by then, and go, are still there.
        if (needsTakeOver && error instanceof ApiError && error.reason === "Invalid") return undefined;
        throw explainConflict(error, fieldManager);
    }
}

/** What happens to the objects that the object owns when it is deleted. */
function propagationOf(inputs: Values): "Orphan" | "Background" | "Foreground" {
    const wanted = annotation(inputs, "pulumi.com/deletionPropagationPolicy").toLowerCase();
    return wanted === "orphan" ? "Orphan" : wanted === "background" ? "Background" : "Foreground";
}

/** Deletes an object and waits until it is gone. One that isn't there, or whose kind isn't, counts as deleted. */
export async function deleteObject(where: Surroundings, inputs: Values, live: Values, timeout: number): Promise<void> {
    try {
        const current = await where.api.get(live);
        await where.api.delete(live, propagationOf(inputs));
        await awaitDeleted(where, inputs, current, timeout);
    } catch (error) {
        if (!isNotFound(error) && !(error instanceof UnknownKindError)) throw error;
    }
}

/** Whether a dry run failed for a reason that will be gone by the time of the update, or that is nobody's fault. */
export function isPreviewNoise(error: unknown): boolean {
    if (!(error instanceof ApiError)) return false;
    const lacksNamespace = error.code === 404 && error.about === "namespaces";
    const cannotTry = error.code === 400 && error.message.includes("does not support dry run");
    return error.reason === "AlreadyExists" || error.code === 403 || lacksNamespace || cannotTry;
}
