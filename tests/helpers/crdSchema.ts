/** Whether an object fits the schema of a CustomResourceDefinition, as strictly as the API server with strict field validation. */

/** The part of OpenAPI v3 that CustomResourceDefinitions use. */
export interface CrdSchema {
    readonly type?: string;
    readonly properties?: Readonly<Record<string, CrdSchema>>;
    readonly additionalProperties?: CrdSchema | boolean;
    readonly items?: CrdSchema;
    readonly required?: readonly string[];
    readonly enum?: readonly unknown[];
    readonly pattern?: string;
    readonly minLength?: number;
    readonly minItems?: number;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly "x-kubernetes-int-or-string"?: boolean;
    readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
}

/** Everything in `value` that the schema doesn't allow, each with its place. */
export function schemaProblems(value: unknown, schema: CrdSchema, place = ""): string[] {
    const kind = kindOf(value);
    if (schema["x-kubernetes-int-or-string"]) {
        return kind === "integer" || kind === "string" ? [] : [`${place}: ${kind} is neither integer nor string`];
    }
    if (schema.type && schema.type !== kind && !(schema.type === "number" && kind === "integer")) {
        return [`${place}: ${kind} where ${schema.type} belongs`];
    }
    const problems: string[] = [];
    if (schema.enum && !schema.enum.includes(value)) problems.push(`${place}: ${JSON.stringify(value)} not allowed`);
    if (typeof value === "string") {
        if (schema.pattern && !new RegExp(schema.pattern).test(value)) problems.push(`${place}: not ${schema.pattern}`);
        if (value.length < (schema.minLength ?? 0)) problems.push(`${place}: too short`);
    }
    if (typeof value === "number" && (value < (schema.minimum ?? value) || value > (schema.maximum ?? value))) {
        problems.push(`${place}: out of range`);
    }
    if (Array.isArray(value)) {
        if (value.length < (schema.minItems ?? 0)) problems.push(`${place}: too few items`);
        const { items } = schema;
        if (items) problems.push(...value.flatMap((item, i) => schemaProblems(item, items, `${place}[${i}]`)));
    } else if (kind === "object")
        problems.push(...memberProblems(value as Readonly<Record<string, unknown>>, schema, place));
    return problems;
}

function memberProblems(value: Readonly<Record<string, unknown>>, schema: CrdSchema, place: string): string[] {
    const missing = (schema.required ?? []).filter((name) => value[name] === undefined);
    const problems = missing.map((name) => `${place}.${name}: missing`);
    for (const [name, member] of Object.entries(value)) {
        if (member === undefined) continue;
        const known = schema.properties?.[name] ?? schema.additionalProperties;
        if (typeof known === "object") problems.push(...schemaProblems(member, known, `${place}.${name}`));
        else if (!known && !schema["x-kubernetes-preserve-unknown-fields"] && schema.properties) {
            problems.push(`${place}.${name}: unknown field`);
        }
    }
    return problems;
}

function kindOf(value: unknown): string {
    if (Array.isArray(value)) return "array";
    if (Number.isInteger(value)) return "integer";
    return value === null ? "null" : typeof value;
}
