/** The Go modules in `modules/`: which programs each makes, and where its official release can be downloaded. */
import { arch } from "node:process";
import type { ReleaseFile } from "./download.ts";
import { versions } from "./versions.ts";

/** One folder of `modules/`, whose go.mod lists under `tool` what is built. */
export interface GoModule {
    /** Folder below `modules/`. */
    readonly directory: string;
    /** Of the programs. */
    readonly version: string;
    /** Of the module, where it counts its own. Default: the programs'. */
    readonly moduleVersion?: string;
    /** Each program's name and what Go calls it: the last part of its package's path. */
    readonly programs: Readonly<Record<string, string>>;
    /** Linker settings besides those that leave out debug data. Default: none. */
    readonly ldflags?: string;
    /** Files and folders of the module's dependencies to keep beside the programs. Default: none. */
    readonly assets?: readonly { readonly module: string; readonly path: string; readonly as: string }[];
    /** The official release of the same programs. Default: none is used. */
    readonly release?: readonly ReleaseFile[];
}

const goArch = arch === "arm64" ? "arm64" : "amd64";

const kubernetesPrograms = [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
    "kubectl",
];

function same(names: readonly string[]): Record<string, string> {
    return Object.fromEntries(names.map((name) => [name, name]));
}

function kubernetesVersionFlags(version: string): string {
    const [major, minor] = version.split(".");
    const base = "k8s.io/component-base/version";
    const values = [`gitVersion=v${version}`, `gitMajor=${major}`, `gitMinor=${minor}`].map(
        (value) => `-X ${base}.${value}`,
    );
    return `${values.join(" ")} -X k8s.io/client-go/pkg/version.gitVersion=v${version}`;
}

/** Control plane, node agents and kubectl. */
export const kubernetes: GoModule = {
    directory: "kubernetes",
    version: versions.kubernetes,
    programs: same(kubernetesPrograms),
    ldflags: kubernetesVersionFlags(versions.kubernetes),
    release: kubernetesPrograms.map((program) => {
        const url = `https://dl.k8s.io/release/v${versions.kubernetes}/bin/linux/${goArch}/${program}`;
        return { url, checksums: `${url}.sha256` };
    }),
};

/** The cluster's DNS server. */
export const coredns: GoModule = {
    directory: "coredns",
    version: versions.coredns,
    programs: same(["coredns"]),
    release: (() => {
        const base = `https://github.com/coredns/coredns/releases/download/v${versions.coredns}`;
        const url = `${base}/coredns_${versions.coredns}_linux_${goArch}.tgz`;
        return [{ url, checksums: `${url}.sha256`, unpackWithout: 0 }];
    })(),
};

/** Pods' network and who enforces NetworkPolicy in it. Calico's releases hold these programs in container images only. */
export const calico: GoModule = {
    directory: "calico",
    version: versions.calico,
    programs: same(["calico", "calico-felix"]),
};

/** The Pulumi CLI; the official release holds the language hosts as well. */
export const pulumi: GoModule = {
    directory: "pulumi",
    version: versions.pulumi,
    programs: same(["pulumi"]),
    ldflags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${versions.pulumi}`,
    release: [
        {
            url: `https://get.pulumi.com/releases/sdk/pulumi-v${versions.pulumi}-linux-${goArch === "amd64" ? "x64" : "arm64"}.tar.gz`,
            checksums: `https://get.pulumi.com/releases/sdk/pulumi-${versions.pulumi}-checksums.txt`,
            unpackWithout: 1,
        },
    ],
};

/** The Temporal CLI, which also holds a development server. */
export const temporalCli: GoModule = {
    directory: "temporal-cli",
    version: versions.temporalCli,
    programs: same(["temporal"]),
    ldflags: `-X github.com/temporalio/cli/temporalcli.Version=${versions.temporalCli}`,
    release: (() => {
        const base = `https://github.com/temporalio/cli/releases/download/v${versions.temporalCli}`;
        const url = `${base}/temporal_cli_${versions.temporalCli}_linux_${goArch}.tar.gz`;
        return [{ url, checksums: `${base}/checksums.txt`, unpackWithout: 0 }];
    })(),
};

function temporalServer(version: string): GoModule {
    return {
        directory: `temporal-${version.slice(0, version.lastIndexOf("."))}`,
        version,
        programs: { "temporal-server": "server", "temporal-sql-tool": "sql", tdbg: "tdbg" },
        assets: [{ module: "go.temporal.io/server", path: "schema", as: "schema" }],
    };
}

/**
 * The server and its tools, in each version that images can be made of. Only images need them, and whoever can download
 * can pull those: so no release here.
 */
export const temporalServers = [temporalServer(versions.temporal), temporalServer(versions.temporalBefore)] as const;

/** The web UI with its configuration template; only its image needs it. */
export const temporalUi: GoModule = {
    directory: "temporal-ui",
    version: versions.temporalUi,
    programs: { "temporal-ui-server": "server" },
    assets: [{ module: "github.com/temporalio/ui-server/v2", path: "config/docker.yaml", as: "docker.yaml" }],
};

/** What holds the namespaces of a pod; only its image needs it. */
export const pause: GoModule = { directory: "pause", version: versions.pause, programs: same(["pause"]) };

function prometheusVersionFlag(version: string): string {
    return `-X github.com/prometheus/common/version.Version=${version}`;
}

function prometheusRelease(program: string, version: string): readonly ReleaseFile[] {
    const base = `https://github.com/prometheus/${program}/releases/download/v${version}`;
    const url = `${base}/${program}-${version}.linux-${goArch}.tar.gz`;
    return [{ url, checksums: `${base}/sha256sums.txt`, unpackWithout: 1 }];
}

/** Prometheus and its tool for rules. Its module lacks the web UI, so a server built from it answers its API only. */
export const prometheus: GoModule = {
    directory: "prometheus",
    version: versions.prometheus,
    moduleVersion: versions.prometheusModule,
    programs: same(["prometheus", "promtool"]),
    ldflags: prometheusVersionFlag(versions.prometheus),
    assets: [
        {
            module: "github.com/prometheus/prometheus",
            path: "documentation/examples/prometheus.yml",
            as: "prometheus.yml",
        },
    ],
    release: prometheusRelease("prometheus", versions.prometheus),
};

/** Alertmanager and its tool. */
export const alertmanager: GoModule = {
    directory: "alertmanager",
    version: versions.alertmanager,
    programs: same(["alertmanager", "amtool"]),
    ldflags: prometheusVersionFlag(versions.alertmanager),
    assets: [
        { module: "github.com/prometheus/alertmanager", path: "examples/ha/alertmanager.yml", as: "alertmanager.yml" },
    ],
    release: prometheusRelease("alertmanager", versions.alertmanager),
};

/** PostgreSQL's metrics; only its image needs it. */
export const postgresExporter: GoModule = {
    directory: "postgres-exporter",
    version: versions.postgresExporter,
    programs: same(["postgres_exporter"]),
    ldflags: prometheusVersionFlag(versions.postgresExporter),
};

/** Metrics of Kubernetes' objects; only its image needs it. */
export const kubeStateMetrics: GoModule = {
    directory: "kube-state-metrics",
    version: versions.kubeStateMetrics,
    programs: same(["kube-state-metrics"]),
    ldflags: prometheusVersionFlag(`v${versions.kubeStateMetrics}`),
};

/** All of them. */
export const goModules = [
    kubernetes,
    coredns,
    calico,
    pulumi,
    temporalCli,
    ...temporalServers,
    temporalUi,
    pause,
    prometheus,
    alertmanager,
    postgresExporter,
    kubeStateMetrics,
] as const;
