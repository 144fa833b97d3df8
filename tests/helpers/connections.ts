/** Real TCP connections, tried from inside pods and from this machine. */
import { createConnection } from "node:net";

import type { V1Pod } from "@kubernetes/client-node";

import { defaultServerVersion, deploymentImages } from "../../planning/versions.ts";
import type { Endpoint } from "./policySimulator.ts";
import type { TemporalStack } from "./temporalStack.ts";

/** One port of one end. */
export interface Target {
    readonly endpoint: Endpoint;
    readonly port: number;
}

/** An end from which connections can be tried. */
export interface Source extends Endpoint {
    /** Name of the pod; undefined for this machine. */
    readonly pod?: string;
    /** Shell of the pod's image: BusyBox with its `nc`, or bash. Default: BusyBox. */
    readonly shell?: "busybox" | "bash";
}

/** How long a connection may take, in seconds. What a policy forbids gets no answer; one packet may get lost. */
const patience = 3;

/** A target as it is written: `10.244.0.7:7233`. */
export function addressOf({ endpoint, port }: Target): string {
    return `${endpoint.address}:${port}`;
}

/** Addresses of those targets that took a connection; all are tried at the same time. */
export async function reached(
    stack: TemporalStack,
    source: Source,
    targets: readonly Target[],
): Promise<ReadonlySet<string>> {
    if (!source.pod || !source.namespace) return fromThisMachine(targets);
    const attempt = ({ endpoint: { address }, port }: Target) =>
        source.shell === "bash"
            ? `timeout ${patience} bash -c 'exec 3<>/dev/tcp/${address}/${port}'`
            : `nc -w ${patience} ${address} ${port} -e true`;
    const script = targets.map((target) => `(${attempt(target)} 2>/dev/null && echo ${addressOf(target)}) &`);
    const command = ["sh", "-c", [...script, "wait"].join("\n")];
    const { code, output } = await stack.kubectl("exec", "-n", source.namespace, source.pod, "--", ...command);
    if (code !== 0) throw new Error(`Connections from ${source.name} can't be tried: ${output}`);
    return new Set(output.match(/\d+\.\d+\.\d+\.\d+:\d+/g));
}

async function fromThisMachine(targets: readonly Target[]): Promise<ReadonlySet<string>> {
    const attempts = targets.map(
        (target) =>
            new Promise<string[]>((resolve) => {
                const socket = createConnection({ host: target.endpoint.address, port: target.port });
                const end = (addresses: string[]) => {
                    socket.destroy();
                    resolve(addresses);
                };
                socket.setTimeout(patience * 1000);
                socket.on("connect", () => end([addressOf(target)]));
                socket.on("timeout", () => end([])).on("error", () => end([]));
            }),
    );
    return new Set((await Promise.all(attempts)).flat());
}

/** A pod that does nothing, from which connections can be tried; admitted in deployments' namespaces too. */
export function idlePod(namespace: string, name: string, labels: Readonly<Record<string, string>> = {}): V1Pod {
    return {
        metadata: { name, namespace, labels: { ...labels } },
        spec: {
            terminationGracePeriodSeconds: 0,
            securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
                {
                    name: "main",
                    image: deploymentImages(defaultServerVersion).adminTools,
                    command: ["sleep", "infinity"],
                    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                },
            ],
        },
    };
}
