/** The monitoring's images with the users, paths and start of the official ones. Grafana's is missing: it can't be built here. */
import { dirname, join } from "node:path";
import type { Report } from "../progress.ts";
import { ensureModule, type ModulePrograms } from "../toolchain/ensureModule.ts";
import { alertmanager, kubeStateMetrics, postgresExporter, prometheus } from "../toolchain/goModules.ts";
import { versions } from "../toolchain/versions.ts";
import type { ContainerConfig, Entry, Image } from "./archive.ts";
import { certificates, path, shellAndCertificates, skeleton } from "./base.ts";

/** The official images start as `nobody`, by name: a pod with runAsNonRoot has to give this number as runAsUser. */
const nobody = 65534;

const user = skeleton("nobody", nobody, "/home");

function program({ directory }: ModulePrograms, name: string, folder: string): Entry {
    return { path: join(folder, name), kind: "file", source: join(directory, name), mode: 0o755 };
}

/** The configuration that the program starts with when it is given none. */
function example({ directory }: ModulePrograms, name: string, at: string): Entry[] {
    return [
        { path: dirname(at), kind: "directory", owner: nobody },
        { path: at, kind: "file", source: join(directory, name), mode: 0o644, owner: nobody },
    ];
}

function dataFolder(at: string): Entry {
    return { path: at, kind: "directory", mode: 0o775, owner: nobody };
}

function config(
    title: string,
    version: string,
    start: Omit<ContainerConfig, "User" | "Env" | "Labels">,
): ContainerConfig {
    return {
        User: "nobody",
        Env: [path],
        ...start,
        Labels: { "org.opencontainers.image.title": title, "org.opencontainers.image.version": version },
    };
}

/** Prometheus with promtool. */
export async function prometheusImage(report: Report): Promise<Image> {
    const programs = await ensureModule(prometheus, report);
    return {
        entries: [
            ...(await shellAndCertificates(report)),
            ...user,
            program(programs, "prometheus", "bin"),
            program(programs, "promtool", "bin"),
            ...example(programs, "prometheus.yml", "etc/prometheus/prometheus.yml"),
            dataFolder("prometheus"),
        ],
        config: config("Prometheus", versions.prometheus, {
            WorkingDir: "/prometheus",
            Entrypoint: ["/bin/prometheus"],
            Cmd: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
            ExposedPorts: { "9090/tcp": {} },
            Volumes: { "/prometheus": {} },
        }),
    };
}

/** Alertmanager with amtool. */
export async function alertmanagerImage(report: Report): Promise<Image> {
    const programs = await ensureModule(alertmanager, report);
    return {
        entries: [
            ...(await shellAndCertificates(report)),
            ...user,
            program(programs, "alertmanager", "bin"),
            program(programs, "amtool", "bin"),
            ...example(programs, "alertmanager.yml", "etc/alertmanager/alertmanager.yml"),
            dataFolder("alertmanager"),
        ],
        config: config("Alertmanager", versions.alertmanager, {
            WorkingDir: "/alertmanager",
            Entrypoint: ["/bin/alertmanager"],
            Cmd: ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
            ExposedPorts: { "9093/tcp": {} },
            Volumes: { "/alertmanager": {} },
        }),
    };
}

/** The exporter of PostgreSQL's metrics. */
export async function postgresExporterImage(report: Report): Promise<Image> {
    const programs = await ensureModule(postgresExporter, report);
    return {
        entries: [...(await shellAndCertificates(report)), ...user, program(programs, "postgres_exporter", "bin")],
        config: config("PostgreSQL exporter", versions.postgresExporter, {
            Entrypoint: ["/bin/postgres_exporter"],
            ExposedPorts: { "9187/tcp": {} },
        }),
    };
}

/** The exporter of what Kubernetes' objects say. As the official image it has no shell. */
export async function kubeStateMetricsImage(report: Report): Promise<Image> {
    const programs = await ensureModule(kubeStateMetrics, report);
    return {
        entries: [await certificates(report), ...user, program(programs, "kube-state-metrics", "")],
        config: config("kube-state-metrics", versions.kubeStateMetrics, {
            Entrypoint: ["/kube-state-metrics", "--port=8080", "--telemetry-port=8081"],
            ExposedPorts: { "8080/tcp": {}, "8081/tcp": {} },
        }),
    };
}
