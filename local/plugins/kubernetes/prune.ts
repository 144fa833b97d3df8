/** Cuts live state down to what the program speaks of, so that values the server adds are no difference. */
import { isObject, type Value, type Values } from "../../../providers/protocol/values.ts";

function pruneValue(live: Value, shape: Value): Value {
    if (isObject(live) && isObject(shape)) return prune(live, shape);
    if (!Array.isArray(live) || !Array.isArray(shape)) return live;
    const elements = live as readonly Value[];
    // Elements are compared by position; live elements beyond the program's are the server's own.
    return elements
        .slice(0, shape.length)
        .map((element, index) => pruneValue(element, (shape as readonly Value[])[index]));
}

/** The part of `live` whose members also exist in `shape`, at any depth. */
export function prune(live: Values, shape: Values): Values {
    const members = Object.entries(live).filter(([key]) => key in shape);
    return Object.fromEntries(members.map(([key, value]) => [key, pruneValue(value, shape[key])]));
}
