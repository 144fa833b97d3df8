/** The plan of postgres_exporter: one per platform, whatever PostgreSQL server it has. */
import { maxIdentifierBytes } from "../names.ts";
import type { ContainerResources } from "../quantities.ts";
import type { StoreAddress } from "../serverConfig.ts";
import { postgresExporterImage } from "../versions.ts";
import { postgresExporterFlags } from "./postgresExporter.ts";

/** A PostgreSQL server as the monitoring sees it. */
export interface MonitoredPostgresql {
    readonly kind: "bundled" | "external";
    readonly store: StoreAddress;
    readonly maxConnections: number;
    /** Database that is there in any case. */
    readonly database: string;
}

/** postgres_exporter. */
export interface PostgresExporterPlan {
    readonly image: string;
    readonly args: readonly string[];
    /** Where and as whom it asks, without the password. */
    readonly dataSource: string;
    /** Its role in PostgreSQL: a member of pg_monitor, which may read statistics and nothing of what tables hold. */
    readonly role: string;
    readonly resources: ContainerResources;
}

/**
 * Plans it. Its role is named after the platform's Kubernetes namespace, since platforms may share an external server; no
 * deployment's role can have that name, as those begin with temporal_.
 */
export function planPostgresExporter(
    { store, database }: MonitoredPostgresql,
    namespace: string,
): PostgresExporterPlan {
    return {
        image: postgresExporterImage,
        args: postgresExporterFlags,
        dataSource: `${store.host}:${store.port}/${database}?sslmode=${store.sslmode}`,
        role: `postgres_exporter_${namespace.replaceAll("-", "_")}`.slice(0, maxIdentifierBytes),
        resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
    };
}
