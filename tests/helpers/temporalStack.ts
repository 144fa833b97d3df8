/** A stack of the whole program on the local cluster, with a config file and names of its own: it leaves the stack `dev` alone. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { execa } from "execa";
import { parse, stringify } from "yaml";

import { type Cluster, startCluster } from "../../local/cluster/cluster.ts";
import { linkCidr } from "../../local/cluster/layout.ts";
import { repoRoot, stateDir } from "../../local/paths.ts";
import { pulumiEnvironment } from "../../local/pulumi.ts";
import { ensureTools } from "../../local/toolchain/tools.ts";
import { defaultNamespace } from "../../planning/names.ts";
import { serviceNames } from "../../planning/ports.ts";
import { hurryPods } from "./hurryPods.ts";

/** One run of a tool. */
export interface ToolRun {
    readonly code: number;
    /** Standard output and error as people see them. */
    readonly output: string;
}

/** Config below `temporal:`. */
export interface TemporalStackConfig {
    readonly platform?: Readonly<Record<string, unknown>> & {
        readonly postgresql?: { readonly bundled?: object; readonly external?: object };
        /** Default: none, so that the node has room. */
        readonly monitoring?: object;
    };
    readonly platformStack?: string;
    readonly protect?: boolean;
    /** Default: none. */
    readonly deployments?: readonly (Readonly<Record<string, unknown>> & {
        readonly name: string;
        readonly namespace?: string;
    })[];
    readonly teams?: readonly object[];
    /** Whether pods ask the scheduler for as much of a core as their size says, and not only for a little. Default: no. */
    readonly coresOfSize?: boolean;
}

/** The stack. */
export interface TemporalStack {
    readonly cluster: Cluster;
    readonly core: CoreV1Api;
    readonly apps: AppsV1Api;
    /** Replaces the config, which the next `pulumi` command uses; answers all of it, as below `temporal:`. */
    configure(config: TemporalStackConfig): object;
    /** Sets a secret config value. */
    setSecret(key: string, value: string): Promise<void>;
    /** Runs pulumi on the stack, never interactively. */
    pulumi(...args: string[]): Promise<ToolRun>;
    /** `pulumi up`, which must succeed. */
    up(): Promise<string>;
    kubectl(...args: string[]): Promise<ToolRun>;
    /** host:port of a deployment's frontend as this machine reaches it; throws before its Service exists. */
    frontend(namespace: string, port: number): Promise<string>;
    /** Unprotects, destroys and forgets the stack. */
    remove(): Promise<void>;
    /** Forgets the stack with all that it has: for what goes away with something else. */
    forget(): Promise<void>;
}

const quiet = () => undefined;

/** What pods ask the scheduler for, so that a node of two cores has room for several stacks of tests beside the stack `dev`. */
const fewCores = { resources: { requests: { cpu: "10m" } } };

/**
 * Makes the stack `name`; nothing is deployed yet. The node must have the images: `startNode` brings them, which the
 * cluster tier and the benchmark run before.
 */
export async function temporalStack(name: string): Promise<TemporalStack> {
    const cluster = await startCluster(quiet);
    const environment = { ...(await pulumiEnvironment(quiet)), PULUMI_STACK: name };
    const { kubectl } = await ensureTools(["kubectl"], quiet);
    const configFile = join(stateDir, `Pulumi.${name}.yaml`);
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(cluster.kubeconfig);
    const core = kubeConfig.makeApiClient(CoreV1Api);

    const run = async (command: string, args: readonly string[]): Promise<ToolRun> => {
        const { exitCode, all } = await execa(command, args, {
            cwd: repoRoot,
            env: environment,
            all: true,
            reject: false,
            stdin: "ignore",
        });
        return { code: exitCode ?? 1, output: all };
    };
    const pulumi = (...args: string[]) => {
        // The commands about stacks and state don't read the config and know no such flag.
        const configFlag = ["stack", "state"].includes(args[0] ?? "") ? [] : ["--config-file", configFile];
        return run("pulumi", [...args, "--non-interactive", ...configFlag]);
    };
    const must = async (...args: string[]) => {
        const { code, output } = await pulumi(...args);
        if (code !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${output}`);
        return output;
    };
    // Kubernetes namespaces of the deployments that the stack has had.
    const namespaces = new Set<string>();
    const remove = async () => {
        await pulumi("state", "unprotect", "--all", "--yes");
        const destroyed = must("destroy", "--yes", "--skip-preview", "--refresh");
        await hurryPods(core, namespaces, destroyed);
        await must("stack", "rm", "--yes", "--preserve-config");
        rmSync(configFile, { force: true });
    };
    // What a run that was cut off has left behind.
    if ((await pulumi("stack", "select", name)).code === 0) await remove();
    await must("stack", "init", name);
    // Made with the stack, beside Pulumi.yaml; the salt in it is all that is wanted.
    const madeFile = join(repoRoot, `Pulumi.${name}.yaml`);
    const settings = existsSync(madeFile) ? (parse(readFileSync(madeFile, "utf8")) as object) : {};
    rmSync(madeFile, { force: true });
    const configure = ({ deployments = [], coresOfSize, ...others }: TemporalStackConfig) => {
        const little = coresOfSize ? {} : fewCores;
        const services = (own: unknown) =>
            Object.fromEntries(
                serviceNames.map((name) => [
                    name,
                    { ...little, ...(own as Record<string, object> | undefined)?.[name] },
                ]),
            );
        mkdirSync(stateDir, { recursive: true });
        // This machine starts the tests' workflows, and pulumi dials PostgreSQL from it.
        const clients = { cidrs: [linkCidr] };
        const given = others.platform?.postgresql;
        const postgresql = given?.external ? given : { bundled: { clients, ...little, ...given?.bundled } };
        const own = {
            ...others,
            ...(others.platformStack ? {} : { platform: { monitoring: { none: {} }, ...others.platform, postgresql } }),
            deployments: deployments.map((each) => ({ clients, ...each, services: services(each.services) })),
        };
        const config = {
            "kubernetes:context": cluster.context,
            ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`temporal:${key}`, value])),
        };
        writeFileSync(configFile, stringify({ ...settings, config }));
        for (const { name: deployment, namespace } of deployments)
            namespaces.add(namespace ?? defaultNamespace(deployment));
        return own;
    };
    return {
        cluster,
        core,
        apps: kubeConfig.makeApiClient(AppsV1Api),
        configure,
        pulumi,
        async setSecret(key, value) {
            await must("config", "set", "--secret", key, value);
        },
        up: () => must("up", "--yes", "--skip-preview", "--suppress-outputs"),
        kubectl: (...args) => run(kubectl.path, args),
        async frontend(namespace, port) {
            const service = await core.readNamespacedService({ name: "temporal-frontend", namespace });
            return `${service.spec?.clusterIP ?? ""}:${port}`;
        },
        remove,
        async forget() {
            await must("stack", "rm", "--force", "--yes", "--preserve-config");
            rmSync(configFile, { force: true });
        },
    };
}
