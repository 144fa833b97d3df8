/** Search attributes of a Temporal namespace: how many of each type there can be, and how they can be called. */
import { attributeInputs } from "../../providers/temporal/searchAttribute/properties.ts";

/**
 * Columns of the SQL visibility store for each type and namespace, as the server has them by default
 * (common/searchattribute/defs.go of temporalio/temporal: ten of Keyword, three of each other type).
 */
export const searchAttributeColumns = {
    Keyword: 10,
    Text: 3,
    Int: 3,
    Double: 3,
    Bool: 3,
    Datetime: 3,
    KeywordList: 3,
} as const;

/** Type of a search attribute's values. */
export type SearchAttributeType = keyof typeof searchAttributeColumns;

/** All types. */
export const searchAttributeTypes = Object.keys(searchAttributeColumns) as readonly SearchAttributeType[];

/** What a name would have to be instead, or undefined if it is fine: what the provider says of it. */
export function attributeNameProblem(name: string): string | undefined {
    const shape = attributeInputs.name?.shape;
    return shape?.kind === "text" ? shape.problem?.(name) : undefined;
}
