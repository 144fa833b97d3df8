/** config → planning → components: the whole program. */
import * as k8s from "@pulumi/kubernetes";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";

import { TemporalDeployment } from "./components/deployment/temporalDeployment.ts";
import { Platform } from "./components/platform/platform.ts";
import { ConfigError } from "./config/errors.ts";
import { loadConfig } from "./config/load.ts";
import { planStack } from "./planning/plan.ts";

function readAndPlan() {
    try {
        const config = loadConfig();
        return { config, plan: planStack(config.stack) };
    } catch (error) {
        // Pulumi prints a RunError without a stack trace: the mistake is the user's, not the program's.
        if (error instanceof ConfigError) throw new pulumi.RunError(error.message);
        throw error;
    }
}

const { config, plan } = readAndPlan();

const kubernetes = new k8s.Provider("kubernetes", {
    context: config.context,
    // Dynamic config must change in place: servers read the mounted file again, and their pods stay.
    enableConfigMapMutable: true,
});
const platform = new Platform(
    "platform",
    { plan: plan.platform, postgresqlAdminPassword: config.postgresqlAdminPassword },
    { providers: { kubernetes } },
);
const admin = platform.postgresqlAdmin;
const postgres = new postgresql.Provider(
    "postgresql",
    {
        host: admin.host,
        port: admin.port,
        username: admin.username,
        password: admin.password,
        database: admin.database,
        sslmode: admin.sslmode,
        // Managed servers give their admin no superuser; nothing here needs one.
        superuser: false,
        maxConnections: 4,
    },
    { dependsOn: [platform] },
);

const running = plan.deployments.map(
    (deployment) =>
        [
            deployment.name,
            new TemporalDeployment(
                deployment.name,
                { plan: deployment },
                { providers: { kubernetes, postgresql: postgres } },
            ),
        ] as const,
);

/** Namespace and database server that the deployments share. */
const platformOutputs = { namespace: platform.namespace, postgresql: { host: admin.host, port: admin.port } };
/** Addresses, ports and names of each deployment. */
export const deployments = Object.fromEntries(running.map(([name, { outputs }]) => [name, outputs]));
export { platformOutputs as platform };
