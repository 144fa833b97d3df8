/** What Prometheus does with relabeling steps, as far as the program uses them. */
import type { Relabeling } from "../../planning/monitoring/relabeling.ts";

/** Labels of a target or a sample. */
export type Labels = Readonly<Record<string, string>>;

/** The labels afterwards, or undefined when a step drops them. Regular expressions match the whole value. */
export function relabel(labels: Labels, steps: readonly Relabeling[]): Labels | undefined {
    let now: Record<string, string> = { ...labels };
    for (const {
        action = "replace",
        sourceLabels = [],
        regex = "(.*)",
        targetLabel = "",
        replacement = "$1",
    } of steps) {
        const value = sourceLabels.map((name) => now[name] ?? "").join(";");
        const whole = new RegExp(`^(?:${regex})$`, "s");
        const found = whole.exec(value);
        if (action === "keep" && !found) return undefined;
        if (action === "drop" && found) return undefined;
        if (action === "replace" && found) {
            const text = replacement.replaceAll(/\$(\d)/g, (_, index: string) => found[Number(index)] ?? "");
            now = { ...now, [targetLabel]: text };
        }
        if (action === "labeldrop") {
            now = Object.fromEntries(Object.entries(now).filter(([name]) => !whole.test(name)));
        }
    }
    // A label without a value is no label.
    return Object.fromEntries(Object.entries(now).filter(([, value]) => value));
}

/** A target's labels: those that begin with two underscores don't outlive relabeling. */
export function targetLabels(discovered: Labels, steps: readonly Relabeling[]): Labels | undefined {
    const labels = relabel(discovered, steps);
    return labels && Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith("__")));
}

/** A sample as it is stored, with honor_labels false: what the target says wins, and the sample's own label is put aside. */
export function storedLabels(sample: Labels, target: Labels, steps: readonly Relabeling[]): Labels | undefined {
    const own = Object.entries(sample).map(([name, value]) => [name in target ? `exported_${name}` : name, value]);
    return relabel({ ...(Object.fromEntries(own) as Labels), ...target }, steps);
}
