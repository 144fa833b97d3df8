/** config → planning → components: the whole program. */
import "./nativeStackTraces.ts";

import * as k8s from "@pulumi/kubernetes";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";

import { RemovedDeployment } from "./components/deployment/removedDeployment.ts";
import { TemporalDeployment } from "./components/deployment/temporalDeployment.ts";
import { Platform, type PlatformAccess } from "./components/platform/platform.ts";
import { readSharedPlatform } from "./components/platform/sharedPlatform.ts";
import { ConfigError } from "./config/errors.ts";
import { loadConfig } from "./config/load.ts";
import { LiveError } from "./live/errors.ts";
import { kubeConfigOf } from "./live/kubernetes.ts";
import { readLiveState } from "./live/liveState.ts";
import { leavingDeployments, planStack, platformNamespace } from "./planning/plan.ts";

async function readAndPlan() {
    try {
        const config = loadConfig();
        const { platformStack } = config.stack;
        const shared = platformStack ? await readSharedPlatform(platformStack) : undefined;
        const contract = shared?.contract;
        const namespace = platformNamespace(config.stack, contract);
        const live = await readLiveState(kubeConfigOf(config.context), namespace, leavingDeployments(config.stack));
        const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
        return { config, shared, plan: planStack(config.stack, { stack, contract, live }) };
    } catch (error) {
        // Pulumi prints a RunError without a stack trace: the mistake is the user's, not the program's.
        if (error instanceof ConfigError || error instanceof LiveError) throw new pulumi.RunError(error.message);
        throw error;
    }
}

const { config, shared, plan } = await readAndPlan();

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

/** What stacks that use this one's platform are told (`temporal:platformStack`). */
export const platform = owned?.contract;
/** Password of the PostgreSQL server's admin role, for those stacks; secret. */
export const postgresqlAdminPassword = owned?.postgresqlAdminPassword;
/** Addresses, ports and names of each deployment. */
export const deployments = pulumi
    .all(running.map(({ outputs }) => outputs))
    .apply((all) => Object.fromEntries(all.map((outputs, index) => [running[index]?.name ?? "", outputs] as const)));
