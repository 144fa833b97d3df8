/** The node's programs that come as Debian packages where the machine doesn't have them. */
import { existsSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { arch } from "node:process";
import type { Report } from "../progress.ts";
import { parseVersion } from "./executables.ts";
import { unpackPackages } from "./debian.ts";

const nodePackages = {
    name: "node",
    packages: [
        "etcd-server",
        "containerd",
        "runc",
        "containernetworking-plugins",
        "iptables",
        "ipset",
        "conntrack",
        "iproute2",
    ],
    withSystemLibraries: false,
} as const;

/** Programs of the set and the package of each. */
export const debianPrograms = {
    etcd: "etcd-server",
    containerd: "containerd",
    "containerd-shim-runc-v2": "containerd",
    ctr: "containerd",
    runc: "runc",
    iptables: "iptables",
    ipset: "ipset",
    conntrack: "conntrack",
    ip: "iproute2",
} as const;

/** What an installation would link through update-alternatives; all are one program that looks at its name. */
const iptablesNames = [
    "iptables",
    "iptables-save",
    "iptables-restore",
    "ip6tables",
    "ip6tables-save",
    "ip6tables-restore",
];

const libraries = arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";

/** The unpacked programs. */
export interface NodePrograms {
    /** Throws when the set holds no such program. */
    find(program: keyof typeof debianPrograms): { readonly path: string; readonly version: string };
    /** Folder of the CNI plugins. */
    readonly cniPlugins: string;
    /** What each of them needs in its environment to find its libraries. */
    readonly env: Readonly<Record<string, string>>;
}

/** Unpacks the set on first use. Throws a UserError where there is no apt. */
export async function nodePrograms(report: Report): Promise<NodePrograms> {
    const { root, versions } = await unpackPackages(nodePackages, report);
    for (const name of iptablesNames) {
        const path = join(root, "usr/sbin", name);
        if (!existsSync(path)) await symlink("xtables-nft-multi", path);
    }
    return {
        find(program) {
            const path = ["usr/sbin", "usr/bin", "sbin", "bin"]
                .map((folder) => join(root, folder, program))
                .find(existsSync);
            if (path === undefined) throw new Error(`Debian's ${debianPrograms[program]} holds no ${program}`);
            return { path, version: parseVersion(versions[debianPrograms[program]] ?? "") ?? "unknown" };
        },
        cniPlugins: join(root, "usr/lib/cni"),
        env: {
            LD_LIBRARY_PATH: [join(root, "usr/lib", libraries), join(root, "lib", libraries)].join(delimiter),
            XTABLES_LIBDIR: join(root, "usr/lib", libraries, "xtables"),
        },
    };
}
