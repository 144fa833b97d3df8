/** The package's schema, from which Pulumi generates documentation and SDKs for its languages. */
import { settingsProperties } from "./connection/settings.ts";
import { functions } from "./functions.ts";
import { kinds } from "./kinds.ts";
import { packageName, token, version } from "./package.ts";
import type { ObjectShape, Properties, Property, Shape } from "./shapes/shape.ts";

type Json = Readonly<Record<string, unknown>>;

/** The schema, as https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/ describes it. */
export function schema(): Json {
    const types = new Map<string, Json>();
    const resources = Object.entries(kinds).map(([token, { description, inputs, outputs }]) => [
        token,
        {
            description,
            inputProperties: properties(inputs, types, "input"),
            requiredInputs: required(inputs),
            properties: properties({ ...inputs, ...outputs }, types, "output"),
            required: [...present(inputs), ...Object.keys(outputs)],
        },
    ]);
    const invokes = Object.entries(functions).map(([token, { description, inputs, outputs }]) => [
        token,
        {
            description,
            inputs: { properties: properties(inputs, types, "input"), required: required(inputs) },
            outputs: { properties: properties(outputs, types, "output"), required: [] },
        },
    ]);
    const settings = properties(settingsProperties, types, "input");
    return {
        name: packageName,
        displayName: "Temporal objects",
        version,
        description: "What lives inside a self-hosted Temporal server.",
        license: "MIT",
        config: { variables: settings },
        provider: {
            description: "A Temporal server, and how to reach it.",
            inputProperties: settings,
            // A provider's outputs are strings only.
            properties: Object.fromEntries(Object.entries(settings).filter(([, { type }]) => type === "string")),
        },
        resources: Object.fromEntries(resources) as Json,
        functions: Object.fromEntries(invokes) as Json,
        types: Object.fromEntries(types),
    };
}

/** Where a property stands: defaults and requirements concern inputs only. */
type Side = "input" | "output";

function properties(of: Properties, types: Map<string, Json>, side: Side): Record<string, Json> {
    return Object.fromEntries(Object.entries(of).map(([name, property]) => [name, describe(property, types, side)]));
}

function describe(property: Property, types: Map<string, Json>, side: Side): Json {
    const { description, secret, replaces, shape, default: value } = property;
    const isPlain = typeof value !== "object" && value !== undefined;
    return {
        ...typeOf(shape, types),
        description,
        ...(secret ? { secret } : {}),
        ...(replaces && side === "input" ? { willReplaceOnChanges: true } : {}),
        ...(isPlain && side === "input" ? { default: value } : {}),
    };
}

function typeOf(shape: Shape, types: Map<string, Json>): Json {
    switch (shape.kind) {
        case "text":
            return { type: "string" };
        case "integer":
        case "boolean":
            return { type: shape.kind };
        case "json":
            return { $ref: "pulumi.json#/Any" };
        case "list":
            return { type: "array", items: typeOf(shape.of, types) };
        case "map":
            return { type: "object", additionalProperties: typeOf(shape.of, types) };
        case "object":
            return { type: "object", $ref: `#/types/${declare(shape, types)}` };
    }
}

function declare({ name, description, properties: of }: ObjectShape, types: Map<string, Json>): string {
    const type = token(name);
    if (!types.has(type)) {
        types.set(type, {}); // its members may refer to it
        types.set(type, {
            type: "object",
            description,
            properties: properties(of, types, "input"),
            required: required(of),
        });
    }
    return type;
}

function required(of: Properties): string[] {
    return Object.keys(of).filter((name) => of[name]?.required);
}

/** What every resource has, given or not. */
function present(of: Properties): string[] {
    return Object.keys(of).filter((name) => of[name]?.required ?? of[name]?.default !== undefined);
}
