/** The programs that the local cluster and its commands run: the machine's own where they fit, else cached ones. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Report } from "../progress.ts";
import { ensureModule } from "./ensureModule.ts";
import { findFitting, type VersionRule } from "./executables.ts";
import {
    alertmanager,
    calico,
    coredns,
    type GoModule,
    kubernetes,
    prometheus,
    pulumi,
    temporalCli,
} from "./goModules.ts";
import { debianPrograms, nodePrograms } from "./nodePackages.ts";

/** Where each program built from a Go module comes from. */
const builtPrograms = {
    "kube-apiserver": kubernetes,
    "kube-controller-manager": kubernetes,
    "kube-scheduler": kubernetes,
    kubelet: kubernetes,
    "kube-proxy": kubernetes,
    kubectl: kubernetes,
    coredns,
    calico,
    "calico-felix": calico,
    pulumi,
    temporal: temporalCli,
    promtool: prometheus,
    amtool: alertmanager,
} as const satisfies Record<string, GoModule>;

/** A program that `ensureTools` knows. */
export type ToolName = keyof typeof builtPrograms | keyof typeof debianPrograms;

/** A program that is ready to run. */
export interface Tool {
    readonly path: string;
    readonly version: string;
    readonly origin: "machine" | "downloaded" | "built" | "debian";
    /** To be added to its environment. Default: nothing. */
    readonly env?: Readonly<Record<string, string>>;
}

/**
 * Programs that people install themselves, and which versions fit: kubectl goes with an API server one minor version away,
 * Pulumi with an SDK of its major version; promtool and amtool judge rules and settings as the servers of their version do, so
 * they must not be older than these; of the node's parts, older ones lack what its configuration uses.
 */
const machineRules: Partial<Record<ToolName, VersionRule>> = {
    kubectl: { arguments: ["version", "--client"], atLeast: "1.33", below: "1.36" },
    pulumi: { arguments: ["version"], atLeast: "3.250", below: "4" },
    temporal: { arguments: ["--version"], atLeast: "1.5", below: "2" },
    promtool: { arguments: ["--version"], atLeast: "3.7", below: "4" },
    amtool: { arguments: ["--version"], atLeast: "0.31", below: "1" },
    etcd: { arguments: ["--version"], atLeast: "3.4", below: "4" },
    containerd: { arguments: ["--version"], atLeast: "1.6", below: "3" },
    "containerd-shim-runc-v2": { arguments: ["-v"], atLeast: "1.6", below: "3" },
    ctr: { arguments: ["--version"], atLeast: "1.6", below: "3" },
    runc: { arguments: ["--version"], atLeast: "1.1", below: "2" },
    iptables: { arguments: ["--version"], atLeast: "1.8", below: "2" },
    conntrack: { arguments: ["--version"], atLeast: "1.4", below: "2" },
    ipset: { arguments: ["--version"], atLeast: "7.1", below: "8" },
    ip: { arguments: ["-V"], atLeast: "4", below: "100" },
};

/** CNI plugins that the node's network needs besides Calico's own. */
export const cniPlugins = ["host-local", "loopback"] as const;

/** Where distributions and release archives put them. */
const cniDirectories = ["/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni"];

async function findOnMachine(name: ToolName): Promise<Tool | undefined> {
    const rule = machineRules[name];
    const found = rule && (await findFitting(name, rule));
    return found && { ...found, origin: "machine" };
}

function isBuilt(name: ToolName): name is keyof typeof builtPrograms {
    return name in builtPrograms;
}

/**
 * Finds each program on the machine in a fitting version, else in the cache, else downloads or builds it.
 * Throws a UserError that says what is missing where none of these is possible.
 */
export async function ensureTools<Name extends ToolName>(
    names: readonly Name[],
    report: Report,
): Promise<Readonly<Record<Name, Tool>>> {
    const tools: Partial<Record<ToolName, Tool>> = {};
    await Promise.all(names.map(async (name) => (tools[name] = await findOnMachine(name))));
    const missing: ToolName[] = names.filter((name) => tools[name] === undefined);

    const fromModules = missing.filter(isBuilt);
    const modules = [...new Set(fromModules.map((name) => builtPrograms[name]))];
    for (const [index, module] of modules.entries()) {
        const label = `${index + 1} of ${modules.length}, ${module.directory} ${module.version}`;
        const { directory, origin } = await ensureModule(module, (status) => report(`${label}: ${status}`));
        for (const name of fromModules.filter((each) => builtPrograms[each] === module)) {
            tools[name] = { path: join(directory, name), version: module.version, origin };
        }
    }

    const fromDebian = missing.filter((name) => !isBuilt(name));
    if (fromDebian.length > 0) {
        const programs = await nodePrograms(report);
        for (const name of fromDebian) tools[name] = { ...programs.find(name), origin: "debian", env: programs.env };
    }
    return tools as Record<Name, Tool>;
}

/** The folder of the CNI plugins. Throws a UserError where the machine has none and there is no apt. */
export async function cniPluginsDirectory(report: Report): Promise<string> {
    const own = cniDirectories.find((directory) => cniPlugins.every((plugin) => existsSync(join(directory, plugin))));
    return own ?? (await nodePrograms(report)).cniPlugins;
}

/** Pulumi's own language host for Node.js if it lies beside this pulumi, as in official releases, else undefined. */
export function languageHostBeside(pulumi: Tool): string | undefined {
    const path = join(dirname(realpathSync(pulumi.path)), "pulumi-language-nodejs");
    return existsSync(path) ? path : undefined;
}
