/** The cluster that a stack names, reached as kubectl reaches it. */
import { KubeConfig } from "@kubernetes/client-node";

import { LiveError, reasonOf } from "./errors.ts";

/**
 * A kubeconfig with `context` chosen.
 * @param file default: the usual one (`KUBECONFIG`, else ~/.kube/config)
 * @throws LiveError when it can't be read, or hasn't this context: it names those that it has
 */
export function kubeConfigOf(context: string, file?: string): KubeConfig {
    return chosen(context, (config) => (file === undefined ? config.loadFromDefault() : config.loadFromFile(file)));
}

/**
 * A kubeconfig given by its contents.
 * @param context default: its current one
 * @throws LiveError when it can't be read, or hasn't this context
 */
export function parseKubeConfig(contents: string, context?: string): KubeConfig {
    return chosen(context, (config) => config.loadFromString(contents));
}

function chosen(wanted: string | undefined, load: (config: KubeConfig) => void): KubeConfig {
    const config = new KubeConfig();
    try {
        load(config);
    } catch (error) {
        throw new LiveError(`The kubeconfig can't be read: ${reasonOf(error)}.`);
    }
    const context = wanted ?? config.getCurrentContext();
    const contexts = config.getContexts().map(({ name }) => name);
    if (!contexts.includes(context)) {
        throw new LiveError(
            `The kubeconfig has no context "${context}"; it has ${contexts.map((name) => `"${name}"`).join(", ") || "none"}.`,
        );
    }
    config.setCurrentContext(context);
    return config;
}
