import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";

import type { PlatformAccess } from "./platform.ts";

/**
 * The provider of a platform's PostgreSQL server.
 * @param after what must be there before the server can be dialled
 */
export function postgresqlProvider(access: PlatformAccess, after: readonly pulumi.Resource[]): postgresql.Provider {
    const { admin, store } = access.contract.postgresql;
    return new postgresql.Provider(
        "postgresql",
        {
            ...{ host: admin.host, port: admin.port, username: admin.username, database: admin.database },
            sslmode: store.sslmode,
            password: access.postgresqlAdminPassword,
            // Managed servers give their admin no superuser; nothing here needs one.
            superuser: false,
            maxConnections: 4,
        },
        { dependsOn: [...after] },
    );
}
