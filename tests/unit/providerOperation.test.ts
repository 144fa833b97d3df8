import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import grpc from "@grpc/grpc-js";
import type { Connection } from "@temporalio/client";

import { codeOf, saidBy } from "../../providers/temporal/connection/failures.ts";
import { Link } from "../../providers/temporal/connection/link.ts";
import { Operation } from "../../providers/temporal/connection/operation.ts";

const { status } = grpc;

/** A way to a server of which nothing is asked: the calls below answer themselves. */
class TestLink extends Link {
    override connection(): Promise<Connection> {
        const call = (_: unknown, work: () => unknown) => work();
        return Promise.resolve({ withDeadline: call, withAbortSignal: call } as unknown as Connection);
    }
}

function failure(code: grpc.status, details = "the reason"): Error {
    return Object.assign(new Error(`${code} ${details}`), { code, details });
}

const newLink = () => new TestLink({ address: "test:1" });

function operation(timeout = 5, signal = new AbortController().signal, link: Link = newLink()): Operation {
    return new Operation(link, { action: 'create the namespace "x"', timeout, signal, status: () => undefined });
}

/** Fails `failures` times, then answers how often it was called. */
function flaky(failures: number, error: Error): () => Promise<number> {
    let calls = 0;
    return () => (calls++ < failures ? Promise.reject(error) : Promise.resolve(calls));
}

describe("an operation of the provider", () => {
    for (const code of [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.ABORTED]) {
        it(`tries again after ${status[code]}`, async () => {
            assert.equal(await operation().ask(flaky(3, failure(code))), 4);
        });
    }

    const lasting = [
        status.INVALID_ARGUMENT,
        status.NOT_FOUND,
        status.ALREADY_EXISTS,
        status.FAILED_PRECONDITION,
        status.PERMISSION_DENIED,
        status.UNAUTHENTICATED,
        status.INTERNAL,
        status.UNKNOWN,
        status.UNIMPLEMENTED,
        status.DATA_LOSS,
        status.OUT_OF_RANGE,
    ];
    for (const code of lasting) {
        it(`doesn't after ${status[code]}, and says why`, async () => {
            const call = flaky(1, failure(code));
            await assert.rejects(operation().ask(call), /^Refusal|Can't create the namespace "x": .*the reason\.$/);
            assert.equal(await call(), 2);
        });
    }

    it("doesn't where a certificate is wrong, whatever the code", async () => {
        const details = "No connection established. Last error: Error: self-signed certificate. Resolution note: ";
        await assert.rejects(operation().ask(flaky(1, failure(status.UNAVAILABLE, details))), {
            message: `Can't create the namespace "x": Temporal at test:1 can't be reached: self-signed certificate.`,
        });
    });

    it("tells a call how often it was tried before", async () => {
        const befores: number[] = [];
        await operation().ask((_, before) => {
            befores.push(before);
            return before < 2 ? Promise.reject(failure(status.UNAVAILABLE)) : Promise.resolve();
        });
        assert.deepEqual(befores, [0, 1, 2]);
    });

    it("gives up in time, with the last reason", async () => {
        const started = Date.now();
        await assert.rejects(operation(1).ask(flaky(1000, failure(status.UNAVAILABLE, "no route"))), {
            message:
                `Can't create the namespace "x": Temporal at test:1 gave no answer within 1 s ` +
                "(customTimeouts makes it more). The last answer was: no route.",
        });
        assert.ok(Date.now() - started < 2500);
        const hung = () => sleep(1000).then(() => Promise.reject(failure(status.DEADLINE_EXCEEDED)));
        await assert.rejects(operation(1).ask(hung), /no answer within 1 s/);
    });

    it("doesn't wait anew for a server that another has waited for in vain, but asks it", async () => {
        const link = newLink();
        const away = () => flaky(1000, failure(status.UNAVAILABLE));
        await assert.rejects(operation(1, undefined, link).ask(away()), /no answer within 1 s/);
        const started = Date.now();
        await assert.rejects(operation(1, undefined, link).ask(away()), /no answer within 1 s/);
        assert.ok(Date.now() - started < 300);
        assert.equal(await operation(1, undefined, link).ask(flaky(0, new Error())), 1);
        assert.equal(await operation(1, undefined, link).ask(flaky(2, failure(status.UNAVAILABLE))), 3);
    });

    it("takes a deadline of the server's own for its answer", async () => {
        const details = "shard status unknown";
        const call = flaky(1, failure(status.DEADLINE_EXCEEDED, details));
        await assert.rejects(operation().ask(call), /Temporal at test:1 says: shard status unknown\.$/);
    });

    it("ends when it is cancelled, also while it waits", async () => {
        const controller = new AbortController();
        const asked = operation(60, controller.signal).ask(flaky(1000, failure(status.UNAVAILABLE)));
        setTimeout(() => controller.abort(), 300);
        const started = Date.now();
        await assert.rejects(asked, { message: `Can't create the namespace "x": cancelled.` });
        assert.ok(Date.now() - started < 1500);
        await assert.rejects(operation(60, controller.signal).ask(flaky(0, new Error())), /cancelled/);
    });

    it("waits for what takes its time, but not for ever", async () => {
        let asked = 0;
        const answer = await operation().until("it", () => Promise.resolve(asked++ < 2 ? undefined : "done"));
        assert.equal(answer, "done");
        await assert.rejects(
            operation(1).until("taking it over", () => Promise.resolve(undefined)),
            { message: `Can't create the namespace "x": taking it over took more than 1 s.` },
        );
    });
});

describe("what is said of a failure", () => {
    it("is the server's own words", () => {
        assert.equal(saidBy(failure(status.UNKNOWN, "Bad luck.")), "Bad luck");
        assert.equal(saidBy(new Error("plain")), "plain");
        assert.equal(saidBy("text"), "text");
        assert.equal(codeOf(new Error("plain")), undefined);
        assert.equal(codeOf({ code: 5 }), undefined);
    });
});
