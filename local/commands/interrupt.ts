/** What Ctrl-C does in a command of several steps. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** The terminal and npm both deliver one press of Ctrl-C: what comes within this time is the same press, in milliseconds. */
const samePress = 1000;

let careful: ChildProcess | undefined;
let pressed = 0;

/**
 * From now on Ctrl-C (SIGINT, and SIGTERM too) prints `sentence` and ends this process with exit code 130. A child under
 * {@link endCarefully} is given the time to end by itself first; a second press doesn't wait for it.
 */
export function endOnInterrupt(sentence: string): void {
    const interrupt = () => {
        if (Date.now() - pressed < samePress) return;
        const again = pressed > 0;
        pressed = Date.now();
        void end(sentence, again);
    };
    process.on("SIGINT", interrupt);
    process.on("SIGTERM", interrupt);
}

async function end(sentence: string, atOnce: boolean): Promise<void> {
    if (careful && atOnce) careful.kill("SIGKILL");
    else if (careful) {
        process.stderr.write(
            "\nCtrl-C: what has begun is being finished and written down; once more ends it at once.\n",
        );
        careful.kill("SIGINT");
        await once(careful, "close");
    }
    process.stderr.write(`\n${sentence}\n`);
    process.exit(130);
}

/**
 * Waits for a child that would lose track of its work if it were killed, and answers its exit code (null after a signal).
 * Ctrl-C asks the child to end; it then never returns, as the process ends. Start the child `detached`, so that the terminal
 * doesn't send it the same Ctrl-C once more.
 */
export async function endCarefully(child: ChildProcess): Promise<number | null> {
    careful = child;
    const [code] = (await once(child, "close")) as [number | null];
    careful = undefined;
    if (pressed > 0) await new Promise(() => undefined);
    return code;
}
