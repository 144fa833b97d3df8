/** Every image and version that the program deploys, in one place. */

/** Server version of a deployment that names none. Its schema versions: 1.19 (default store), 1.14 (visibility store). */
export const defaultServerVersion = "1.31.2";

/**
 * Server minor versions that the program's server config is written for. Images before 1.30 render their config with
 * dockerize and know neither TEMPORAL_SERVER_CONFIG_FILE_PATH nor TEMPORAL_SERVICES.
 */
export const supportedServerMinors = ["1.30", "1.31"] as const;

/** PostgreSQL of a platform that brings its own server. */
export const bundledPostgresqlVersion = "15.20";

/** The web UI knows the server's API by protobuf and runs with any supported server version. */
export const webUiVersion = "2.54.1";

/** Whether the program can deploy this server version; pre-releases can't be deployed. */
export function isSupportedServerVersion(version: string): boolean {
    return supportedServerMinors.some((minor) => new RegExp(`^${minor.replace(".", "\\.")}\\.\\d+$`).test(version));
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
