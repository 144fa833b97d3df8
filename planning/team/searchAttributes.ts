/** How many search attributes of each type a Temporal namespace can have. */

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
