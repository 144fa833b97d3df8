/** What a platform tells the stacks that use it: the one thing that owned and shared platforms have in common. */
import type { MonitoringContract } from "./monitoring/monitoring.ts";
import type { DeploymentPorts } from "./ports.ts";
import type { StoreAddress } from "./serverConfig.ts";
import type { TeamTerms } from "./team/bounds.ts";

/** Goes up when a reader of the older contract would do wrong with the newer. */
export const contractVersion = 1;

/** A slot that the platform's table gives to a deployment of another stack. */
export interface SlotGrant {
    readonly deployment: string;
    readonly slot: number;
    readonly ports: DeploymentPorts;
    /** SQL connections that its pods may open together. */
    readonly connections: number;
}

/** The stack output `platform`. The admin's password is an output of its own, since it is secret. */
export interface PlatformContract {
    readonly contractVersion: typeof contractVersion;
    /** Kubernetes namespace of the shared objects: claims and records. */
    readonly namespace: string;
    readonly postgresql: {
        /** Whether it runs in the platform's namespace. */
        readonly kind: "bundled" | "external";
        /** Where pods find the server. */
        readonly store: StoreAddress;
        /** Where and as whom Pulumi makes roles and databases. */
        readonly admin: {
            readonly host: string;
            readonly port: number;
            readonly username: string;
            readonly database: string;
        };
    };
    /** How deployments on it are watched. */
    readonly monitoring: MonitoringContract;
    readonly slots: readonly SlotGrant[];
    /** What teams may have; undefined where the platform was deployed by a version of this program that knew no teams. */
    readonly teams?: TeamTerms | undefined;
}

/**
 * Checks what another stack has put out as its platform.
 * @throws Error with a sentence that says what to do there
 */
export function parsePlatformContract(output: unknown, stack: string): PlatformContract {
    const found = (output as { readonly contractVersion?: number } | undefined)?.contractVersion;
    if (found === undefined) {
        throw new Error(`stack ${stack} puts out no platform; run \`pulumi up\` there first`);
    }
    if (found !== contractVersion) {
        throw new Error(
            `the platform of stack ${stack} was deployed by another version of this program (contract ${found}, this one reads ` +
                `${contractVersion}); deploy both stacks with the same version, that one first`,
        );
    }
    return output as PlatformContract;
}
