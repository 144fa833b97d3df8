/** Work that must not be done at the same time. */

const last = new Map<string, Promise<unknown>>();

/** Runs `work` once all earlier work of the same key has ended, however it ended. */
export function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(key, mine);
    return mine;
}
