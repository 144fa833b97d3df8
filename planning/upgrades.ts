/** Which server version may follow which. */
import type { ServiceName } from "./ports.ts";
import { latestPatches } from "./versions.ts";

/**
 * Order in which services change to a new version, once the schema is there: who is called before who calls, so that no new
 * caller meets a callee that doesn't know its requests yet. History comes first also since it rewrites shards when it loads them.
 */
export const upgradeOrder: readonly ServiceName[] = ["history", "matching", "frontend", "worker"];

interface Version {
    readonly minor: number;
    readonly patch: number;
}

function parse(version: string): Version {
    const [, minor = 0, patch = 0] = version.split(".").map(Number);
    return { minor, patch };
}

/**
 * Why a deployment can't go from one server version to another, or undefined if it can. Temporal keeps data readable between
 * two consecutive minor versions only, forwards, and asks for the latest patch of each
 * (docs.temporal.io/self-hosted-guide/upgrade-server).
 */
export function upgradeProblem(from: string, to: string): string | undefined {
    const [a, b] = [parse(from), parse(to)];
    if (b.minor < a.minor || (b.minor === a.minor && b.patch < a.patch)) {
        return `${from} runs, and a server never goes back to an older version: what the newer one wrote may be unreadable to it; must be ${from} or newer`;
    }
    if (b.minor > a.minor + 1) {
        const next = latestOf(a.minor + 1);
        return `${from} runs, and minor versions are taken one at a time; must be ${next ?? `1.${a.minor + 1}.x`} first`;
    }
    const latest = latestOf(b.minor);
    if (b.minor === a.minor + 1 && latest !== undefined && b.patch < parse(latest).patch) {
        return `${from} runs, and a minor version is entered by its latest patch; must be ${latest}`;
    }
    return undefined;
}

function latestOf(minor: number): string | undefined {
    return (latestPatches as Readonly<Record<string, string>>)[`1.${minor}`];
}
