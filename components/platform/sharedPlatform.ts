/** The platform of another stack, as that stack's outputs describe it. */
import * as pulumi from "@pulumi/pulumi";

import { ConfigError } from "../../config/errors.ts";
import { parsePlatformContract, type PlatformContract } from "../../planning/platformContract.ts";
import type { PlatformAccess } from "./platform.ts";

/** A platform read, its contract plain, since plans follow from it. */
export interface SharedPlatform {
    readonly contract: PlatformContract;
    readonly access: PlatformAccess;
}

/**
 * Reads what the stack of `temporal:platformStack` puts out.
 * @throws ConfigError when there is no such stack, or it puts out no platform that this program can use
 */
export async function readSharedPlatform(stack: string): Promise<SharedPlatform> {
    try {
        const reference = new pulumi.StackReference("platform-stack", { name: stack });
        const output = await reference.getOutputDetails("platform");
        const contract = parsePlatformContract(output.value as unknown, stack);
        return {
            contract,
            access: {
                namespace: pulumi.output(contract.namespace),
                contract: pulumi.output(contract),
                postgresqlAdminPassword: pulumi.secret(
                    reference.requireOutput("postgresqlAdminPassword") as pulumi.Output<string>,
                ),
            },
        };
    } catch (error) {
        const message = `"${stack}" can't be used: ${(error as Error).message}`;
        throw new ConfigError([{ key: "temporal:platformStack", message }]);
    }
}
