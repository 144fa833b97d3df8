/** Checks inputs against their shapes, fills in defaults, and brings each value to its one spelling. */
import type { Failure } from "../../protocol/plugin.ts";
import { isObject, isSecret, isUnknown, secret, type Value, type Values } from "../../protocol/values.ts";
import type { MapShape, Properties, Property, Shape } from "./shape.ts";

/** Notes a failure: `reason` is a sentence without its subject, which is the property at `path`. */
type Fail = (path: string, reason: string) => void;

/** A value on its way: where it stands, and whether messages may show it. */
interface Place {
    readonly path: string;
    readonly hidden: boolean;
    readonly fail: Fail;
}

/** The inputs as they are to be saved, and all that is wrong with them. Unknown values pass. */
export function checkProperties(properties: Properties, news: Values): { inputs: Values; failures: Failure[] } {
    const failures: Failure[] = [];
    const fail: Fail = (path, reason) => failures.push({ property: path, reason: `${path} ${reason}.` });
    return { inputs: checkObject(properties, news, { path: "", hidden: false, fail }), failures };
}

function checkObject(properties: Properties, values: Values, place: Place): Values {
    for (const name of Object.keys(values)) {
        if (properties[name] || isEngineNote(name)) continue;
        const known = Object.keys(properties).join(", ");
        place.fail(join(place.path, name), `is not known here; known are ${known}`);
    }
    const checked = Object.entries(properties).map(([name, property]) => {
        return [name, checkProperty(property, values[name], { ...place, path: join(place.path, name) })] as const;
    });
    return Object.fromEntries(checked.filter(([, value]) => value !== undefined));
}

/** Keys that engine and SDKs put among the inputs, for example `__internal`. */
function isEngineNote(name: string): boolean {
    return name.startsWith("__");
}

function checkProperty(property: Property, value: Value, place: Place): Value {
    if (value === undefined || value === null) {
        if (property.required) place.fail(place.path, "must be given");
        return property.default;
    }
    const checked = checkValue(property.shape, value, { ...place, hidden: place.hidden || (property.secret ?? false) });
    return property.secret ? secret(checked) : checked;
}

function checkValue(shape: Shape, value: Value, place: Place): Value {
    if (isSecret(value)) return secret(checkValue(shape, value.value, { ...place, hidden: true }));
    if (isUnknown(value)) return value;
    const wrong = (expected: string) => {
        place.fail(place.path, `must be ${expected}${place.hidden ? "" : `, not ${shown(value)}`}`);
        return value;
    };
    switch (shape.kind) {
        case "json":
            return value;
        case "boolean":
            return typeof value === "boolean" ? value : wrong("true or false");
        case "integer": {
            const { atLeast = -Infinity, atMost = Infinity } = shape;
            if (typeof value !== "number" || !Number.isInteger(value)) return wrong("a whole number");
            if (value < atLeast) return wrong(`at least ${atLeast}`);
            return value > atMost ? wrong(`at most ${atMost}`) : value;
        }
        case "text": {
            if (typeof value !== "string") return wrong("a string");
            if (shape.oneOf && !shape.oneOf.includes(value)) return wrong(`one of ${shape.oneOf.join(", ")}`);
            const problem = shape.problem?.(value);
            if (problem === undefined) return shape.normal?.(value) ?? value;
            return wrong(problem);
        }
        case "list":
            if (!Array.isArray(value)) return wrong("a list");
            return (value as readonly Value[]).map((element, index) =>
                checkValue(shape.of, element, { ...place, path: `${place.path}[${index}]` }),
            );
        case "map":
            return isObject(value) ? checkMap(shape, value, place) : wrong("an object");
        case "object":
            return isObject(value) ? checkObject(shape.properties, value, place) : wrong("an object");
    }
}

function checkMap(shape: MapShape, values: Values, place: Place): Values {
    const checked = Object.entries(values).map(([key, value]) => {
        const path = join(place.path, key);
        const problem = isUnknown(value) || isSecret(value) ? undefined : shape.problem?.(key, value);
        if (problem !== undefined) place.fail(path, problem);
        return [key, checkValue(shape.of, value, { ...place, path })] as const;
    });
    return Object.fromEntries(checked);
}

/** The path of a member, as the engine writes it. */
export function join(path: string, name: string): string {
    if (!/^[\w-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
    return path === "" ? name : `${path}.${name}`;
}

function shown(value: Value): string {
    const text = JSON.stringify(value) ?? "nothing";
    return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
