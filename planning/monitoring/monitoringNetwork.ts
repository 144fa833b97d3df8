/** Who may open connections to whom among the parts of the monitoring, and from them to what they watch. */
import { componentLabel, partOfTemporal, selectorLabels } from "../labels.ts";
import {
    type Clients,
    databaseClientEgress,
    dns,
    fromClients,
    namespaceNamed,
    policy,
    type PostgresqlTarget,
    tcp,
} from "../networkPolicyRules.ts";
import type { EgressRule, NetworkPolicyPlan, Peer } from "../networkPolicySpec.ts";
import { metricsPort, serviceNames } from "../ports.ts";
import { workerLabel } from "./relabeling.ts";
import { monitoringPorts } from "./scrapeConfig.ts";

/** What the policies of the monitoring follow from. */
export type MonitoringNetwork =
    | { readonly mode: "none" }
    | { readonly mode: "operator"; readonly postgresql: PostgresqlTarget; readonly prometheusNamespace: string }
    | {
          readonly mode: "bundled";
          readonly postgresql: PostgresqlTarget;
          /** Who may open the pages of Prometheus, Alertmanager and Grafana. */
          readonly clients: Clients;
          readonly grafana: boolean;
          /** Ports at which receivers of alerts are reached; undefined: any; empty: there is no receiver. */
          readonly receiverPorts: readonly number[] | undefined;
      };

/** Pods of a part in the platform's namespace, as seen from that namespace. */
const part = (name: string): Peer => ({ podSelector: { matchLabels: selectorLabels("platform", name) } });
const select = (name: string) => ({ matchLabels: selectorLabels("platform", name) });

/**
 * The API server: what its Service stands for is an address that no selector selects, at the ports that Kubernetes and
 * those who host it use.
 */
const kubernetesApi: EgressRule = { ports: [tcp(443), tcp(6443)] };

/** Pods that read the metrics of what runs: ours, or all of the operator's namespace. */
export function metricsReaders(
    monitoring:
        { readonly mode: "none" | "bundled" } | { readonly mode: "operator"; readonly prometheusNamespace: string },
    platformNamespace: string,
): readonly Peer[] {
    if (monitoring.mode === "none") return [];
    if (monitoring.mode === "operator") {
        return [{ namespaceSelector: namespaceNamed(monitoring.prometheusNamespace) }];
    }
    return [{ namespaceSelector: namespaceNamed(platformNamespace), ...part("prometheus") }];
}

/** Policies of the monitoring's pods, all in the platform's namespace. */
export function monitoringNetworkPolicies(network: MonitoringNetwork): readonly NetworkPolicyPlan[] {
    if (network.mode === "none") return [];
    const reader = network.mode === "operator" ? metricsReaders(network, "")[0] : part("prometheus");
    const from = reader ? [reader] : [];
    const exporter = policy(
        "postgres-exporter",
        select("postgres-exporter"),
        [{ from, ports: [tcp(monitoringPorts.postgresExporter)] }],
        [databaseClientEgress(network.postgresql), dns],
    );
    if (network.mode === "operator") return [exporter];
    const { prometheus, alertmanager, kubeStateMetrics, grafana } = monitoringPorts;
    const servers: Peer = {
        namespaceSelector: {},
        podSelector: {
            matchLabels: partOfTemporal,
            matchExpressions: [{ key: componentLabel, operator: "In", values: serviceNames }],
        },
    };
    const workers: Peer = {
        namespaceSelector: {},
        podSelector: { matchExpressions: [{ key: workerLabel, operator: "Exists" }] },
    };
    const others = [
        { to: [part("alertmanager")], ports: [tcp(alertmanager)] },
        { to: [part("kube-state-metrics")], ports: [tcp(kubeStateMetrics)] },
        { to: [part("postgres-exporter")], ports: [tcp(monitoringPorts.postgresExporter)] },
    ];
    return [
        policy(
            "prometheus",
            select("prometheus"),
            [
                ...(network.grafana ? [{ from: [part("grafana")], ports: [tcp(prometheus)] }] : []),
                ...fromClients(network.clients, [tcp(prometheus)]),
            ],
            [
                { to: [servers], ports: [tcp(metricsPort)] },
                // Workers serve their metrics at whichever port they call so.
                { to: [workers] },
                ...others,
                { ports: [tcp(monitoringPorts.kubelet)] },
                // And Temporal Cloud, at 443.
                kubernetesApi,
                dns,
            ],
        ),
        policy(
            "alertmanager",
            select("alertmanager"),
            [{ from, ports: [tcp(alertmanager)] }, ...fromClients(network.clients, [tcp(alertmanager)])],
            [...receiverEgress(network.receiverPorts), dns],
        ),
        policy(
            "kube-state-metrics",
            select("kube-state-metrics"),
            [{ from, ports: [tcp(kubeStateMetrics)] }],
            [kubernetesApi],
        ),
        exporter,
        ...(network.grafana
            ? [
                  policy("grafana", select("grafana"), fromClients(network.clients, [tcp(grafana)]), [
                      { to: [part("prometheus")], ports: [tcp(prometheus)] },
                      dns,
                  ]),
              ]
            : []),
    ];
}

/** What receivers' host names stand for can't be written in a policy: their ports to anywhere. */
function receiverEgress(ports: readonly number[] | undefined): EgressRule[] {
    if (ports === undefined) return [{}];
    return ports.length > 0 ? [{ ports: ports.map(tcp) }] : [];
}
