/** Which address the local node's next pod gets. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { addressesDir } from "../../local/cluster/calico.ts";
import { nodeName } from "../../local/cluster/layout.ts";
import { nodePid } from "../../local/cluster/nodeProcess.ts";

/** The notes of the CNI plugin `host-local`, seen from this machine. */
function notes(): string {
    return join(`/proc/${nodePid() ?? 0}/root`, addressesDir, nodeName);
}

/** Whether a pod has this address; it is free a moment after its pod has ended. */
export function isTaken(address: string): boolean {
    return existsSync(join(notes(), address));
}

/** Makes an address the first one that is tried for the next pod, whoever makes that. Addresses are given in turn. */
export function offer(address: string): void {
    const parts = address.split(".");
    const before = [...parts.slice(0, 3), Number(parts[3]) - 1].join(".");
    writeFileSync(join(notes(), "last_reserved_ip.0"), before);
}
