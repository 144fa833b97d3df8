/** What the stack that Pulumi runs says in its config, and the plan of it. */
import * as pulumi from "@pulumi/pulumi";

import { readSharedPlatform, type SharedPlatform } from "./components/platform/sharedPlatform.ts";
import { ConfigError } from "./config/errors.ts";
import { type LoadedConfig, loadConfig } from "./config/load.ts";
import { LiveError } from "./live/errors.ts";
import { kubeConfigOf } from "./live/kubernetes.ts";
import { readLiveState } from "./live/liveState.ts";
import { planStack, platformNamespace } from "./planning/plan.ts";
import type { Plan } from "./planning/stackPlan.ts";

/** A stack, read and planned. */
export interface Stack {
    readonly config: LoadedConfig;
    /** The platform of `temporal:platformStack`; undefined where the stack has one of its own. */
    readonly shared: SharedPlatform | undefined;
    readonly plan: Plan;
}

/**
 * Reads the stack's config, the platform that it uses and what runs, and plans it.
 * @throws RunError that tells every mistake
 */
export async function readStack(): Promise<Stack> {
    try {
        const config = loadConfig();
        const { platformStack } = config.stack;
        const shared = platformStack ? await readSharedPlatform(platformStack) : undefined;
        const contract = shared?.contract;
        const namespace = platformNamespace(config.stack, contract);
        const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
        const live = await readLiveState(kubeConfigOf(config.context), namespace, { stack, config: config.stack });
        return {
            config,
            shared,
            plan: planStack(config.stack, { stack, contract, live, alertSecrets: config.alertSecretNames }),
        };
    } catch (error) {
        // Pulumi prints a RunError without a stack trace: the mistake is the user's, not the program's.
        if (error instanceof ConfigError || error instanceof LiveError) throw new pulumi.RunError(error.message);
        throw error;
    }
}
