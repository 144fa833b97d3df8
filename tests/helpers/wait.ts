/** Asks for a condition until it holds. */

/**
 * Answers the first defined, not-false answer of `condition`. Errors count as "not yet".
 * @throws Error naming `what`, with the last error, after `seconds`
 */
export async function eventually<T>(
    what: string,
    seconds: number,
    condition: () => Promise<T | undefined | false>,
): Promise<T> {
    const deadline = Date.now() + seconds * 1000;
    let last: unknown;
    for (;;) {
        try {
            const answer = await condition();
            if (answer !== undefined && answer !== false) return answer;
            last = undefined;
        } catch (error) {
            last = error;
        }
        if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`, { cause: last });
        await new Promise((resolve) => setTimeout(resolve, 250));
    }
}
