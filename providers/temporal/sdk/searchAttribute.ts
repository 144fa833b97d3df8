/** A custom search attribute of a namespace. */
import * as pulumi from "@pulumi/pulumi";

import { token } from "../package.ts";

/** Type of a search attribute's values. */
export type SearchAttributeType = "Text" | "Keyword" | "Int" | "Double" | "Bool" | "Datetime" | "KeywordList";

/** Inputs of {@link SearchAttribute}. */
export interface SearchAttributeArgs {
    /** Namespace that it is for. */
    readonly namespace: pulumi.Input<string>;
    /** Name by which workflows set it and queries use it. Another name makes another attribute. */
    readonly name: pulumi.Input<string>;
    /** Type of its values. Never changes. */
    readonly type: pulumi.Input<SearchAttributeType>;
    /**
     * Goes on with an attribute of this name and type that is there already.
     * @default false: that is refused
     */
    readonly adoptExisting?: pulumi.Input<boolean>;
}

/**
 * A custom search attribute of a namespace; its id, by which it is imported, is `<namespace>/<name>`.
 *
 * SQL stores have a fixed number of columns for each type and namespace, by default ten of `Keyword` and three of each other
 * type. A column keeps its values when its attribute is removed, and shows them under the name that gets it next. With
 * Elasticsearch all namespaces share the attributes.
 */
export class SearchAttribute extends pulumi.CustomResource {
    declare readonly namespace: pulumi.Output<string>;
    declare readonly name: pulumi.Output<string>;
    declare readonly type: pulumi.Output<SearchAttributeType>;
    declare readonly adoptExisting: pulumi.Output<boolean | undefined>;
    /** Column of the SQL store that holds its values, for example `Int01`; empty with Elasticsearch. */
    declare readonly column: pulumi.Output<string>;

    constructor(name: string, args: SearchAttributeArgs, opts?: pulumi.CustomResourceOptions) {
        super(token("SearchAttribute"), name, { ...args, column: undefined }, opts);
    }
}
