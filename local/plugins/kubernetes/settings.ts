/** The provider's settings: which cluster, and what may change in place. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { KubeConfig } from "@kubernetes/client-node";

import type { Difference, DiffRequest } from "../../../providers/protocol/plugin.ts";
import { hasUnknown, isObject, reveal, revealAll, type Value } from "../../../providers/protocol/values.ts";
import { UserError } from "../../userError.ts";

/** The only kube context this plugin works with. */
const localContext = "temporal-local";

/** What the plugin needs to know of the provider's settings. */
export interface Settings {
    readonly kubeConfig: KubeConfig;
    /** Namespace of objects that name none. */
    readonly namespace: string;
    readonly configMapsMutable: boolean;
    readonly secretsMutable: boolean;
    /** Take over an object that is already there instead of failing. */
    readonly upsert: boolean;
}

/** Reads a kubeconfig that is given as a path or as its content. */
function loadKubeConfig(pathOrContent: string): KubeConfig {
    const config = new KubeConfig();
    const path = pathOrContent.replace(/^~(?=\/|$)/, homedir());
    if (!existsSync(path)) config.loadFromString(pathOrContent);
    else {
        config.loadFromString(readFileSync(path, "utf8"));
        config.makePathsAbsolute(dirname(path));
    }
    return config;
}

function defaultKubeConfig(): string {
    return process.env.KUBECONFIG?.split(":").find(Boolean) ?? join(homedir(), ".kube", "config");
}

/** Reads the settings. Throws UserError if they don't name the local cluster. */
export function readSettings(settings: ReadonlyMap<string, string>): Settings {
    const flag = (name: string, variable: string) => (settings.get(name) ?? process.env[variable]) === "true";
    const source = settings.get("kubeconfig") || defaultKubeConfig();
    let kubeConfig: KubeConfig;
    try {
        kubeConfig = loadKubeConfig(source);
    } catch {
        throw new UserError("kubernetes:kubeconfig is neither a file that can be read nor a kubeconfig.");
    }
    const context = settings.get("context") || kubeConfig.getCurrentContext();
    if (context !== localContext) {
        throw new UserError(
            `The kube context is "${context}", but this kubernetes plugin is the stand-in for machines without internet ` +
                `and works with the local cluster's context "${localContext}" only.`,
        );
    }
    if ((settings.get("enableServerSideApply") ?? process.env.PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY) === "false") {
        throw new UserError(
            "kubernetes:enableServerSideApply: the local kubernetes plugin can't do without it; remove the setting.",
        );
    }
    kubeConfig.setCurrentContext(context);
    return {
        kubeConfig,
        namespace: settings.get("namespace") || (kubeConfig.getContextObject(context)?.namespace ?? "default"),
        configMapsMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
        secretsMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
        upsert: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    };
}

/** The cluster that provider inputs point to, undefined if they don't say or can't be read. */
function activeCluster(inputs: Readonly<Record<string, Value>>): Value {
    const { kubeconfig, context, cluster } = inputs;
    if (typeof kubeconfig !== "string" && !isObject(kubeconfig)) return undefined;
    try {
        const config = loadKubeConfig(typeof kubeconfig === "string" ? kubeconfig : JSON.stringify(kubeconfig));
        const name = typeof context === "string" ? context : config.getCurrentContext();
        const active = typeof cluster === "string" ? cluster : config.getContextObject(name)?.cluster;
        return active === undefined ? undefined : (JSON.parse(JSON.stringify(config.getCluster(active))) as Value);
    } catch {
        return undefined;
    }
}

/**
 * Compares two sets of provider inputs. The provider, and with it every object, is replaced if the cluster is another
 * one; a `clusterIdentifier` that stays the same says that it is not.
 */
export function compareSettings(request: DiffRequest): Difference {
    const olds = revealAll(request.state);
    const news = revealAll(request.news);
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
    const diffs = keys.filter((key) => !isDeepStrictEqual(olds[key], news[key]));
    if (diffs.length === 0) return { changed: false };
    const identifier = "clusterIdentifier";
    const changedIdentifier =
        diffs.includes(identifier) && olds[identifier] !== undefined && news[identifier] !== undefined;
    const sameIdentifier = !diffs.includes(identifier) && news[identifier] !== undefined;
    const replaces = changedIdentifier ? [identifier] : [];
    const where = ["kubeconfig", "context", "cluster"];
    const unknownKey = where.find((key) => hasUnknown(reveal(news[key])));
    if (unknownKey !== undefined) {
        return { changed: true, diffs: [unknownKey], replaces: sameIdentifier ? [] : [...replaces, unknownKey] };
    }
    const [before, after] = [activeCluster(olds), activeCluster(news)];
    if (before !== undefined && after !== undefined && !isDeepStrictEqual(before, after)) {
        replaces.push(...where.filter((key) => diffs.includes(key)));
    }
    return { changed: true, diffs, replaces: sameIdentifier ? [] : replaces };
}
