/** PromQL as the dashboards write it: every selector names the deployments that were chosen at the top of the page. */

/** The chosen deployments. */
export const deployment = 'temporal_deployment=~"$temporal_deployment"';

/** The chosen Temporal namespaces. */
export const namespace = 'temporal_namespace=~"$temporal_namespace"';

/** The chosen task queues, as the server calls the label. */
export const taskQueue = 'taskqueue=~"$taskqueue"';

/** The chosen task queues, as SDKs call the label. */
export const sdkTaskQueue = 'task_queue=~"$task_queue"';

/** Task queues of users: the server keeps some of its own, one in every namespace. */
export const userQueues = 'taskqueue!~"temporal.sys.*|/temporal-sys/.*"';

/** SDK workers; the server's own workers export metrics of the same names. */
export const sdkWorkers = 'temporal_service="sdk-worker"';

/** The Kubernetes namespaces of the chosen deployments: kubelet and kube-state-metrics know no deployment. */
export const kubernetesNamespace = 'namespace=~"$kubernetes_namespace"';

/** The platform's Kubernetes namespace, where PostgreSQL's exporter runs: kubelet and exporter know no deployment. */
export const platformNamespace = 'namespace=~"$platform_namespace"';

/** The containers of the four services; they are named after them. */
export const serverContainers = 'container=~"frontend|history|matching|worker"';

/** A selector of a series that carries the deployment. */
export function series(metric: string, ...matchers: readonly string[]): string {
    return `${metric}{${[deployment, ...matchers].join(",")}}`;
}

/** Events per second of a counter. */
export function rate(metric: string, ...matchers: readonly string[]): string {
    return `rate(${series(metric, ...matchers)}[$__rate_interval])`;
}

/** Events per second of an SDK's counter, whose name ends in `_total` with some SDK versions and not with others. */
export function sdkRate(metric: string, ...matchers: readonly string[]): string {
    return `(${rate(`${metric}_total`, sdkWorkers, ...matchers)} or ${rate(metric, sdkWorkers, ...matchers)})`;
}

/** A sum over all labels but these; over all if there are none. */
export function sum(labels: string, expr: string): string {
    return labels ? `sum by (${labels}) (${expr})` : `sum(${expr})`;
}

/** The greatest value by these labels. */
export function max(labels: string, expr: string): string {
    return `max by (${labels}) (${expr})`;
}

/** Quantile of a histogram by these labels, none for all together. */
export function quantile(q: number, labels: string, metric: string, ...matchers: readonly string[]): string {
    const by = labels ? `${labels}, le` : "le";
    return `histogram_quantile(${q}, ${sum(by, rate(`${metric}_bucket`, ...matchers))})`;
}
