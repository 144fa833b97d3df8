/** How postgres_exporter runs, as the rules and dashboards need it. */

/**
 * Its flags (0.17.1). Off by default is only the collector of transaction ids' age, which the alert on wraparound reads.
 * All others ask through one connection to one database, whatever the number of deployments: collectors of tables would
 * need one more connection to each deployment's two databases, which the connection budget doesn't hold.
 */
export const postgresExporterFlags: readonly string[] = [
    "--collector.database_wraparound",
    // They see only tables of the database that the exporter logs in to, which holds none of Temporal's.
    "--no-collector.stat_user_tables",
    "--no-collector.statio_user_tables",
];
