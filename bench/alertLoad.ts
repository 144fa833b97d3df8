/** Load of the drill: calls at a fixed rate, or workflows in flight, until it is stopped. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { status } from "@grpc/grpc-js";
import { Client, type Connection, isGrpcServiceError } from "@temporalio/client";

import type * as workflows from "../tests/helpers/troubles/workflows.ts";

/** Load that goes on. */
export interface Load {
    stop(): Promise<void>;
}

/** Kinds of load on one Temporal namespace. */
export interface Loads {
    /** Starts so many workflows per second, and doesn't wait for them. At least one is started. */
    starts(workflow: keyof typeof workflows, taskQueue: string, perSecond: number): Load;
    /** Keeps so many workflows open. */
    keepsInFlight(workflow: keyof typeof workflows, taskQueue: string, count: number, argument: unknown): Load;
    /** Asks for a workflow that isn't there so many times per second. Resolves when the server has turned a call away. */
    overloads(perSecond: number): Promise<Load>;
    /** Ends all open workflows of the namespace. */
    terminateAll(): Promise<void>;
}

/** How long dynamic config may take to come into force, in milliseconds. */
const limitDeadline = 180_000;

/**
 * Loads of one namespace. Calls that fail are no error: faults are what the drill is about.
 * @param connection one that doesn't try again by itself, else calls come out of step with their rate
 */
export function loadOf(connection: Connection, namespace: string): Loads {
    const client = new Client({ connection, namespace });
    const start = (workflow: string, taskQueue: string, args: readonly unknown[] = []) =>
        client.workflow.start(workflow, { taskQueue, args: [...args], workflowId: `${workflow}-${randomUUID()}` });
    return {
        starts: (workflow, taskQueue, perSecond) =>
            atRate(perSecond, () => start(workflow, taskQueue).then(ignore, ignore)),
        keepsInFlight(workflow, taskQueue, count, argument) {
            const ended = new AbortController();
            const lane = async () => {
                while (!ended.signal.aborted) {
                    const done = start(workflow, taskQueue, [argument]).then((handle) => handle.result());
                    await done.catch(() => sleep(1000));
                }
            };
            const lanes = Promise.all(Array.from({ length: count }, lane));
            return {
                async stop() {
                    ended.abort();
                    await lanes;
                },
            };
        },
        async overloads(perSecond) {
            let turnedAway = false;
            const load = atRate(perSecond, () =>
                connection
                    .withDeadline(Date.now() + 5000, () =>
                        connection.workflowService.describeWorkflowExecution({
                            namespace,
                            execution: { workflowId: "nobody" },
                        }),
                    )
                    .then(ignore, (error: unknown) => {
                        if (isGrpcServiceError(error) && error.code === status.RESOURCE_EXHAUSTED) turnedAway = true;
                    }),
            );
            const deadline = Date.now() + limitDeadline;
            while (!turnedAway && Date.now() < deadline) await sleep(200);
            if (turnedAway) return load;
            await load.stop();
            throw new Error(`no call of namespace ${namespace} was turned away within ${limitDeadline / 1000} s`);
        },
        async terminateAll() {
            for await (const { workflowId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
                await client.workflow.getHandle(workflowId).terminate("the drill goes on").catch(ignore);
            }
        },
    };
}

function atRate(perSecond: number, call: () => Promise<void>): Load {
    const open = new Set<Promise<void>>();
    const begin = () => {
        const one = call().finally(() => open.delete(one));
        open.add(one);
    };
    begin();
    const timer = setInterval(begin, 1000 / perSecond);
    return {
        async stop() {
            clearInterval(timer);
            await Promise.all(open);
        },
    };
}

function ignore(): void {
    // Whatever it was.
}
