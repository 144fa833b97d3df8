/** Every image and version that the program deploys, in one place. */

/** Server version of a deployment that names none. Its schema versions: 1.19 (default store), 1.14 (visibility store). */
export const defaultServerVersion = "1.31.2";

/**
 * Server minor versions that the program's server config is written for. Images before 1.30 render their config with
 * dockerize and know neither TEMPORAL_SERVER_CONFIG_FILE_PATH nor TEMPORAL_SERVICES.
 */
export const supportedServerMinors = ["1.30", "1.31"] as const;

/**
 * The patch by which each minor version is entered: the newest that the program has been proven with. Newer patches of the same
 * minor version are taken as well.
 */
export const latestPatches = { "1.30": "1.30.1", "1.31": "1.31.2" } as const satisfies Record<
    (typeof supportedServerMinors)[number],
    string
>;

/** Releases that must not run, and why, as their release notes say. */
export const brokenReleases: Readonly<Record<string, string>> = {
    "1.21.0": "its visibility schema update is faulty; 1.21.2 mends it",
    "1.21.1": "its visibility schema update is faulty; 1.21.2 mends it",
    "1.24.0": "it needs a schema that its release notes did not name (temporalio/temporal#6059)",
};

/** PostgreSQL of a platform that brings its own server. */
export const bundledPostgresqlVersion = "15.20";

/** The web UI knows the server's API by protobuf and runs with any supported server version. */
export const webUiVersion = "2.54.1";

/** Whether the program can deploy this server version; pre-releases can't be deployed. */
export function isSupportedServerVersion(version: string): boolean {
    return supportedServerMinors.some((minor) => new RegExp(`^${minor.replace(".", "\\.")}\\.\\d+$`).test(version));
}

/** Whether the first version is older than the second. */
export function isOlder(version: string, than: string): boolean {
    const [a, b] = [version, than].map((text) => text.split(".").map(Number));
    const index = a?.findIndex((part, i) => part !== b?.[i]) ?? -1;
    return index !== -1 && (a?.[index] ?? 0) < (b?.[index] ?? 0);
}

/** Image references of one deployment; admin-tools carries the schema of the same server version. */
export interface DeploymentImages {
    readonly server: string;
    readonly adminTools: string;
    readonly webUi: string;
}

/** The official images of a server version. */
export function deploymentImages(serverVersion: string): DeploymentImages {
    return {
        server: `docker.io/temporalio/server:${serverVersion}`,
        adminTools: `docker.io/temporalio/admin-tools:${serverVersion}`,
        webUi: `docker.io/temporalio/ui:${webUiVersion}`,
    };
}

/** The official image of the bundled PostgreSQL server. */
export const bundledPostgresqlImage = `docker.io/library/postgres:${bundledPostgresqlVersion}`;

/** The official image of the bundled Prometheus. */
export const prometheusImage = "quay.io/prometheus/prometheus:v3.7.3";

/** The official image of the bundled Alertmanager. */
export const alertmanagerImage = "quay.io/prometheus/alertmanager:v0.31.1";

/** The official image of what reads PostgreSQL's metrics. */
export const postgresExporterImage = "quay.io/prometheuscommunity/postgres-exporter:v0.17.1";

/** The official image of what makes metrics of Kubernetes' objects. */
export const kubeStateMetricsImage = "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.15.0";

/** The official image of the bundled Grafana. 12.4 is the last minor version of 12, which gets security fixes for longest. */
export const grafanaImage = "docker.io/grafana/grafana:12.4.12";
