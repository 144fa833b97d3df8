/** Functions: what a program can ask a server for. */
import type { Values } from "../protocol/values.ts";
import type { Operation } from "./connection/operation.ts";
import { getClusterInfo } from "./clusterInfo.ts";
import { getNamespace } from "./namespace/function.ts";
import { token } from "./package.ts";
import type { Properties } from "./shapes/shape.ts";

/** A function. */
export interface ProviderFunction {
    /** For the schema, in Markdown. */
    readonly description: string;
    readonly inputs: Properties;
    readonly outputs: Properties;
    /** For messages: `look up the namespace "payments"`. */
    action(inputs: Values): string;
    call(operation: Operation, inputs: Values): Promise<Values>;
}

/** The functions by their tokens. */
export const functions: Readonly<Record<string, ProviderFunction>> = {
    [token("getNamespace")]: getNamespace,
    [token("getClusterInfo")]: getClusterInfo,
};
