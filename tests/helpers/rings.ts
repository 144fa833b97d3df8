/** The rings of a deployment (membership of each service, as gossip tells it) beside the pods that it really has. */
import { componentLabel } from "../../planning/labels.ts";
import { type DeploymentPorts, type ServiceName, serviceNames } from "../../planning/ports.ts";
import type { TemporalStack } from "./temporalStack.ts";

/** A deployment whose rings are looked at. */
export interface Ringed {
    /** Kubernetes namespace. */
    readonly namespace: string;
    /** Ports that its pods listen on. */
    readonly ports: DeploymentPorts;
}

/** Members of each service as `address:gRPC port`, sorted. */
export type Members = Readonly<Record<ServiceName, readonly string[]>>;

/** A pod of a server. */
export interface ServerPod {
    readonly name: string;
    readonly service: ServiceName;
    /** Empty before it has one. */
    readonly address: string;
    readonly uid: string;
}

/** Server pods that aren't going away. */
export async function serverPods(stack: TemporalStack, { namespace }: Ringed): Promise<ServerPod[]> {
    const { items } = await stack.core.listNamespacedPod({ namespace });
    return items
        .filter(({ metadata }) => !metadata?.deletionTimestamp)
        .map(({ metadata, status }) => ({
            name: metadata?.name ?? "",
            service: metadata?.labels?.[componentLabel] as ServiceName,
            address: status?.podIP ?? "",
            uid: metadata?.uid ?? "",
        }))
        .filter(({ service }) => serviceNames.includes(service));
}

/** What the rings have to be: the pods that there are. */
export async function podMembers(stack: TemporalStack, deployment: Ringed): Promise<Members> {
    const pods = await serverPods(stack, deployment);
    return membersOf((service) =>
        pods
            .filter((pod) => pod.service === service)
            .map(({ address }) => `${address}:${deployment.ports[service].grpc}`),
    );
}

/** What the rings are, in the eyes of a frontend. Undefined while no frontend answers. */
export async function gossipMembers(stack: TemporalStack, { namespace }: Ringed): Promise<Members | undefined> {
    const script = serviceNames.map((service) => `tdbg membership list-gossip --role ${service}`).join(" && ");
    const command = ["exec", "-n", namespace, "deploy/temporal-admin-tools", "--", "sh", "-c", script];
    const { code, output } = await stack.kubectl(...command);
    if (code !== 0) return undefined;
    return membersOf((service) => {
        const [, ring = ""] = new RegExp(`"role": "${service}",([^\\]]*)`).exec(output) ?? [];
        return ring.match(/\d+\.\d+\.\d+\.\d+:\d+/g) ?? [];
    });
}

/** Every member of any ring that a living pod of the deployment has ever logged, in any of its containers so far. */
export async function loggedMembers(stack: TemporalStack, deployment: Ringed): Promise<ReadonlySet<string>> {
    const pods = await serverPods(stack, deployment);
    const logs = await Promise.all(
        pods.map(({ name, service }) => stack.kubectl("logs", "-n", deployment.namespace, name, "-c", service)),
    );
    const lines = logs
        .flatMap(({ output }) => output.split("\n"))
        .filter((line) => line.includes('"Current reachable members"'));
    return new Set(lines.flatMap((line) => (JSON.parse(line) as { addresses: string[] }).addresses));
}

function membersOf(list: (service: ServiceName) => readonly string[]): Members {
    return Object.fromEntries(
        serviceNames.map((service) => [service, [...list(service)].sort()]),
    ) as unknown as Members;
}
