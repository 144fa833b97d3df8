/** Lengths of time as people write them: `72h`, `30d`, `1h30m`. */
import type { TextShape } from "./shape.ts";

const units = { d: 86_400, h: 3600, m: 60, s: 1 } as const;

/** Seconds; undefined if the text is no length of time. */
export function parseDuration(text: string): number | undefined {
    if (!/^(\d+[dhms])+$/.test(text)) return undefined;
    return [...text.matchAll(/(\d+)([dhms])/g)].reduce(
        (sum, [, count, unit]) => sum + Number(count) * units[unit as keyof typeof units],
        0,
    );
}

/** The one spelling of a length of time in hours, minutes and seconds, as Temporal's own tools print it. */
export function formatDuration(seconds: number): string {
    const parts = [
        [Math.floor(seconds / 3600), "h"],
        [Math.floor((seconds % 3600) / 60), "m"],
        [seconds % 60, "s"],
    ] as const;
    const text = parts.flatMap(([count, unit]) => (count > 0 ? [`${count}${unit}`] : [])).join("");
    return text || "0s";
}

/** A length of time of at least so many seconds. */
export function durationOf(atLeast: number): TextShape {
    return {
        kind: "text",
        problem(value) {
            const seconds = parseDuration(value);
            if (seconds === undefined) return "a length of time such as 72h, 30d or 1h30m";
            return seconds < atLeast ? `at least ${formatDuration(atLeast)}` : undefined;
        },
        normal: (value) => formatDuration(parseDuration(value) ?? 0),
    };
}

/** A length of time, zero or more. */
export const duration: TextShape = durationOf(0);
