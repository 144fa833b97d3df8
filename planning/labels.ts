/** Labels of the program's Kubernetes objects: what Services, workloads and network policies select pods by. */

/** Key of a pod's part in its deployment: a service, `ui`, `postgresql` and so on. */
export const componentLabel = "app.kubernetes.io/component";

/** Key on a Kubernetes namespace whose value is the name of the deployment that lives there. */
export const deploymentLabel = "temporal/deployment";

/**
 * Key on a Kubernetes namespace whose value is the name of a deployment: its frontend lets in every pod there. Only whoever may
 * change namespaces, which is a right on the whole cluster, can put it on.
 */
export const clientOfLabel = "temporal/client-of";

/** Key and value on every object of the program. */
export const partOfTemporal = { "app.kubernetes.io/part-of": "temporal" } as const;

/** Key on a server's pods whose value is the Kubernetes namespace of their platform, whose Prometheus alone reads them. */
export const platformLabel = "temporal/platform";

/** Labels that all pods of one deployment (or, as `platform`, of what deployments share) have in common. */
export function instanceLabels(instance: string): Record<string, string> {
    return { "app.kubernetes.io/name": "temporal", "app.kubernetes.io/instance": instance };
}

/** Labels that select the pods of one part; selectors can't be changed later, so they hold nothing else. */
export function selectorLabels(instance: string, component: string): Record<string, string> {
    return { ...instanceLabels(instance), [componentLabel]: component };
}

/** Labels of an object of one part. */
export function labels(instance: string, component: string): Record<string, string> {
    return { ...selectorLabels(instance, component), ...partOfTemporal };
}
