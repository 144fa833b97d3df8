/** What `npm run copy-namespaces` prints. */
import type { CopiedNamespace } from "../live/copyNamespaces.ts";

/** A line for each namespace: what was done, or that nothing was missing. */
export function copyReport(copied: readonly CopiedNamespace[]): string {
    if (copied.length === 0) return "The source has no Temporal namespaces; nothing to do.";
    return copied.map(({ namespace, ...done }) => `${namespace}: ${whatWasDone(done)}`).join("\n");
}

function whatWasDone({ registered, addedSearchAttributes }: Omit<CopiedNamespace, "namespace">): string {
    const attributes =
        addedSearchAttributes.length > 0 ? `search attributes added: ${addedSearchAttributes.join(", ")}` : "";
    if (registered) return attributes ? `registered; ${attributes}` : "registered";
    return attributes || "there already, nothing to do";
}
