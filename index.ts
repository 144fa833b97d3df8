/** config → planning → components: the whole program. */
import "./nativeStackTraces.ts";

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { RemovedDeployment } from "./components/deployment/removedDeployment.ts";
import { TemporalDeployment } from "./components/deployment/temporalDeployment.ts";
import { Monitoring } from "./components/monitoring/monitoring.ts";
import { Platform, type PlatformAccess } from "./components/platform/platform.ts";
import { postgresqlProvider } from "./components/platform/postgresqlProvider.ts";
import { Team } from "./components/team/team.ts";
import { temporalServers } from "./components/team/temporalServers.ts";
import { packageName } from "./providers/temporal/package.ts";
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
const after = owned ? [owned] : [];
// Teams need no database of their own.
const needsPostgresql = owned !== undefined || plan.deployments.length > 0;
const opts = {
    providers: { kubernetes, ...(needsPostgresql ? { postgresql: postgresqlProvider(access, after) } : {}) },
};
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
              { ...opts, dependsOn: after },
          )
        : undefined;
const serverOf = temporalServers(config.context, running);
const teamsOf = plan.teams.map((team) => {
    const { alertSecrets } = config;
    const args = { plan: team, platformNamespace: access.namespace, alertSecrets };
    return new Team(team.id, args, { providers: { kubernetes, [packageName]: serverOf(team.deployment) } });
});

// An output that is undefined makes Pulumi warn on every run; null says that there is none.

/** What stacks that use this one's platform are told (`temporal:platformStack`). */
export const platform = owned?.contract ?? null;
/** Password of the PostgreSQL server's admin role, for those stacks; secret. */
export const postgresqlAdminPassword = owned?.postgresqlAdminPassword ?? null;
/** Addresses, ports and names of each deployment. */
export const deployments = pulumi
    .all(running.map(({ outputs }) => outputs))
    .apply((all) => Object.fromEntries(all.map((outputs, index) => [running[index]?.name ?? "", outputs] as const)));
/** What each team has, and what its programs need. */
export const teams = pulumi
    .all(teamsOf.map(({ outputs }) => outputs))
    .apply((all) => Object.fromEntries(all.map((outputs, index) => [plan.teams[index]?.id ?? "", outputs] as const)));
/** Where Prometheus, Alertmanager and Grafana are. */
export const monitoring = watching?.outputs ?? null;
/** Password of Grafana's user admin; secret. */
export const grafanaAdminPassword = watching?.grafanaAdminPassword ?? null;
