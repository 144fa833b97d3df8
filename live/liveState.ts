/** Reads what runs on a platform: the claims and records in its namespace, and open workflows where they count. */
import { ApiException, CoreV1Api, type KubeConfig, type V1ConfigMap } from "@kubernetes/client-node";

import type { Claim, ClaimKind, LiveState, OpenWorkflows, RunningRecord } from "../planning/liveState.ts";
import { recordLabel } from "../planning/records.ts";
import { LiveError, reasonOf } from "./errors.ts";
import { withinPatience } from "./patience.ts";

/**
 * Reads a platform's state.
 * @param namespace the platform's Kubernetes namespace
 * @param leaving deployments whose open workflows matter, with the Kubernetes namespace that each has or had
 * @throws LiveError when the Kubernetes API can't be asked
 */
export async function readLiveState(
    kubeConfig: KubeConfig,
    namespace: string,
    leaving: readonly { readonly name: string; readonly namespace: string }[],
): Promise<LiveState> {
    const core = kubeConfig.makeApiClient(CoreV1Api);
    const [records, platformExists] = await Promise.all([
        ask(kubeConfig, core.listNamespacedConfigMap({ namespace, labelSelector: recordLabel })),
        ask(kubeConfig, exists(core, namespace)),
    ]);
    const running = byDeployment(records.items, "running", parseRunning);
    const open = leaving.flatMap((deployment) => {
        const record = running[deployment.name];
        return record ? [askOpenWorkflows(kubeConfig, { ...deployment, port: record.ports.frontend.grpc })] : [];
    });
    return {
        platformExists,
        claims: records.items.filter((item) => kindOf(item) === "claim").map(parseClaim),
        historyShards: byDeployment(records.items, "history-shards", ({ historyShards }) => Number(historyShards)),
        running,
        openWorkflows: Object.fromEntries(await Promise.all(open)),
    };
}

async function ask<T>(kubeConfig: KubeConfig, answer: Promise<T>): Promise<T> {
    return withinPatience(answer).catch((error: unknown) => {
        const context = kubeConfig.getCurrentContext();
        throw new LiveError(`The Kubernetes API of context ${context} can't be asked what runs: ${reasonOf(error)}.`);
    });
}

async function exists(core: CoreV1Api, name: string): Promise<boolean> {
    try {
        await core.readNamespace({ name });
        return true;
    } catch (error) {
        if (error instanceof ApiException && error.code === 404) return false;
        throw error;
    }
}

function kindOf({ metadata }: V1ConfigMap): string | undefined {
    return metadata?.labels?.[recordLabel];
}

type Data = Readonly<Record<string, string>>;

function byDeployment<T>(items: readonly V1ConfigMap[], kind: string, parse: (data: Data) => T): Record<string, T> {
    return Object.fromEntries(
        items
            .filter((item) => kindOf(item) === kind)
            .map(({ data = {} }) => [data.deployment ?? "", parse(data)] as const),
    );
}

function parseClaim({ data = {} }: V1ConfigMap): Claim {
    const { kind = "", value = "", deployment = "", stack = "" } = data;
    return { kind: kind as ClaimKind, value, deployment, stack };
}

function parseRunning({ serverVersion = "", ports = "{}" }: Data): RunningRecord {
    return { serverVersion, ports: JSON.parse(ports) as RunningRecord["ports"] };
}

async function askOpenWorkflows(
    kubeConfig: KubeConfig,
    { name, namespace, port }: { readonly name: string; readonly namespace: string; readonly port: number },
): Promise<readonly [string, OpenWorkflows]> {
    // Temporal's client is large, and hardly any run needs it.
    const [{ withFrontend }, { openWorkflows }] = await Promise.all([
        import("./frontend.ts"),
        import("./workflows.ts"),
    ]);
    try {
        return [name, { counts: await withFrontend(kubeConfig, { namespace, port }, openWorkflows) }];
    } catch (error) {
        return [name, { unreachable: (error as Error).message }];
    }
}
