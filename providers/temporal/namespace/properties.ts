/** What a Temporal namespace is made of. */
import type { Failure } from "../../protocol/plugin.ts";
import { isObject, isUnknown, type Value, type Values } from "../../protocol/values.ts";
import { duration, parseDuration } from "../shapes/durations.ts";
import { boolean, list, type Properties, type Shape, text, type TextShape } from "../shapes/shape.ts";
import { ownerKey } from "./owner.ts";

/** Where the server keeps its own workflows. */
const systemNamespace = "temporal-system";

/** PostgreSQL's and MySQL's column for names. */
const longestName = 255;

/** A namespace by its name. */
export const namespaceName: TextShape = {
    kind: "text",
    problem(name) {
        if (name.trim() !== name || name === "") return "a name that neither is empty nor begins or ends with a blank";
        if (/\p{Cc}/u.test(name)) return "a name without control characters";
        if (name.includes("/")) return "a name without a slash: ids of what is in it begin with it and a slash";
        if (name === systemNamespace) return `another name: ${systemNamespace} is the server's own`;
        return Buffer.byteLength(name) > longestName ? `at most ${longestName} bytes long` : undefined;
    },
};

/** Text that Temporal can change but not clear. */
const lasting: TextShape = {
    kind: "text",
    problem: (value) =>
        value === "" ? "left out rather than empty: Temporal never clears it, only changes it" : undefined,
};

const archival: Shape = {
    kind: "object",
    name: "Archival",
    description: "Whether something of closed workflows is archived before it is deleted.",
    properties: {
        enabled: { shape: boolean, required: true, description: "Whether it is archived." },
        uri: {
            shape: {
                kind: "text",
                problem: (value) => (/^\w[\w+.-]*:\/\//.test(value) ? undefined : "a URI such as s3://bucket/path"),
            },
            description: "Where to. Can't be changed once it is set. Default: the cluster's own default.",
        },
    },
};

/** What a program can say. */
export const namespaceInputs: Properties = {
    name: { shape: namespaceName, required: true, replaces: true, description: "Name of the namespace." },
    description: { shape: lasting, kept: true, description: "What it is for. Can be changed, but not cleared." },
    ownerEmail: { shape: lasting, kept: true, description: "Whom to ask. Can be changed, but not cleared." },
    retention: {
        shape: {
            ...duration,
            problem: (value: string) => (parseDuration(value) === 0 ? "more than nothing" : duration.problem?.(value)),
        },
        default: "72h",
        description:
            "How long closed workflows are kept, for example `72h` or `30d`. Servers take at least `1h`, for global namespaces `24h`.",
    },
    data: {
        shape: {
            kind: "map",
            of: text,
            problem(key, value) {
                if (key === ownerKey) return "is this provider's own key";
                return value === ""
                    ? "must not be empty: Temporal never removes a key, so an empty value counts as none"
                    : undefined;
            },
        },
        default: {},
        description:
            "Free keys and values. Temporal never removes a key: one that is dropped here gets an empty value.",
    },
    historyArchival: {
        shape: archival,
        kept: true,
        description: "Archival of histories. Default: as the cluster's configuration has it for new namespaces.",
    },
    visibilityArchival: {
        shape: archival,
        kept: true,
        description:
            "Archival of visibility records. Default: as the cluster's configuration has it for new namespaces.",
    },
    global: {
        shape: boolean,
        kept: true,
        description:
            "Whether it can be replicated to other clusters. A local namespace can be made global, never the other way.",
    },
    clusters: { shape: list(text), kept: true, description: "Clusters that have it. Default: the server's own." },
    activeCluster: {
        shape: text,
        kept: true,
        description: "Cluster in which its workflows run. Default: the server's own.",
    },
    forceDelete: {
        shape: boolean,
        default: false,
        description:
            "Deletes it even with open workflows, which end there and then. Must be applied by an update before the deletion.",
    },
};

/** What the server adds. */
export const namespaceOutputs: Properties = {
    namespaceId: { shape: text, description: "The server's own id, a UUID." },
    owner: {
        shape: text,
        description: "Stack and resource that it belongs to, as noted in its data; empty if nobody's.",
    },
};

/** What can't be changed to what it is now. */
export function checkNamespace(inputs: Values, olds: Values | undefined): Failure[] {
    const failures: Failure[] = [];
    const isSameNamespace = olds !== undefined && olds.name === inputs.name;
    if (isSameNamespace && olds.global === true && inputs.global === false) {
        failures.push({
            property: "global",
            reason: "global can't become false: Temporal makes no global namespace local.",
        });
    }
    for (const property of ["historyArchival", "visibilityArchival"]) {
        const [before, after] = [uriOf(olds?.[property]), uriOf(inputs[property])];
        if (!isSameNamespace || !before || after === undefined || isUnknown(after) || before === after) continue;
        failures.push({
            property: `${property}.uri`,
            reason: `${property}.uri can't become ${JSON.stringify(after)}: Temporal never changes where a namespace is archived; it is ${JSON.stringify(before)}.`,
        });
    }
    return failures;
}

function uriOf(archival: Value): Value {
    return isObject(archival) ? archival.uri : undefined;
}
