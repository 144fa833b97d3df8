/** Makes passwords from the operating system's random numbers. */
import { randomInt } from "node:crypto";

/** Which characters a password has, and how many of each at least. */
export interface PasswordRules {
    readonly length: number;
    readonly lower: boolean;
    readonly upper: boolean;
    readonly numeric: boolean;
    readonly special: boolean;
    readonly minLower: number;
    readonly minUpper: number;
    readonly minNumeric: number;
    readonly minSpecial: number;
    /** The special characters; empty for the usual ones. */
    readonly overrideSpecial: string;
}

const lowerCase = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const specials = "!@#$%&*()-_=+[]{}<>:?";

/** Each kind of character that the rules name. */
function kinds(rules: PasswordRules) {
    return [
        { allowed: rules.lower, minimum: rules.minLower, characters: lowerCase },
        { allowed: rules.upper, minimum: rules.minUpper, characters: lowerCase.toUpperCase() },
        { allowed: rules.numeric, minimum: rules.minNumeric, characters: digits },
        { allowed: rules.special, minimum: rules.minSpecial, characters: rules.overrideSpecial || specials },
    ];
}

function pick(characters: string, count: number): string[] {
    return Array.from({ length: count }, () => characters.charAt(randomInt(characters.length)));
}

/** Why no password can follow the rules, or undefined. */
export function unfulfillable(rules: PasswordRules): string | undefined {
    const all = kinds(rules);
    const required = all.reduce((sum, { minimum }) => sum + minimum, 0);
    if (!Number.isInteger(rules.length) || rules.length < 1)
        return `length ${rules.length} must be a whole number above 0`;
    if (required > rules.length) return `length ${rules.length} is below the sum of the minimums, ${required}`;
    if (!all.some(({ allowed }) => allowed)) return "at least one of lower, upper, numeric and special must be true";
    return undefined;
}

/** A password by the rules, every one of them as likely as any other. */
export function makePassword(rules: PasswordRules): string {
    const all = kinds(rules);
    const password = all.flatMap(({ characters, minimum }) => pick(characters, minimum));
    const alphabet = all.map(({ allowed, characters }) => (allowed ? characters : "")).join("");
    password.push(...pick(alphabet, rules.length - password.length));
    for (let last = password.length - 1; last > 0; last--) {
        const other = randomInt(last + 1);
        [password[last], password[other]] = [password[other] ?? "", password[last] ?? ""];
    }
    return password.join("");
}
