/** Reads what runs on a platform: the claims and records in its namespace, and open workflows where they count. */
import { ApiException, CoreV1Api, type KubeConfig, type V1ConfigMap } from "@kubernetes/client-node";

import type { Claim, ClaimKind, LiveState, OpenWorkflows, RunningRecord } from "../planning/liveState.ts";
import type { StackConfig } from "../config/schema.ts";
import { leavingDeployments } from "../planning/plan.ts";
import { recordLabel } from "../planning/records.ts";
import { leavingNamespaces } from "../planning/team/leaving.ts";
import { kubernetesNamespace } from "../planning/team/planTeams.ts";
import { parseTeamRecord, type TeamRecord } from "../planning/team/teamRecord.ts";
import { LiveError, reasonOf } from "./errors.ts";
import { withinPatience } from "./patience.ts";

/** What of a stack decides what is worth asking. */
export interface StackOfInterest {
    /** Full name. */
    readonly stack: string;
    readonly config: StackConfig;
}

/**
 * Reads a platform's state.
 * @param namespace the platform's Kubernetes namespace
 * @throws LiveError when the Kubernetes API can't be asked
 */
export async function readLiveState(
    kubeConfig: KubeConfig,
    namespace: string,
    { stack, config }: StackOfInterest,
): Promise<LiveState> {
    const core = kubeConfig.makeApiClient(CoreV1Api);
    const [records, platformExists] = await Promise.all([
        ask(kubeConfig, core.listNamespacedConfigMap({ namespace, labelSelector: recordLabel })),
        ask(kubeConfig, exists(core, namespace)),
    ]);
    const running = byDeployment(records.items, "running", parseRunning);
    const claims = records.items.filter((item) => kindOf(item) === "claim").map(parseClaim);
    const teams = records.items.filter((item) => kindOf(item) === "team").map(({ data = {} }) => parseTeamRecord(data));
    const open = losingDeployments({ stack, config }, claims, teams).flatMap((deployment) => {
        const record = running[deployment.name];
        return record ? [askOpenWorkflows(kubeConfig, { ...deployment, port: record.ports.frontend.grpc })] : [];
    });
    return {
        platformExists,
        claims,
        historyShards: byDeployment(records.items, "history-shards", ({ historyShards }) => Number(historyShards)),
        running,
        openWorkflows: Object.fromEntries(await Promise.all(open)),
        teams,
        ...(config.teams.length > 0
            ? await readTeamSurroundings(kubeConfig, namespace, config, claims)
            : noSurroundings),
    };
}

/** Deployments of which it matters what is open: those that go, and those that lose a team's namespace; with their Kubernetes namespaces. */
function losingDeployments(
    { stack, config }: StackOfInterest,
    claims: readonly Claim[],
    teams: readonly TeamRecord[],
): readonly { readonly name: string; readonly namespace: string }[] {
    const leaving = leavingDeployments(config);
    const names = leavingNamespaces(config, stack, teams).map(({ deployment }) => deployment);
    const others = [...new Set(names)].filter((name) => !leaving.some((deployment) => deployment.name === name));
    return [
        ...leaving,
        ...others.flatMap((name) => {
            const namespace = kubernetesNamespace(name, { claims });
            return namespace === undefined ? [] : [{ name, namespace }];
        }),
    ];
}

const noSurroundings = { dynamicConfigs: {}, alertmanagerConfig: undefined };

/** What the stacks of deployments and monitoring have done with the records of this stack's teams. */
async function readTeamSurroundings(
    kubeConfig: KubeConfig,
    namespace: string,
    config: StackConfig,
    claims: readonly Claim[],
): Promise<Pick<LiveState, "dynamicConfigs" | "alertmanagerConfig">> {
    const core = kubeConfig.makeApiClient(CoreV1Api);
    const read = async (where: string, name: string, file: string) => {
        const found = await ask(kubeConfig, readConfigMap(core, where, name));
        return found?.data?.[file];
    };
    const deployments = [...new Set(config.teams.map(({ deployment }) => deployment))];
    const [alertmanagerConfig, ...texts] = await Promise.all([
        read(namespace, "alertmanager", "alertmanager.yml"),
        ...deployments.map((name) => {
            const where = kubernetesNamespace(name, { claims });
            return where === undefined ? undefined : read(where, "temporal-dynamic-config", "dynamic-config.yaml");
        }),
    ]);
    const dynamicConfigs = deployments.flatMap((name, index) => {
        const text = texts[index];
        return text === undefined ? [] : [[name, text] as const];
    });
    return { alertmanagerConfig, dynamicConfigs: Object.fromEntries(dynamicConfigs) };
}

async function readConfigMap(core: CoreV1Api, namespace: string, name: string): Promise<V1ConfigMap | undefined> {
    try {
        return await core.readNamespacedConfigMap({ namespace, name });
    } catch (error) {
        if (error instanceof ApiException && error.code === 404) return undefined;
        throw error;
    }
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
