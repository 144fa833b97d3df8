/** Reads the current stack's config: the one place that knows pulumi.Config. */
import * as pulumi from "@pulumi/pulumi";

import { ConfigError } from "./errors.ts";
import { parseStackConfig } from "./parse.ts";
import { secretKeys, type StackConfig, stackSchema } from "./schema.ts";

/** A stack's config with what stands outside its plain `temporal:` blocks. */
export interface LoadedConfig {
    readonly stack: StackConfig;
    /** Context of the kubeconfig that names the cluster (`kubernetes:context`). */
    readonly context: string;
    /** Password of the external PostgreSQL server's admin role (`temporal:postgresqlAdminPassword`); secret. */
    readonly postgresqlAdminPassword: pulumi.Output<string> | undefined;
}

/**
 * Reads and checks the config of the stack that Pulumi runs.
 * @throws ConfigError for a mistake in it, or when it names no cluster
 */
export function loadConfig(): LoadedConfig {
    const config = new pulumi.Config();
    const stack = parseStackConfig(Object.fromEntries(presentKeys().map((key) => [key, readObject(config, key)])));
    const context = new pulumi.Config("kubernetes").get("context");
    if (!context) {
        const message =
            "is missing; the program only touches a cluster that the stack names: pulumi config set kubernetes:context <context>";
        throw new ConfigError([{ key: "kubernetes:context", message }]);
    }
    const postgresqlAdminPassword = config.getSecret("postgresqlAdminPassword");
    if (stack.platform?.postgresql.external && !postgresqlAdminPassword) {
        const message = "is missing; set it with: pulumi config set --secret temporal:postgresqlAdminPassword";
        throw new ConfigError([{ key: "temporal:postgresqlAdminPassword", message }]);
    }
    return { stack, context, postgresqlAdminPassword };
}

/** Every key of the project's own namespace that the stack file has, but the secret ones, which are read as secrets. */
function presentKeys(): string[] {
    const prefix = `${pulumi.getProject()}:`;
    return Object.keys(pulumi.runtime.allConfig())
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length))
        .filter((key) => !secretKeys.includes(key));
}

function readObject(config: pulumi.Config, key: string): unknown {
    // The value of a mistyped key is never looked at: it may be a secret.
    if (!(key in stackSchema.shape)) return undefined;
    try {
        return config.getObject<unknown>(key);
    } catch {
        // A scalar where a block belongs isn't JSON; the schema says what is wrong with it.
        return config.get(key);
    }
}
