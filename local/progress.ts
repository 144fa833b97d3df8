/** Says on screen what a long step does, how far it is, and how long it has taken. */

/** How long a step runs silently before it is worth a line of its own, in milliseconds. */
const heartbeat = 10_000;

/** Reports where a step stands, for example "3 of 7: containerd". */
export type Report = (status: string) => void;

function seconds(since: number): string {
    const total = Math.round((Date.now() - since) / 1000);
    return total < 60 ? `${total} s` : `${Math.floor(total / 60)} min ${total % 60} s`;
}

/** One finished step, for the summary at the end of a command. */
export interface Phase {
    readonly title: string;
    readonly milliseconds: number;
}

/** Steps finished so far in this process, in order. */
export const phases: Phase[] = [];

/**
 * Runs `work` under a title. On a terminal the current line is rewritten; elsewhere a line is printed at the start,
 * every ten seconds, and at the end. Throws what `work` throws, after saying that the step failed.
 */
export async function step<T>(title: string, work: (report: Report) => Promise<T>): Promise<T> {
    const start = Date.now();
    let status = "";
    const terminal = process.stderr.isTTY;
    const line = () => `  ${title}${status ? `: ${status}` : ""} (${seconds(start)})`;
    const draw = () => process.stderr.write(terminal ? `\r\x1b[2K${line()}` : `${line()}\n`);
    const report: Report = (next) => {
        const changed = next !== status;
        status = next;
        if (terminal && changed) draw();
    };
    if (terminal) draw();
    const timer = setInterval(draw, terminal ? 1000 : heartbeat);
    try {
        const result = await work(report);
        clearInterval(timer);
        phases.push({ title, milliseconds: Date.now() - start });
        process.stderr.write(`${terminal ? "\r\x1b[2K" : ""}✓ ${title} (${seconds(start)})\n`);
        return result;
    } catch (error) {
        clearInterval(timer);
        process.stderr.write(
            `${terminal ? "\r\x1b[2K" : ""}✗ ${title}${status ? `: ${status}` : ""} (${seconds(start)})\n`,
        );
        throw error;
    }
}
