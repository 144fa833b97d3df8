/** One operation of a resource: calls to Temporal within one length of time, repeated while what fails them may pass. */
import { setTimeout as sleep } from "node:timers/promises";

import grpc from "@grpc/grpc-js";
import type { Connection } from "@temporalio/client";

import { codeOf, explained, isTransient, Refusal, saidBy, TemporalError } from "./failures.ts";
import type { Link } from "./link.ts";

/** How long an operation may take where the resource options don't say, in seconds. */
export const defaultTimeout = 60;

/** Pauses between repeated calls, in milliseconds. */
const pause = { first: 100, longest: 2000, factor: 1.7 } as const;

/** How much earlier than its deadline a call may end by it, in milliseconds. */
const slack = 100;

/** What the operation is about and how long it may take. */
export interface Task {
    /** For messages: `create the namespace "payments"`. */
    readonly action: string;
    /** In seconds; 0 for the default. */
    readonly timeout: number;
    /** Whether what fails a call may pass and the call is repeated; default true. */
    readonly isPatient?: boolean;
    /** Ends the operation early. */
    readonly signal: AbortSignal;
    /** Shows what the operation waits for. */
    status(message: string): void;
}

/** Calls to one server. */
export class Operation {
    readonly #link: Link;
    readonly #task: Task;
    readonly #seconds: number;
    readonly #deadline: number;

    constructor(link: Link, task: Task) {
        this.#link = link;
        this.#task = task;
        this.#seconds = task.timeout || defaultTimeout;
        this.#deadline = Date.now() + this.#seconds * 1000;
    }

    /** How messages name the server. */
    get server(): string {
        return this.#link.name;
    }

    /** A refusal by this provider, worded like one of the server. */
    refusal(reason: string): Refusal {
        return new Refusal(this.#sentence(reason));
    }

    /**
     * The answer to one call.
     * @param call is told how often it has been tried before: an earlier try may have been carried out though its answer was lost
     * @param alsoPassing further errors after which the call is repeated
     */
    async ask<T>(
        call: (connection: Connection, before: number) => Promise<T>,
        alsoPassing: (error: unknown) => boolean = () => false,
    ): Promise<T> {
        let wait: number = pause.first;
        let last: unknown;
        for (let before = 0; ; before++) {
            let connection: Connection | undefined;
            try {
                this.#task.signal.throwIfAborted();
                connection = await this.#link.connection();
                const answer = await this.#within(connection, (to) => call(to, before));
                this.#link.note(true);
                return answer;
            } catch (error) {
                if (this.#task.signal.aborted) throw this.refusal("cancelled.");
                if (codeOf(error) === grpc.status.DEADLINE_EXCEEDED && Date.now() >= this.#deadline - slack) {
                    throw await this.#late(last ?? error);
                }
                this.#link.note(isAnswer(error));
                const mayPass = isTransient(error) || alsoPassing(error) || isUnreachablePod(error);
                if (!mayPass || this.#task.isPatient === false) {
                    throw explained(error, this.#task.action, this.server);
                }
                last = error;
                if (Date.now() + wait > this.#patienceEnds()) throw await this.#late(error);
                if (before > 0) this.#task.status(`waiting for ${this.server}: ${saidBy(error)}`);
                if (connection && codeOf(error) === grpc.status.UNAVAILABLE) await this.#link.renew(connection);
            }
            // Half of it at random, so that many operations don't come back together.
            await this.#sleep(wait * (0.5 + Math.random() / 2));
            wait = Math.min(wait * pause.factor, pause.longest);
        }
    }

    /** Asks until there is an answer. @param what for the message when time is over before */
    async until<T>(what: string, call: (connection: Connection) => Promise<T | undefined>): Promise<T> {
        for (let wait: number = pause.first; ; wait = Math.min(wait * pause.factor, pause.longest)) {
            const answer = await this.ask(call);
            if (answer !== undefined) return answer;
            if (Date.now() + wait > this.#deadline) {
                throw new TemporalError(this.#sentence(`${what} took more than ${this.#seconds} s.`));
            }
            await this.#sleep(wait);
        }
    }

    /** Time runs from when the server was lost: a thousand operations must not each wait for one that is gone. */
    #patienceEnds(): number {
        const { lostAt } = this.#link;
        return lostAt === undefined ? this.#deadline : Math.min(this.#deadline, lostAt + this.#seconds * 1000);
    }

    #sentence(reason: string): string {
        return `Can't ${this.#task.action}: ${reason}`;
    }

    #within<T>(connection: Connection, call: (connection: Connection) => Promise<T>): Promise<T> {
        const { signal } = this.#task;
        return connection.withDeadline(this.#deadline, () =>
            connection.withAbortSignal(signal, () => call(connection)),
        );
    }

    async #sleep(milliseconds: number): Promise<void> {
        await sleep(milliseconds, undefined, { signal: this.#task.signal }).catch(() => undefined);
    }

    async #late(error: unknown): Promise<TemporalError> {
        const reason = (await this.#link.failure()) ?? saidBy(error);
        const { DEADLINE_EXCEEDED } = grpc.status;
        const last = codeOf(error) === DEADLINE_EXCEEDED ? "" : ` The last answer was: ${reason}.`;
        return new TemporalError(
            this.#sentence(
                `${this.server} gave no answer within ${this.#seconds} s (customTimeouts makes it more).${last}`,
            ),
        );
    }
}

/** Whether a server has spoken, not the way to it. */
function isAnswer(error: unknown): boolean {
    return codeOf(error) !== undefined && codeOf(error) !== grpc.status.UNAVAILABLE;
}

/** A frontend pod that is just being started anew is no mistake. */
function isUnreachablePod(error: unknown): boolean {
    return error instanceof Error && error.name === "LiveError" && error.message.includes("is ready");
}
