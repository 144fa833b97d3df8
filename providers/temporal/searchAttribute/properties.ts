/** What a search attribute is made of. */
import type { Failure } from "../../protocol/plugin.ts";
import type { Values } from "../../protocol/values.ts";
import { namespaceName } from "../namespace/properties.ts";
import { boolean, oneOf, type Properties, text } from "../shapes/shape.ts";

/** Types by the words of Temporal's tools, with their numbers in the API's IndexedValueType (temporal/api/enums/v1/common.proto). */
export const attributeTypes: Readonly<Record<string, number>> = {
    Text: 1,
    Keyword: 2,
    Int: 3,
    Double: 4,
    Bool: 5,
    Datetime: 6,
    KeywordList: 7,
};

/** The word for a number. */
export function typeName(type: number | null | undefined): string {
    return Object.keys(attributeTypes).find((name) => attributeTypes[name] === type) ?? `number ${type}`;
}

/** The server's own (common/searchattribute/sadefs/constants.go), and what it keeps for itself. */
const reserved = new Set(
    (
        "WorkflowId RunId WorkflowType StartTime ExecutionTime CloseTime ExecutionStatus TaskQueue HistoryLength " +
        "HistorySizeBytes ExecutionDuration StateTransitionCount ParentWorkflowId ParentRunId RootWorkflowId RootRunId " +
        "BatcherNamespace BatcherUser BinaryChecksums BuildIds NamespaceId MemoEncoding Memo VisibilityTaskKey"
    ).split(" "),
);

/** What a program can say. */
export const attributeInputs: Properties = {
    namespace: { shape: namespaceName, required: true, replaces: true, description: "Namespace that it is for." },
    name: {
        shape: {
            kind: "text",
            problem(name) {
                if (!/^[A-Za-z_][\w.-]*$/.test(name))
                    return "letters, digits, _, - and . that don't begin with a digit";
                return reserved.has(name) || name.startsWith("Temporal")
                    ? "a name that Temporal doesn't keep for itself"
                    : undefined;
            },
        },
        required: true,
        replaces: true,
        description: "Name by which workflows set it and queries use it.",
    },
    type: {
        shape: oneOf(...Object.keys(attributeTypes)),
        required: true,
        description:
            "Type of its values: `Text`, `Keyword`, `Int`, `Double`, `Bool`, `Datetime` or `KeywordList`. Never changes.",
    },
    adoptExisting: {
        shape: boolean,
        kept: true,
        description: "Goes on with an attribute of this name and type that is there already. Default: that is refused.",
    },
};

/** What the server adds. */
export const attributeOutputs: Properties = {
    column: {
        shape: text,
        description: "Column of the SQL store that holds its values, for example `Int01`; empty with Elasticsearch.",
    },
};

/** A type stays: a column of another type would lose the values that workflows have set. */
export function checkAttribute(inputs: Values, olds: Values | undefined): Failure[] {
    const isSame = olds && olds.namespace === inputs.namespace && olds.name === inputs.name;
    if (!isSame || olds.type === inputs.type || attributeTypes[inputs.type as string] === undefined) return [];
    const reason =
        `type can't become ${inputs.type as string}: it is ${olds.type as string}, and the values that workflows have set would be lost. ` +
        "Add an attribute of another name, or take this one out of the program, run pulumi up, and put it back.";
    return [{ property: "type", reason }];
}
