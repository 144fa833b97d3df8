/** The configuration files of the node's programs. */
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cniPlugins, type Tool } from "../toolchain/tools.ts";
import { versions } from "../toolchain/versions.ts";
import { networkConfig } from "./calico.ts";
import { clusterDir, clusterDomain, containerdSocket, nodeAddress, nodeName } from "./layout.ts";
import { pkiFiles } from "./pki.ts";

/** The image of the container that holds a pod's namespaces. */
export const pauseImage = `registry.k8s.io/pause:${versions.pause}`;

/** One file below `clusterDir`, or a link to a program elsewhere. */
type ConfigFile = { readonly path: string } & ({ readonly content: string } | { readonly target: string });

/** All CNI plugins in one folder, which is as many as containerd takes. */
const networkPlugins = join(clusterDir, "cni", "plugins");

/** Where they are. */
export const configPaths = {
    containerd: join(clusterDir, "containerd.toml"),
    network: join(clusterDir, "cni", "config", "calico.conflist"),
    kubelet: join(clusterDir, "kubelet.json"),
    coredns: join(clusterDir, "Corefile"),
    resolver: join(clusterDir, "resolv.conf"),
} as const;

/** State of containerd and its shims: a folder of the node's own /run, gone with it. */
const containerdState = "/run/containerd";

/** Readable as TOML as well: strings only. */
const quote = (text: string) => JSON.stringify(text);

function containerdConfig(runc: Tool): string {
    const cri = `plugins."io.containerd.grpc.v1.cri"`;
    return `version = 2
root = ${quote(join(clusterDir, "containerd"))}
state = ${quote(containerdState)}
# Would make /opt/containerd on the host.
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
  address = ${quote(containerdSocket)}
[${cri}]
  sandbox_image = ${quote(pauseImage)}
  netns_mounts_under_state_dir = true
  # Without CAP_SYS_RESOURCE nobody may ask for better protection from the OOM killer than he has.
  restrict_oom_score_adj = true
  disable_apparmor = true
[${cri}.cni]
  bin_dir = ${quote(networkPlugins)}
  conf_dir = ${quote(dirname(configPaths.network))}
[${cri}.containerd]
  snapshotter = "overlayfs"
[${cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
  BinaryName = ${quote(runc.path)}
  SystemdCgroup = false
`;
}

function kubeletConfig(): string {
    return JSON.stringify({
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        authentication: {
            anonymous: { enabled: false },
            webhook: { enabled: true },
            x509: { clientCAFile: pkiFiles.authority },
        },
        authorization: { mode: "Webhook" },
        tlsCertFile: pkiFiles.certificate("kubelet"),
        tlsPrivateKeyFile: pkiFiles.key("kubelet"),
        address: nodeAddress,
        containerRuntimeEndpoint: `unix://${containerdSocket}`,
        cgroupDriver: "cgroupfs",
        cgroupRoot: `/${nodeName}`,
        failCgroupV1: false,
        // A changed ConfigMap reaches the files of its pods in ten seconds, not in a minute: one node has time for that.
        syncFrequency: "10s",
        // All of the machine is there for pods, swap included.
        enforceNodeAllocatable: [],
        failSwapOn: false,
        resolvConf: configPaths.resolver,
        clusterDNS: [nodeAddress],
        clusterDomain,
        volumePluginDir: join(clusterDir, "volume-plugins"),
        // People's disks are rather full, and images that were built here can't be pulled again.
        evictionHard: { "memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
        imageGCHighThresholdPercent: 100,
    });
}

function coreFile(): string {
    const zones = `${clusterDomain} in-addr.arpa ip6.arpa`;
    return `${zones} {
    bind ${nodeAddress}
    errors
    ready 127.0.0.1:8181
    kubernetes ${zones} {
        kubeconfig ${pkiFiles.kubeconfig("coredns")}
        pods insecure
        ttl 5
    }
}
# The node has no way out: other names don't exist.
. {
    bind ${nodeAddress}
    template ANY ANY {
        rcode NXDOMAIN
    }
}
`;
}

/** The configuration files' contents, for telling whether any changed. Writes nothing. */
export function configFiles(
    tools: Readonly<Record<"runc" | "calico", Tool>>,
    pluginsDirectory: string,
): readonly ConfigFile[] {
    return [
        { path: configPaths.containerd, content: containerdConfig(tools.runc) },
        { path: configPaths.network, content: networkConfig() },
        { path: join(networkPlugins, "calico"), target: tools.calico.path },
        ...cniPlugins.map((plugin) => ({
            path: join(networkPlugins, plugin),
            target: join(pluginsDirectory, plugin),
        })),
        { path: configPaths.kubelet, content: kubeletConfig() },
        { path: configPaths.coredns, content: coreFile() },
        // What pods with dnsPolicy Default get: there is no resolver but the node's.
        { path: configPaths.resolver, content: `nameserver ${nodeAddress}\n` },
    ];
}

/** Writes the configPaths. */
export async function writeConfigFiles(all: readonly ConfigFile[]): Promise<void> {
    for (const file of all) {
        await mkdir(dirname(file.path), { recursive: true });
        if ("content" in file) await writeFile(file.path, file.content);
        else {
            await rm(file.path, { force: true });
            await symlink(file.target, file.path);
        }
    }
}
