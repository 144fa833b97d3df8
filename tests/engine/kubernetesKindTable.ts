/** Every kind of object the program uses, and what a change does to it. */

/** One object, before and after a change. */
export interface KindCase {
    /** Name in the program. */
    readonly name: string;
    /** Its class below `k8s`. */
    readonly token: string;
    /** Arguments as TypeScript. */
    readonly before: string;
    readonly after: string;
    /** How the change is made. */
    readonly op: "update" | "replace";
    /** The place that changes, or the beginning of it. */
    readonly path: string;
}

/** Every kind the program uses, with one change that is made in place and, where there is one, a change that replaces. */
export const kinds: readonly KindCase[] = [
    kind("namespace", "core.v1.Namespace", "", "metadata: { labels: { a: 'b' } }", "update", "metadata.labels"),
    kind(
        "account",
        "core.v1.ServiceAccount",
        "automountServiceAccountToken: false",
        "automountServiceAccountToken: true",
        "update",
        "automountServiceAccountToken",
    ),
    kind("config", "core.v1.ConfigMap", "data: { a: '1' }", "data: { a: '2' }", "replace", "data.a"),
    kind("secret", "core.v1.Secret", "stringData: { a: '1' }", "stringData: { a: '2' }", "replace", "data.a"),
    kind("service", "core.v1.Service", service(80), service(81), "update", "spec.ports[0].port"),
    kind(
        "headless",
        "core.v1.Service",
        "spec: { clusterIP: 'None', ports: [{ port: 80 }] }",
        "spec: { ports: [{ port: 80 }] }",
        "replace",
        "spec.clusterIP",
    ),
    kind("claim", "core.v1.PersistentVolumeClaim", claim("1024Mi"), claim("2Gi"), "replace", "spec.accessModes[0]"),
    kind(
        "deployment",
        "apps.v1.Deployment",
        deployment("1000m", "x"),
        deployment("2", "x"),
        "update",
        "spec.template.spec.containers[0].resources.requests.cpu",
    ),
    kind(
        "selector",
        "apps.v1.Deployment",
        deployment("1", "x"),
        deployment("1", "y"),
        "replace",
        "spec.selector.matchLabels.app",
    ),
    kind("set", "apps.v1.StatefulSet", statefulSet("one"), statefulSet("two"), "replace", "spec.serviceName"),
    kind("job", "batch.v1.Job", job("true"), job("false"), "replace", "spec.template.spec.containers[0].command[0]"),
    kind(
        "budget",
        "policy.v1.PodDisruptionBudget",
        "spec: { maxUnavailable: 1, selector: { matchLabels: { a: 'b' } } }",
        "spec: { maxUnavailable: '50%', selector: { matchLabels: { a: 'b' } } }",
        "update",
        "spec.maxUnavailable",
    ),
    kind(
        "network",
        "networking.v1.NetworkPolicy",
        "spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [] }",
        "spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 80 }] }] }",
        "update",
        "spec.ingress",
    ),
    kind("quota", "core.v1.ResourceQuota", quota("2000m"), quota("3"), "update", "spec.hard"),
    kind("limits", "core.v1.LimitRange", limits("0.5Gi"), limits("1Gi"), "update", "spec.limits[0].default.memory"),
    kind("role", "rbac.v1.Role", role("get"), role("list"), "update", "rules[0].verbs[0]"),
    kind("cluster-role", "rbac.v1.ClusterRole", role("get"), role("list"), "update", "rules[0].verbs[0]"),
    kind(
        "cluster-binding",
        "rbac.v1.ClusterRoleBinding",
        clusterBinding("one"),
        clusterBinding("two"),
        "replace",
        "roleRef.name",
    ),
    kind("binding", "rbac.v1.RoleBinding", binding("one"), binding("two"), "replace", "roleRef.name"),
];

function kind(name: string, token: string, before: string, after: string, op: KindCase["op"], path: string): KindCase {
    return { name, token, before, after, op, path };
}

function service(port: number): string {
    return `metadata: { annotations: { "pulumi.com/skipAwait": "true" } }, spec: { selector: { a: "b" }, ports: [{ port: ${port} }] }`;
}

function claim(size: string): string {
    const mode = size === "2Gi" ? "ReadWriteMany" : "ReadWriteOnce";
    return `spec: { accessModes: ["${mode}"], storageClassName: "standard", resources: { requests: { storage: "${size}" } } }`;
}

/** Empty values and quantities are written in forms that the server changes. */
function container(cpu: string): string {
    return `{ name: "c", image: "none:1", env: [{ name: "EMPTY", value: "" }], volumeMounts: [{ name: "v", mountPath: "/v", readOnly: false }],
        resources: { requests: { cpu: "${cpu}", memory: "0.5Gi" }, limits: { memory: "1024Mi" } } }`;
}

function deployment(cpu: string, app: string): string {
    return `spec: { replicas: 0, selector: { matchLabels: { app: "${app}" } }, template: { metadata: { labels: { app: "${app}" } },
        spec: { containers: [${container(cpu)}], volumes: [{ name: "v", emptyDir: { sizeLimit: "2048Mi" } }] } } }`;
}

function statefulSet(serviceName: string): string {
    return deployment("1", "set").replace("replicas: 0", `replicas: 0, serviceName: "${serviceName}"`);
}

function job(command: string): string {
    return `metadata: { annotations: { "pulumi.com/skipAwait": "true" } }, spec: { suspend: true, backoffLimit: 0,
        template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "none:1", command: ["${command}"] }] } } }`;
}

/** Quantities are written in forms that the server changes. */
function quota(cpu: string): string {
    return `spec: { hard: { "requests.cpu": "${cpu}", "requests.memory": "1024Mi", pods: "50" } }`;
}

function limits(memory: string): string {
    return `spec: { limits: [{ type: "Container", default: { memory: "${memory}" }, defaultRequest: { cpu: "1000m" } }] }`;
}

function role(verb: string): string {
    return `rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["${verb}"] }]`;
}

function clusterBinding(name: string): string {
    return binding(name).replace('kind: "Role"', 'kind: "ClusterRole"');
}

function binding(name: string): string {
    return `roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "${name}" }, subjects: [{ kind: "ServiceAccount", name: "default", namespace: "default" }]`;
}
