/** Reads the current stack's config: the one place that knows pulumi.Config. */
import * as pulumi from "@pulumi/pulumi";

import { receiversWithSecret } from "../planning/monitoring/alerting.ts";
import { ConfigError, type ConfigProblem } from "./errors.ts";
import { parseStackConfig } from "./parse.ts";
import { secretKeys, type StackConfig, stackSchema } from "./schema.ts";

/** A stack's config with what stands outside its plain `temporal:` blocks. */
export interface LoadedConfig {
    readonly stack: StackConfig;
    /** Context of the kubeconfig that names the cluster (`kubernetes:context`). */
    readonly context: string;
    /** Password of the external PostgreSQL server's admin role (`temporal:postgresqlAdminPassword`); secret. */
    readonly postgresqlAdminPassword: pulumi.Output<string> | undefined;
    /** What alert receivers keep secret, by their names (`temporal:alertSecrets`); secret. */
    readonly alertSecrets: pulumi.Output<Record<string, string>> | undefined;
    /** Names of the receivers that have a secret there. */
    readonly alertSecretNames: readonly string[];
    /** API key of Temporal Cloud (`temporal:temporalCloudApiKey`); secret. */
    readonly temporalCloudApiKey: pulumi.Output<string> | undefined;
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
    requireSecrets(stack);
    return {
        stack,
        context,
        postgresqlAdminPassword: config.getSecret("postgresqlAdminPassword"),
        alertSecrets: config.getSecretObject("alertSecrets"),
        alertSecretNames: alertSecretNames(),
        temporalCloudApiKey: config.getSecret("temporalCloudApiKey"),
    };
}

/** Throws ConfigError for every secret that the config needs and the stack file hasn't. */
function requireSecrets({ platform }: StackConfig): void {
    const missing = (key: string, path = "") => {
        const command = `pulumi config set --secret ${path}temporal:${key}`;
        return { key: `temporal:${key}`, message: `is missing; set it with: ${command}` };
    };
    const problems: ConfigProblem[] = [];
    if (platform?.postgresql.external && !present("postgresqlAdminPassword")) {
        problems.push(missing("postgresqlAdminPassword"));
    }
    if (platform?.monitoring.cloud && !present("temporalCloudApiKey")) problems.push(missing("temporalCloudApiKey"));
    if (platform && platform.monitoring.alerts.existingSecret === undefined) {
        const known = alertSecretNames();
        const unknown = receiversWithSecret(platform.monitoring.alerts).filter((name) => !known.includes(name));
        problems.push(...unknown.map((name) => missing(`alertSecrets.${name}`, "--path ")));
    }
    if (problems.length > 0) throw new ConfigError(problems);
}

function alertSecretNames(): string[] {
    return Object.keys(JSON.parse(present("alertSecrets") ?? "{}") as object);
}

/** Text of a secret, for whether it is there and which parts it has; no more. */
function present(key: string): string | undefined {
    return pulumi.runtime.allConfig()[`${pulumi.getProject()}:${key}`];
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
