/** How the official plugins that wrap a Terraform provider treat inputs: the rules that are the same for all of them. */
import { isDeepStrictEqual } from "node:util";

import type { ChangeKind, Checked, Difference, Failure } from "../../providers/protocol/plugin.ts";
import { reveal, secret, unknown, type Value, type Values } from "../../providers/protocol/values.ts";

/** One property of a resource. */
export interface Attribute {
    /** Its value where the program gives none. */
    readonly default?: Value;
    /** The server decides where the program gives none, and a program that stops giving it changes nothing. */
    readonly computed?: boolean;
    /** A change makes a new resource. */
    readonly replaces?: boolean;
    /** Encrypted in the state. */
    readonly secret?: boolean;
    /** A list whose order means nothing. */
    readonly set?: boolean;
    /** Stand-ins know nothing but the default. */
    readonly fixed?: boolean;
}

/** The properties of a type by their names. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** The plugin's own notes among the inputs, which aren't properties. */
function isNote(name: string): boolean {
    return name.startsWith("__");
}

/** A failure for every input that the stand-in doesn't know: it knows what this project may use, not everything. */
export function refusals(attributes: Attributes, news: Values): Failure[] {
    const given = Object.keys(news).filter((name) => !isNote(name) && news[name] !== undefined);
    return given.flatMap((property) => {
        const { fixed, default: only } = attributes[property] ?? { fixed: true };
        if (!fixed || news[property] === only) return [];
        const what = attributes[property] ? "this value of this property" : "this property";
        return [{ property, reason: `the local stand-in doesn't know ${what}; only the official plugin does.` }];
    });
}

/** The inputs with the defaults filled in and noted in `__defaults`, as they are saved. */
export function withDefaults(attributes: Attributes, news: Values): Checked {
    const missing = Object.keys(attributes).filter(
        (name) => attributes[name]?.default !== undefined && (news[name] ?? undefined) === undefined,
    );
    const defaults = Object.fromEntries(missing.map((name) => [name, attributes[name]?.default]));
    return { inputs: { ...news, ...defaults, __defaults: missing.sort() }, failures: refusals(attributes, news) };
}

/** Nothing, or what counts as nothing in Terraform. */
function isEmpty(value: Value): boolean {
    return value === undefined || value === null || value === "" || value === false || value === 0;
}

function changeOf(attribute: Attribute, before: Value, wanted: Value): "add" | "delete" | "update" | undefined {
    if (wanted === undefined || wanted === null) return attribute.computed || isEmpty(before) ? undefined : "delete";
    const [old, now] = attribute.set ? [sorted(before), sorted(wanted)] : [before, wanted];
    if (isDeepStrictEqual(old, now)) return undefined;
    return before === undefined || before === null ? "add" : "update";
}

function sorted(value: Value): Value {
    return Array.isArray(value) ? (value as readonly Value[]).map(reveal).sort() : [];
}

/** Compares the state with what the program wants. */
export function difference(attributes: Attributes, state: Values, news: Values): Difference {
    const detailed: Record<string, ChangeKind> = {};
    for (const [name, attribute] of Object.entries(attributes)) {
        const change = changeOf(attribute, reveal(state[name]), reveal(news[name] ?? attribute.default));
        if (change) detailed[name] = attribute.replaces ? `${change}-replace` : change;
    }
    const diffs = Object.keys(detailed);
    const replaces = diffs.filter((name) => attributes[name]?.replaces);
    return { changed: diffs.length > 0, detailed, diffs, replaces };
}

/** The properties as they will be, as far as a preview can know: what the server decides is taken from `before`. */
export function planned(attributes: Attributes, news: Values, before: Values = {}): Values {
    return withSecrets(
        attributes,
        Object.fromEntries(
            Object.entries(attributes).map(([name, attribute]) => [
                name,
                news[name] ?? attribute.default ?? (attribute.computed ? (before[name] ?? unknown) : undefined),
            ]),
        ),
    );
}

/** The properties with those marked that are secrets. */
export function withSecrets(attributes: Attributes, properties: Values): Values {
    return Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [
            name,
            attributes[name]?.secret && value !== undefined ? secret(value) : value,
        ]),
    );
}

/** The inputs of a resource that was found: on refresh those it had, on import all that aren't as by default. */
export function inputsOf(attributes: Attributes, found: Values, oldInputs: Values): Values {
    const imported = Object.keys(oldInputs).length === 0;
    const wanted = (name: string) =>
        imported ? reveal(found[name]) !== attributes[name]?.default : name in oldInputs && !isNote(name);
    const inputs = Object.fromEntries(Object.entries(found).filter(([name]) => attributes[name] && wanted(name)));
    return { ...inputs, __defaults: imported ? [] : oldInputs.__defaults };
}
