/** Names, addresses and folders of the local node. The addresses are fixed: people write them down and bookmark them. */
import { join } from "node:path";
import { stateDir } from "../paths.ts";

/** Name of the node object, of the link on the host, of the cgroup, and of the kubeconfig's context. */
export const nodeName = "temporal-local";

/** The host's end of the link that joins it to the node. */
export const hostAddress = "10.243.0.1";

/** The node's end of the link: API server, kubelet and DNS listen here. */
export const nodeAddress = "10.243.0.2";

/** The network of the two ends above. */
export const linkCidr = "10.243.0.0/30";

/** Addresses of pods. */
export const podCidr = "10.244.0.0/24";

/** Addresses of Services. */
export const serviceCidr = "10.96.0.0/16";

/** The first of the Services' addresses: where pods find the API server. */
export const apiServiceAddress = "10.96.0.1";

/** The API server, as seen from the host and from the node. */
export const apiServerUrl = `https://${nodeAddress}:6443`;

/** DNS domain of the cluster. */
export const clusterDomain = "cluster.local";

/** Everything the node keeps on disk. */
export const clusterDir = join(stateDir, "cluster");

/** The administrator's kubeconfig. */
export const kubeconfigPath = join(stateDir, "kubeconfig");

/** Sockets and whatever need not survive a reboot. Short, as a socket's path has at most 107 bytes. */
export const runtimeDir = `/run/${nodeName}`;

/** Where containerd listens. */
export const containerdSocket = join(runtimeDir, "containerd.sock");

/** Where the supervisor tells how its components are. */
export const supervisorSocket = join(runtimeDir, "supervisor.sock");

/**
 * Folders whose place is built into Kubernetes' programs. Inside the node's mount namespace they show folders of
 * `clusterDir`, or memory (undefined) for what a restart makes void; on the host they stay empty.
 */
export const mountPoints: readonly { readonly path: string; readonly source: string | undefined }[] = [
    { path: "/var/lib/kubelet", source: join(clusterDir, "kubelet") },
    { path: "/var/log/pods", source: join(clusterDir, "pod-logs") },
    { path: "/var/log/containers", source: undefined },
    { path: "/var/lib/cni", source: undefined },
    { path: "/var/lib/calico", source: undefined },
    { path: "/tmp/hostpath_pv", source: join(clusterDir, "volumes") },
];
