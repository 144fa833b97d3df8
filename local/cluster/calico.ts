/**
 * Calico: pods' network, and who enforces NetworkPolicy in it. Its CNI plugin gives each pod a link of its own to the node;
 * Felix, its agent, keeps the node's packet filter as the policies say.
 */
import { nodeName, podCidr } from "./layout.ts";
import { pkiFiles } from "./pki.ts";

/** Calico keeps its own settings in Kubernetes, too. */
const group = "crd.projectcalico.org";

/** Where Felix tells whether it is ready. */
const healthPort = 9099;

/** Answers with status 200 once all policies are in force. */
export const felixProbe = `http://127.0.0.1:${healthPort}/readiness`;

/** Where the CNI plugin notes which pod has which address. Of no value after a restart, when no pod has one. */
export const addressesDir = "/run/cni";

/** Felix' settings. They come before those of a FelixConfiguration in the cluster. */
export const felixEnvironment: Readonly<Record<string, string>> = {
    DATASTORE_TYPE: "kubernetes",
    KUBECONFIG: pkiFiles.kubeconfig("calico"),
    // Not Calico's own management of addresses: the node's pods have one range.
    USE_POD_CIDR: "true",
    FELIX_DATASTORETYPE: "kubernetes",
    FELIX_FELIXHOSTNAME: nodeName,
    FELIX_HEALTHENABLED: "true",
    FELIX_HEALTHHOST: "127.0.0.1",
    FELIX_HEALTHPORT: String(healthPort),
    // As kube-proxy's, whose chains these stand before.
    FELIX_IPTABLESBACKEND: "NFT",
    // What pods send to the node itself: API server and DNS.
    FELIX_DEFAULTENDPOINTTOHOSTACTION: "ACCEPT",
    FELIX_IPV6SUPPORT: "false",
    FELIX_XDPENABLED: "false",
    FELIX_USAGEREPORTINGENABLED: "false",
    FELIX_LOGSEVERITYSCREEN: "WARNING",
    FELIX_LOGFILEPATH: "none",
    FELIX_LOGSEVERITYFILE: "none",
    FELIX_LOGSEVERITYSYS: "none",
    // Nobody else changes its sets of addresses: no need to look every ten seconds.
    FELIX_IPSETSREFRESHINTERVAL: "0",
};

/** What containerd's CNI is told. */
export function networkConfig(): string {
    return JSON.stringify({
        cniVersion: "0.4.0",
        name: nodeName,
        plugins: [
            {
                type: "calico",
                log_level: "error",
                datastore_type: "kubernetes",
                nodename: nodeName,
                nodename_file_optional: true,
                policy: { type: "k8s" },
                kubernetes: { kubeconfig: pkiFiles.kubeconfig("calico") },
                ipam: {
                    type: "host-local",
                    dataDir: addressesDir,
                    ranges: [[{ subnet: podCidr }]],
                },
            },
        ],
    });
}

/** Kinds that Felix reads, and those that are in a namespace. Their schemas are Calico's matter: any content is taken. */
const kinds = {
    BGPConfiguration: "bgpconfigurations",
    ClusterInformation: "clusterinformations",
    FelixConfiguration: "felixconfigurations",
    GlobalNetworkPolicy: "globalnetworkpolicies",
    GlobalNetworkSet: "globalnetworksets",
    HostEndpoint: "hostendpoints",
    IPPool: "ippools",
    NetworkPolicy: "networkpolicies",
    NetworkSet: "networksets",
} as const;
const namespaced = ["NetworkPolicy", "NetworkSet"];

function definition(kind: string, plural: string) {
    const name = `${plural}.${group}`;
    return {
        path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`,
        object: {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name },
            spec: {
                group,
                names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
                scope: namespaced.includes(kind) ? "Namespaced" : "Cluster",
                versions: [
                    {
                        name: "v1",
                        served: true,
                        storage: true,
                        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
                    },
                ],
            },
        },
    };
}

/** What Felix and the CNI plugin may do; both are the user `system:calico`. */
export const calicoRules = [
    {
        apiGroups: [""],
        resources: ["pods", "nodes", "namespaces", "services", "serviceaccounts"],
        verbs: ["get", "list", "watch"],
    },
    // The plugin notes a pod's address there, for Felix.
    { apiGroups: [""], resources: ["pods/status"], verbs: ["patch"] },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
    { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["list", "watch"] },
    { apiGroups: [group], resources: Object.values(kinds), verbs: ["get", "list", "watch"] },
];

/** The kinds, and the one object without which Felix and the CNI plugin wait. */
export const calicoObjects = [
    ...Object.entries(kinds).map(([kind, plural]) => definition(kind, plural)),
    {
        path: `/apis/${group}/v1/${kinds.ClusterInformation}/default`,
        object: {
            apiVersion: `${group}/v1`,
            kind: "ClusterInformation",
            metadata: { name: "default" },
            spec: { datastoreReady: true },
        },
    },
] as const;
