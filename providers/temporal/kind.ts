/** One type of resource: what it is made of, and how it is made, found, changed and deleted. Values are revealed. */
import type { Created, Failure, Found } from "../protocol/plugin.ts";
import type { Values } from "../protocol/values.ts";
import type { Operation } from "./connection/operation.ts";
import type { Properties } from "./shapes/shape.ts";

/** Who asks: the resource's place in its program. */
export interface Asker {
    /** `<project>/<stack>` */
    readonly stack: string;
    /** The resource's name in the program. */
    readonly resource: string;
}

/** A type of resource. */
export interface Kind {
    /** In messages: `namespace`. */
    readonly noun: string;
    /** For the schema, in Markdown. */
    readonly description: string;
    readonly inputs: Properties;
    /** What the server adds to the inputs, once and for all. */
    readonly outputs: Properties;
    /** How messages name one: `"payments"`. */
    label(values: Values): string;
    /** The label by which one is known that has only an id, on import. */
    labelOfId(id: string): string;
    /** What is wrong with inputs that have the right shapes. Values may be unknown. @param olds the saved inputs, if any */
    check?(inputs: Values, olds: Values | undefined): Failure[];
    /** `before` in the spelling of `wanted`, where both mean the same; `wanted` may be unknown in part. Default: as it is. */
    respelled?(before: Values, wanted: Values): Values;
    /** Throws a Refusal at preview where it can be seen that `create` would; all inputs are known. Default: nothing is seen. */
    foresee?(operation: Operation, inputs: Values, asker: Asker): Promise<void>;
    create(operation: Operation, inputs: Values, asker: Asker): Promise<Created>;
    /** @param state the saved one; empty on import */
    read(operation: Operation, id: string, state: Values, asker: Asker): Promise<Found | undefined>;
    update(operation: Operation, id: string, state: Values, inputs: Values, asker: Asker): Promise<Values>;
    delete(operation: Operation, id: string, state: Values, asker: Asker): Promise<void>;
}
