/** config → planning → components: the whole program. */
import "./nativeStackTraces.ts";

import * as k8s from "@pulumi/kubernetes";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";

import { RemovedDeployment } from "./components/deployment/removedDeployment.ts";
import { TemporalDeployment } from "./components/deployment/temporalDeployment.ts";
import { Monitoring } from "./components/monitoring/monitoring.ts";
import { Platform, type PlatformAccess } from "./components/platform/platform.ts";
import { readStack } from "./stack.ts";

const { config, shared, plan } = await readStack();

const kubernetes = new k8s.Provider("kubernetes", {
    context: config.context,
    // Dynamic config must change in place: servers read the mounted file again, and their pods stay.
    enableConfigMapMutable: true,
});
const { postgresqlAdminPassword: password } = config;
const owned =
    plan.platform.kind === "owned"
        ? new Platform("platform", { plan: plan.platform, postgresqlAdminPassword: password }, { provider: kubernetes })
        : undefined;
const access = (owned ?? shared?.access) as PlatformAccess;
const { admin, store } = access.contract.postgresql;
const postgres = new postgresql.Provider(
    "postgresql",
    {
        ...{ host: admin.host, port: admin.port, username: admin.username, database: admin.database },
        sslmode: store.sslmode,
        password: access.postgresqlAdminPassword,
        // Managed servers give their admin no superuser; nothing here needs one.
        superuser: false,
        maxConnections: 4,
    },
    { dependsOn: owned ? [owned] : [] },
);

const opts = { providers: { kubernetes, postgresql: postgres } };
const common = { stack: plan.stack, platformNamespace: access.namespace };
for (const leaving of plan.deployments.filter(({ removal }) => removal)) {
    new RemovedDeployment(leaving.name, { plan: leaving, ...common }, opts);
}
const running = plan.deployments
    .filter(({ removal }) => !removal)
    .map((deployment) => new TemporalDeployment(deployment.name, { plan: deployment, ...common }, opts));
const namespaces = Object.fromEntries(running.map(({ name, namespace }) => [name, namespace]));
const watching =
    plan.platform.kind === "owned"
        ? new Monitoring(
              "monitoring",
              { plan: plan.platform.monitoring, ...config, namespaces },
              { ...opts, dependsOn: owned ? [owned] : [] },
          )
        : undefined;

// An output that is undefined makes Pulumi warn on every run; null says that there is none.

/** What stacks that use this one's platform are told (`temporal:platformStack`). */
export const platform = owned?.contract ?? null;
/** Password of the PostgreSQL server's admin role, for those stacks; secret. */
export const postgresqlAdminPassword = owned?.postgresqlAdminPassword ?? null;
/** Addresses, ports and names of each deployment. */
export const deployments = pulumi
    .all(running.map(({ outputs }) => outputs))
    .apply((all) => Object.fromEntries(all.map((outputs, index) => [running[index]?.name ?? "", outputs] as const)));
/** Where Prometheus, Alertmanager and Grafana are. */
export const monitoring = watching?.outputs ?? null;
/** Password of Grafana's user admin; secret. */
export const grafanaAdminPassword = watching?.grafanaAdminPassword ?? null;
