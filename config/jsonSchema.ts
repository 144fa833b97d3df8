/** What editors and readers need of the config, made from the zod schema: JSON Schema and the reference page. */
import { z } from "zod";

import { secrets, stackSchema } from "./schema.ts";

interface JsonSchema {
    readonly type?: string;
    readonly description?: string;
    readonly default?: unknown;
    readonly enum?: readonly unknown[];
    readonly minimum?: number;
    readonly maximum?: number;
    readonly pattern?: string;
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
    readonly items?: JsonSchema;
    readonly additionalProperties?: JsonSchema | boolean;
    readonly anyOf?: readonly JsonSchema[];
}

function schemaOf(type: z.ZodType): JsonSchema {
    return z.toJSONSchema(type, { io: "input", unrepresentable: "any" }) as JsonSchema;
}

/** JSON Schema of a whole Pulumi.<stack>.yaml, as text. */
export function stackFileSchema(): string {
    const keys = Object.entries(stackSchema.shape);
    const file = {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        title: "Stack of the temporal project",
        type: "object",
        properties: {
            config: {
                type: "object",
                properties: {
                    "kubernetes:context": {
                        type: "string",
                        description: "Context of the kubeconfig that names the cluster.",
                    },
                    ...Object.fromEntries(keys.map(([key, schema]) => [`temporal:${key}`, strip(schemaOf(schema))])),
                    ...Object.fromEntries(Object.keys(secrets).map((key) => [`temporal:${key}`, secretSchema(key)])),
                },
                patternProperties: {
                    [`^temporal:(?!${[...keys.map(([key]) => key), ...Object.keys(secrets)].map((key) => `${key}$`).join("|")})`]: false,
                },
            },
        },
    };
    return `${JSON.stringify(file, null, 2)}\n`;
}

/** A value that the stack file has encrypted, or a block of such values. */
function secretSchema(key: string): object {
    const { description = "", each } = secrets[key] ?? {};
    const encrypted = { type: "object", properties: { secure: { type: "string" } } };
    const command = `${description} pulumi config set --secret ${each ? `--path temporal:${key}.<${each}>` : `temporal:${key}`}`;
    return each
        ? { type: "object", additionalProperties: encrypted, description: command }
        : { ...encrypted, description: command };
}

/** Without the marker that zod puts into every schema that stands alone. */
function strip(schema: JsonSchema): JsonSchema {
    return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "$schema"));
}

/** The reference page of every key, as Markdown. */
export function configurationReference(): string {
    const lines = [
        "# Configuration",
        "",
        "Every key of a stack file `Pulumi.<stack>.yaml`, made from the schema (`npm run schema`). Unknown keys are mistakes; every mistake",
        "is told at preview, before anything changes.",
        "",
        "| key | what | allowed | default |",
        "| --- | --- | --- | --- |",
        "| `kubernetes:context` | Context of the kubeconfig that names the cluster. | text | required |",
        ...Object.entries(secrets).map(
            ([key, { description, required, each }]) =>
                `| \`temporal:${key}${each ? `.<${each}>` : ""}\` | ${description} A secret. | text | required ${required} |`,
        ),
        ...Object.entries(stackSchema.shape).flatMap(([key, schema]) =>
            rows(`temporal:${key}`, schemaOf(schema), true),
        ),
        "",
    ];
    return lines.join("\n");
}

function rows(key: string, schema: JsonSchema, optional: boolean): string[] {
    const own = row(key, schema, optional);
    if (schema.type === "array" && schema.items) return [own, ...children(`${key}[]`, schema.items)];
    return [own, ...children(key, schema)];
}

function children(key: string, schema: JsonSchema): string[] {
    const entries = Object.entries(schema.properties ?? {});
    // The four services take the same keys; one block of rows says it.
    const shown = key.endsWith(".services")
        ? entries.slice(0, 1).map(([, child]) => ["<service>", child] as const)
        : entries;
    return shown.flatMap(([name, child]) => rows(`${key}.${name}`, child, !schema.required?.includes(name)));
}

function row(key: string, schema: JsonSchema, optional: boolean): string {
    const isBlock = schema.properties !== undefined;
    const fallback = schema.default === undefined || isBlock ? (optional ? "" : "required") : code(schema.default);
    return `| \`${key}\` | ${schema.description ?? ""} | ${allowed(schema)} | ${fallback} |`.replaceAll(/ {2,}/g, " ");
}

function allowed(schema: JsonSchema): string {
    if (schema.enum) return schema.enum.map(code).join(", ");
    if (schema.type === "integer") return `whole number, ${schema.minimum ?? ""} to ${schema.maximum ?? ""}`;
    if (schema.type === "boolean") return "`true`, `false`";
    if (schema.type === "string") return "text";
    return schema.type === "array" ? "list" : "block";
}

function code(value: unknown): string {
    return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}
