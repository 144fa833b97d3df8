/** Why what runs can't be reached, read or changed: one sentence for people, printed without a stack trace. */
export class LiveError extends Error {
    override name = "LiveError";
}

/** What an error says of its cause: Kubernetes' own words where it has answered, the network's where it hasn't. */
export function reasonOf(error: unknown): string {
    if (!(error instanceof Error)) return String(error);
    const { body } = error as { readonly body?: unknown };
    if (typeof body === "string") return kubernetesMessage(body) ?? body;
    return error.cause instanceof Error ? error.cause.message : error.message;
}

/** The message of a Kubernetes Status object; undefined for any other text. */
function kubernetesMessage(body: string): string | undefined {
    try {
        return (JSON.parse(body) as { readonly message?: string }).message;
    } catch {
        return undefined;
    }
}
