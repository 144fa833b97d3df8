/** What a Temporal namespace is set to, and what it takes to bring it from one deployment to another. */

/** Numbers of the API's IndexedValueType (temporal/api/enums/v1/common.proto), by what the command line tools call them. */
export const searchAttributeTypes = [
    "Unspecified",
    "Text",
    "Keyword",
    "Int",
    "Double",
    "Bool",
    "Datetime",
    "KeywordList",
] as const;

/** A Temporal namespace without its workflows. */
export interface NamespaceSettings {
    readonly name: string;
    readonly description: string;
    readonly ownerEmail: string;
    /** Free keys and values. */
    readonly data: Readonly<Record<string, string>>;
    /** How long closed workflows are kept, in seconds. */
    readonly retention: number;
    /** Where histories of closed workflows are archived; null where they aren't. */
    readonly historyArchival: string | null;
    /** Where their entries in visibility are archived; null where they aren't. */
    readonly visibilityArchival: string | null;
    /** Custom search attributes by name, each with an index of {@link searchAttributeTypes}. */
    readonly searchAttributes: Readonly<Record<string, number>>;
}

/** What is missing of one namespace in the target. */
export interface NamespaceCopy {
    readonly settings: NamespaceSettings;
    /** Whether the target doesn't have the namespace at all. */
    readonly register: boolean;
    /** Those of its search attributes that the target doesn't have. */
    readonly searchAttributes: Readonly<Record<string, number>>;
}

/** What copying takes, namespace by namespace, and why it isn't possible: sentences, none if it is. */
export interface CopyPlan {
    readonly copies: readonly NamespaceCopy[];
    readonly differences: readonly string[];
}

const compared = ["description", "ownerEmail", "data", "retention", "historyArchival", "visibilityArchival"] as const;

/** In the words of the message that tells of a difference. */
const labels: Readonly<Record<(typeof compared)[number], string>> = {
    description: "description",
    ownerEmail: "owner email",
    data: "data",
    retention: "retention in seconds",
    historyArchival: "archival of histories",
    visibilityArchival: "archival of visibility",
};

/** Compares the namespaces of two deployments. What only the target has is left as it is. */
export function planCopy(source: readonly NamespaceSettings[], target: readonly NamespaceSettings[]): CopyPlan {
    const differences: string[] = [];
    const copies = source.map((settings): NamespaceCopy => {
        const there = target.find(({ name }) => name === settings.name);
        if (!there) return { settings, register: true, searchAttributes: settings.searchAttributes };
        differences.push(...differencesOf(settings, there));
        const missing = Object.entries(settings.searchAttributes).filter(([name]) => !(name in there.searchAttributes));
        return { settings, register: false, searchAttributes: Object.fromEntries(missing) };
    });
    return { copies, differences };
}

function differencesOf(source: NamespaceSettings, target: NamespaceSettings): string[] {
    const settings = compared
        .filter((key) => text(source[key]) !== text(target[key]))
        .map((key) => `${labels[key]} is ${text(source[key])} in the source and ${text(target[key])} in the target`);
    const types = Object.entries(source.searchAttributes)
        .filter(([name, type]) => (target.searchAttributes[name] ?? type) !== type)
        .map(
            ([name, type]) =>
                `search attribute ${name} is of type ${typeName(type)} in the source and ${typeName(target.searchAttributes[name])} in the target`,
        );
    return [...settings, ...types].map((difference) => `Namespace ${source.name}: ${difference}.`);
}

function text(value: NamespaceSettings[(typeof compared)[number]]): string {
    if (value === null) return "off";
    if (typeof value !== "object") return JSON.stringify(value);
    return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function typeName(type: number | undefined): string {
    return searchAttributeTypes[type ?? 0] ?? `number ${type}`;
}
