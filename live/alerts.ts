/** Which alerts of a platform fire now, as its Alertmanager tells it. */
import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";

import { LiveError, reasonOf } from "./errors.ts";
import { patience, withinPatience } from "./patience.ts";
import { forwardPort } from "./portForward.ts";
import { isReady } from "./readyPod.ts";

/** An alert that fires. */
export interface FiringAlert {
    readonly name: string;
    readonly severity: string;
    /** Name of the deployment; undefined for what concerns the platform. */
    readonly deployment: string | undefined;
    /** When it began. */
    readonly since: Date;
    /** What is wrong, with the numbers. */
    readonly description: string;
    /** Page of docs/runbooks. */
    readonly runbook: string;
}

/** Always fires, so that somebody notices when nothing can fire any more. */
const watchdog = "Watchdog";

/** Sorts what is worst to the top. */
const severities = ["critical", "warning", "info"];

/** What Alertmanager's API answers of an alert (api/v2/openapi.yaml, gettableAlert). */
interface GettableAlert {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly startsAt: string;
}

/**
 * All alerts that fire and aren't silenced, the worst first; an inhibited one is among them, since it is true. The
 * Watchdog, which always fires, is left out.
 * @param namespace the platform's Kubernetes namespace
 * @throws LiveError when Alertmanager isn't ready, doesn't answer, or hears nothing of Prometheus: no news would be taken for good news
 */
export async function firingAlerts(kubeConfig: KubeConfig, namespace: string): Promise<readonly FiringAlert[]> {
    const { pod, port } = await alertmanagerPod(kubeConfig, namespace);
    const forward = await forwardPort(kubeConfig, { namespace, pod, port });
    try {
        const url = `http://${forward.address}/api/v2/alerts?active=true&silenced=false&inhibited=true`;
        const response = await fetch(url, { signal: AbortSignal.timeout(patience) });
        if (!response.ok) throw new Error(`Alertmanager answers ${response.status}`);
        return readAlerts((await response.json()) as readonly GettableAlert[]);
    } catch (error) {
        if (error instanceof LiveError) throw error;
        const reason = forward.failure() ?? reasonOf(error);
        throw new LiveError(`Alertmanager in namespace ${namespace} can't be asked: ${reason}.`);
    } finally {
        forward.close();
    }
}

/**
 * Alertmanager's answer, read.
 * @throws LiveError when the Watchdog is missing
 */
export function readAlerts(answer: readonly GettableAlert[]): readonly FiringAlert[] {
    if (!answer.some(({ labels }) => labels.alertname === watchdog)) {
        throw new LiveError(
            `Alertmanager has no alert ${watchdog}, which always fires: Prometheus has just started, or doesn't reach it.`,
        );
    }
    const rank = ({ severity }: FiringAlert) => severities.indexOf(severity);
    return answer
        .filter(({ labels }) => labels.alertname !== watchdog)
        .map(({ labels, annotations, startsAt }): FiringAlert => ({
            name: labels.alertname ?? "",
            severity: labels.severity ?? "",
            deployment: labels.temporal_deployment,
            since: new Date(startsAt),
            description: annotations.description ?? annotations.summary ?? "",
            runbook: annotations.runbook_url ?? "",
        }))
        .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

async function alertmanagerPod(kubeConfig: KubeConfig, namespace: string): Promise<{ pod: string; port: number }> {
    const labelSelector = "app.kubernetes.io/instance=platform,app.kubernetes.io/component=alertmanager";
    const api = kubeConfig.makeApiClient(CoreV1Api);
    const { items } = await withinPatience(api.listNamespacedPod({ namespace, labelSelector })).catch(
        (error: unknown) => {
            throw new LiveError(`The Kubernetes API can't be asked for Alertmanager: ${reasonOf(error)}.`);
        },
    );
    const { metadata, spec } = items.find(isReady) ?? {};
    const port = spec?.containers[0]?.ports?.[0]?.containerPort;
    if (metadata?.name === undefined || port === undefined) {
        throw new LiveError(`No Alertmanager pod of namespace ${namespace} is ready.`);
    }
    return { pod: metadata.name, port };
}
