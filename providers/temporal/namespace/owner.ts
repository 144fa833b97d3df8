/** Whose a namespace is: a note in its data, so that no stack changes or deletes another's. */
import type { Operation } from "../connection/operation.ts";
import type { Asker } from "../kind.ts";

/** The key of the note among the namespace's data. */
export const ownerKey = "pulumi-owner";

/** The note: `<project>/<stack> <resource>`. */
export function ownerOf({ stack, resource }: Asker): string {
    return `${stack} ${resource}`;
}

/**
 * Refuses what is to be done to another's namespace. Nobody's may be taken over, and so may what was ours by another name:
 * stacks and resources can be renamed.
 * @param noted the note that the namespace has; empty if it has none
 * @param saved the note that it had when this stack last saw it
 */
export function guardOwner(operation: Operation, name: string, noted: string, saved: string, asker: Asker): void {
    if (noted === "" || noted === saved || noted === ownerOf(asker)) return;
    const [stack, ...words] = noted.split(" ");
    const resource = words.join(" ");
    if (stack === asker.stack) {
        throw operation.refusal(
            `it is the resource ${resource} of this stack already. If that has another name now, add the option ` +
                `aliases: [{ name: ${JSON.stringify(resource)} }].`,
        );
    }
    throw operation.refusal(
        `it belongs to the stack ${stack} (resource ${resource}). To take it over, take it out of that stack ` +
            `(pulumi state delete) and clear the note: temporal operator namespace update -n ${name} --data ${ownerKey}= .`,
    );
}
