/** Values of programs as Temporal carries them: JSON in payloads. */
import { defaultPayloadConverter, type Payload } from "@temporalio/common";

import type { Value, Values } from "../../protocol/values.ts";

/** The payload of a value. */
export function toPayload(value: Value): Payload {
    return defaultPayloadConverter.toPayload(value ?? null);
}

/** The value of a payload. One that isn't JSON, encrypted for example, is shown as it is, with its data in base64. */
export function fromPayload({ metadata, data }: Payload): Value {
    const encoding = Buffer.from(metadata?.encoding ?? []).toString();
    if (encoding === "binary/null") return null;
    if (encoding === "json/plain") return JSON.parse(Buffer.from(data ?? []).toString()) as Value;
    return { encoding, data: Buffer.from(data ?? []).toString("base64") };
}

/** {@link toPayload} for each member. */
export function toPayloads(values: Values): Record<string, Payload> {
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, toPayload(value)]));
}

/** {@link fromPayload} for each member. */
export function fromPayloads(payloads: Readonly<Record<string, Payload>>): Values {
    return Object.fromEntries(Object.entries(payloads).map(([key, payload]) => [key, fromPayload(payload)]));
}
