/** What properties look like: one description that checks, compares and documents them. */
import type { Value } from "../../protocol/values.ts";

/** One property of a resource, of the provider, or of an object within them. */
export interface Property {
    readonly shape: Shape;
    /** For the schema: what it means, in Markdown. */
    readonly description: string;
    readonly required?: boolean;
    /** Its value where the program gives none. */
    readonly default?: Value;
    /** Where the program gives none, whatever the server has is right. */
    readonly kept?: boolean;
    /** A change makes a new resource. */
    readonly replaces?: boolean;
    /** Encrypted in the state, whether or not the program says so. */
    readonly secret?: boolean;
}

/** Properties by their names. */
export type Properties = Readonly<Record<string, Property>>;

/** The values that a property can have. */
export type Shape =
    TextShape | IntegerShape | { readonly kind: "boolean" | "json" } | ListShape | MapShape | ObjectShape;

/** A string. */
export interface TextShape {
    readonly kind: "text";
    readonly oneOf?: readonly string[];
    /** What is wrong with the value, as the rest of a sentence that begins with its name; undefined if nothing is. */
    readonly problem?: (value: string) => string | undefined;
    /** The one spelling that is saved, for a value without a problem. */
    readonly normal?: (value: string) => string;
}

/** A whole number. */
export interface IntegerShape {
    readonly kind: "integer";
    readonly atLeast?: number;
    readonly atMost?: number;
}

/** Any number of values of one shape. */
export interface ListShape {
    readonly kind: "list";
    readonly of: Shape;
}

/** Values of one shape by free keys. */
export interface MapShape {
    readonly kind: "map";
    readonly of: Shape;
    readonly problem?: (key: string, value: Value) => string | undefined;
}

/** Named properties. */
export interface ObjectShape {
    readonly kind: "object";
    /** Name of the type in the schema and in the SDK. */
    readonly name: string;
    readonly description: string;
    readonly properties: Properties;
}

/** Any string. */
export const text: TextShape = { kind: "text" };

/** Yes or no. */
export const boolean: Shape = { kind: "boolean" };

/** What JSON can say. */
export const json: Shape = { kind: "json" };

/** One of these words. */
export function oneOf(...words: readonly string[]): TextShape {
    return { kind: "text", oneOf: words };
}

/** A list. */
export function list(of: Shape): ListShape {
    return { kind: "list", of };
}
