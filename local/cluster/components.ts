/** The node's programs with their command lines. */
import { delimiter, dirname, join } from "node:path";
import type { Tool } from "../toolchain/tools.ts";
import { felixEnvironment, felixProbe } from "./calico.ts";
import { configPaths } from "./configFiles.ts";
import {
    apiServerUrl,
    clusterDir,
    clusterDomain,
    containerdSocket,
    nodeAddress,
    nodeName,
    podCidr,
    serviceCidr,
} from "./layout.ts";
import { pkiFiles } from "./pki.ts";
import type { Identity } from "./pki.ts";
import type { Component } from "./supervision.ts";

/** Programs that run in the node. */
export const nodeTools = [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
    "etcd",
    "containerd",
    "containerd-shim-runc-v2",
    "runc",
    "coredns",
    "iptables",
    "ipset",
    "calico",
    "calico-felix",
] as const;

/** Where each of them is. */
export type NodeTools = Readonly<Record<(typeof nodeTools)[number], Tool>>;

/** What all programs find in their environment: each other, and the libraries of those that came as packages. */
export function nodeEnvironment(tools: NodeTools): Readonly<Record<string, string>> {
    const all = Object.values(tools);
    const unique = (values: readonly string[]) => [...new Set(values)].join(delimiter);
    const environment: Record<string, string> = {
        PATH: unique([
            ...all.map(({ path }) => dirname(path)),
            "/usr/local/sbin",
            "/usr/local/bin",
            "/usr/sbin",
            "/usr/bin",
            "/sbin",
            "/bin",
        ]),
    };
    for (const name of new Set(all.flatMap(({ env }) => Object.keys(env ?? {})))) {
        environment[name] = unique(all.flatMap(({ env }) => env?.[name] ?? []));
    }
    return environment;
}

function flags(values: Readonly<Record<string, string | number | boolean>>): string[] {
    return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

function serving(identity: Identity): Record<string, string> {
    return { "tls-cert-file": pkiFiles.certificate(identity), "tls-private-key-file": pkiFiles.key(identity) };
}

/** etcd, seen in the node only. */
const etcdUrl = "http://127.0.0.1:2379";

function apiServerFlags(): string[] {
    return flags({
        "bind-address": nodeAddress,
        "advertise-address": nodeAddress,
        "secure-port": new URL(apiServerUrl).port,
        "etcd-servers": etcdUrl,
        "service-cluster-ip-range": serviceCidr,
        "authorization-mode": "Node,RBAC",
        "enable-admission-plugins": "NodeRestriction",
        "allow-privileged": true,
        "client-ca-file": pkiFiles.authority,
        ...serving("kube-apiserver"),
        "kubelet-client-certificate": pkiFiles.certificate("kubelet-client"),
        "kubelet-client-key": pkiFiles.key("kubelet-client"),
        "kubelet-certificate-authority": pkiFiles.authority,
        "kubelet-preferred-address-types": "InternalIP",
        "service-account-issuer": `https://kubernetes.default.svc.${clusterDomain}`,
        "service-account-key-file": pkiFiles.serviceAccountPublicKey,
        "service-account-signing-key-file": pkiFiles.serviceAccountKey,
        profiling: false,
    });
}

function controllerManagerFlags(): string[] {
    const kubeconfig = pkiFiles.kubeconfig("kube-controller-manager");
    return flags({
        kubeconfig,
        "authentication-kubeconfig": kubeconfig,
        "authorization-kubeconfig": kubeconfig,
        "bind-address": "127.0.0.1",
        ...serving("kube-controller-manager"),
        "leader-elect": false,
        "use-service-account-credentials": true,
        "service-account-private-key-file": pkiFiles.serviceAccountKey,
        "root-ca-file": pkiFiles.authority,
        "enable-hostpath-provisioner": true,
        "flex-volume-plugin-dir": join(clusterDir, "volume-plugins"),
        profiling: false,
    });
}

function schedulerFlags(): string[] {
    const kubeconfig = pkiFiles.kubeconfig("kube-scheduler");
    return flags({
        kubeconfig,
        "authentication-kubeconfig": kubeconfig,
        "authorization-kubeconfig": kubeconfig,
        "bind-address": "127.0.0.1",
        ...serving("kube-scheduler"),
        "leader-elect": false,
        profiling: false,
    });
}

function proxyFlags(): string[] {
    return flags({
        kubeconfig: pkiFiles.kubeconfig("kube-proxy"),
        "hostname-override": nodeName,
        "bind-address": nodeAddress,
        "metrics-bind-address": "127.0.0.1:10249",
        "healthz-bind-address": "127.0.0.1:10256",
        "proxy-mode": "iptables",
        "cluster-cidr": podCidr,
        // The machine's own limits of connections stay as they are.
        "conntrack-max-per-core": 0,
        "conntrack-tcp-timeout-established": 0,
        "conntrack-tcp-timeout-close-wait": 0,
    });
}

/** The node's programs, in the order in which they become ready. */
export function components(tools: NodeTools): readonly Component[] {
    return [
        {
            name: "containerd",
            command: [tools.containerd.path, "--config", configPaths.containerd],
            after: [],
            probe: `unix:${containerdSocket}`,
        },
        {
            name: "etcd",
            command: [
                tools.etcd.path,
                ...flags({
                    name: nodeName,
                    "data-dir": join(clusterDir, "etcd"),
                    "listen-client-urls": etcdUrl,
                    "advertise-client-urls": etcdUrl,
                    "listen-peer-urls": "http://127.0.0.1:2380",
                }),
            ],
            after: [],
            probe: `${etcdUrl}/health`,
        },
        {
            name: "kube-apiserver",
            command: [tools["kube-apiserver"].path, ...apiServerFlags()],
            after: ["etcd"],
            probe: `${apiServerUrl}/readyz`,
        },
        {
            name: "kube-controller-manager",
            command: [tools["kube-controller-manager"].path, ...controllerManagerFlags()],
            after: ["kube-apiserver"],
            probe: "https://127.0.0.1:10257/healthz",
        },
        {
            name: "kube-scheduler",
            command: [tools["kube-scheduler"].path, ...schedulerFlags()],
            after: ["kube-apiserver"],
            probe: "https://127.0.0.1:10259/healthz",
        },
        {
            name: "calico-felix",
            // The machine's own /etc/calico/felix.cfg is not for this one.
            command: [tools["calico-felix"].path, "--config-file=/dev/null"],
            environment: felixEnvironment,
            after: ["kube-apiserver"],
            probe: felixProbe,
        },
        {
            name: "kubelet",
            command: [
                tools.kubelet.path,
                ...flags({
                    config: configPaths.kubelet,
                    kubeconfig: pkiFiles.kubeconfig("kubelet"),
                    "hostname-override": nodeName,
                    "node-ip": nodeAddress,
                    // For cAdvisor: without it, its metrics of containers name neither container nor pod.
                    containerd: containerdSocket,
                }),
            ],
            // No pod runs while nobody enforces policies.
            after: ["containerd", "kube-apiserver", "calico-felix"],
            probe: "http://127.0.0.1:10248/healthz",
        },
        {
            name: "kube-proxy",
            command: [tools["kube-proxy"].path, ...proxyFlags()],
            after: ["kubelet"],
            probe: "http://127.0.0.1:10256/healthz",
        },
        {
            name: "coredns",
            command: [tools.coredns.path, "-conf", configPaths.coredns],
            after: ["kube-apiserver"],
            probe: "http://127.0.0.1:8181/ready",
        },
    ];
}
