import type * as k8s from "@pulumi/kubernetes";

import type { ServiceName } from "../../planning/ports.ts";
import { podIpVariable } from "../../planning/serverConfig.ts";
import { restrictedContainer } from "../kubernetes.ts";

/** How long a pod waits before it starts all the same, in seconds: history being down must not keep the others from starting. */
const longestWait = 30;

/** Where history's pods are found, ready or not. */
export interface HistoryAddress {
    /** Full DNS name of its headless Service. */
    readonly host: string;
    /** gRPC port. */
    readonly port: number;
    readonly replicas: number;
}

/**
 * On an empty database every server pod tries to write the cluster's metadata, all but one fail, and those crash. So one
 * history pod goes first, the one with the lowest address; all other pods wait until it listens, which it does once the
 * metadata is written. In a running deployment history listens already and the wait is over at once.
 */
export function awaitClusterMetadata(
    service: ServiceName,
    image: string,
    history: HistoryAddress,
): k8s.types.input.core.v1.Container[] {
    const isHistory = service === "history";
    if (isHistory && history.replicas === 1) return [];
    const addresses = `nslookup ${history.host} 2>/dev/null | awk '/^Name:/ { found = 1 } found && /^Address/ { print $NF }' | sort -u`;
    const mayGoFirst = `[ "$first" = "$${podIpVariable}" ] && [ "$(echo "$all" | wc -l)" -ge ${history.replicas} ]`;
    const script = [
        `end=$(($(date +%s) + ${longestWait}))`,
        `while [ "$(date +%s)" -lt "$end" ]; do`,
        `  all=$(${addresses}); first=$(echo "$all" | head -n 1)`,
        ...(isHistory ? [`  if ${mayGoFirst}; then exit 0; fi`] : []),
        `  if [ -n "$first" ] && nc -w 1 "$first" ${history.port} </dev/null >/dev/null 2>&1; then exit 0; fi`,
        `  sleep 0.2`,
        `done`,
        `echo "history does not listen after ${longestWait} s; starting without it"`,
    ];
    return [
        {
            name: "await-cluster-metadata",
            image,
            command: ["sh", "-c", script.join("\n")],
            env: [{ name: podIpVariable, valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }],
            resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "200m", memory: "32Mi" } },
            securityContext: restrictedContainer,
        },
    ];
}
