/** The one link between host and node, and the host's two routes over it. */
import { existsSync } from "node:fs";
import { execa } from "execa";
import { UserError } from "../userError.ts";
import type { Tool } from "../toolchain/tools.ts";
import { instead } from "./machine.ts";
import { hostAddress, linkCidr, nodeAddress, nodeName, podCidr, serviceCidr } from "./layout.ts";

/** The host's end. */
const hostLink = nodeName;

/** There as long as the link is. */
const linkFolder = `/sys/class/net/${hostLink}`;

/** Routes wider than this (a company's VPN for all of 10.0.0.0/8) leave room for narrower ones; in bits. */
const widestInTheWay = 12;

interface Range {
    readonly first: number;
    readonly last: number;
    readonly bits: number;
}

function parseRange(cidr: string): Range {
    const [address = "", prefix = "32"] = cidr.split("/");
    const bits = Number(prefix);
    const size = 2 ** (32 - bits);
    const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    const first = value - (value % size);
    return { first, last: first + size - 1, bits };
}

/** A route of the host, as `ip -json route` prints it. */
export interface HostRoute {
    readonly dst: string;
    readonly dev?: string;
}

/** The first of the host's routes that is in the way of the node's addresses, with the addresses in question, or undefined. */
export function routeInTheWay(
    routes: readonly HostRoute[],
): { readonly route: HostRoute; readonly cidr: string } | undefined {
    for (const cidr of [linkCidr, podCidr, serviceCidr]) {
        const wanted = parseRange(cidr);
        const route = routes.find(({ dst, dev }) => {
            if (dst === "default" || dev === hostLink) return false;
            const taken = parseRange(dst);
            return taken.bits >= widestInTheWay && taken.first <= wanted.last && wanted.first <= taken.last;
        });
        if (route) return { route, cidr };
    }
    return undefined;
}

function run(ip: Tool, args: readonly string[], input?: string) {
    return execa(ip.path, args, { env: { ...ip.env }, ...(input !== undefined && { input }) });
}

/**
 * Throws a UserError if other networks of the host use the node's addresses.
 */
export async function checkAddresses(ip: Tool): Promise<void> {
    const { stdout } = await run(ip, ["-4", "-json", "route", "show", "table", "all"]);
    const found = routeInTheWay(JSON.parse(stdout || "[]") as HostRoute[]);
    if (!found) return;
    throw new UserError(
        `The local Kubernetes node uses the addresses ${found.cidr}, but this machine has a route to ${found.route.dst}` +
            `${found.route.dev === undefined ? "" : ` over ${found.route.dev}`}: take that network down first, or do without the local node. ${instead}`,
    );
}

/** Joins host and node. Does nothing that is done already, so it also mends what is half done. */
export async function ensureNetwork(ip: Tool, nodePid: number): Promise<void> {
    if (!existsSync(linkFolder)) {
        await run(ip, ["link", "add", hostLink, "type", "veth", "peer", "name", "eth0", "netns", String(nodePid)]);
    }
    await execa("nsenter", [`--net=/proc/${nodePid}/ns/net`, ip.path, "-batch", "-"], {
        env: { ...ip.env },
        input: [
            "link set lo up",
            "link set eth0 up",
            `address replace ${nodeAddress}/30 dev eth0`,
            `route replace default via ${hostAddress}`,
            // Each pod has a route of its own. What is for none of them would go back and forth between node and host.
            `route replace unreachable ${podCidr}`,
        ].join("\n"),
    });
    const batch = [
        `address replace ${hostAddress}/30 dev ${hostLink}`,
        `link set ${hostLink} up`,
        `route replace ${podCidr} via ${nodeAddress}`,
        `route replace ${serviceCidr} via ${nodeAddress}`,
    ];
    await run(ip, ["-batch", "-"], batch.join("\n"));
}

/** Removes the link, and with it the routes. */
export async function removeNetwork(ip: Tool): Promise<void> {
    if (!existsSync(linkFolder)) return;
    await run(ip, ["link", "delete", hostLink]).catch((error: unknown) => {
        // The kernel removes it too, some time after the node's end.
        if (existsSync(linkFolder)) throw error;
    });
}
