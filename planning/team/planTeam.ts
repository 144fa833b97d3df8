/** Plans a team. */
import type { TeamConfig, TeamNamespaceConfig } from "../../config/schema.ts";
import { alertSecretName } from "../monitoring/operator.ts";
import { alertmanagerConfigSpec } from "../monitoring/alertmanagerConfigSpec.ts";
import { receiversWithSecret } from "../monitoring/alerting.ts";
import type { MonitoringContract } from "../monitoring/monitoring.ts";
import { metricsReaders } from "../monitoring/monitoringNetwork.ts";
import type { DeploymentPorts } from "../ports.ts";
import { scaledObjects } from "./autoscaling.ts";
import { normalDuration, type TeamTerms } from "./bounds.ts";
import { teamNames, temporalNamespaceName } from "./names.ts";
import { teamNetworkPolicies } from "./network.ts";
import type { ConnectionPlan, TeamAlertingPlan, TeamNamespacePlan, TeamPlan } from "./teamPlan.ts";
import { planTeamClaims, planTeamRecord, type TeamRecord } from "./teamRecord.ts";
import { connectionName, groupRules, limitRangeOf, quotaOf, workersLabels, workerServiceAccount } from "./workers.ts";

/** A deployment that has, or may have, teams. */
export interface TenantDeployment {
    readonly name: string;
    /** Its Kubernetes namespace. */
    readonly namespace: string;
    readonly ports: DeploymentPorts;
}

/** What a team's plan follows from besides its own config. */
export interface TeamContext {
    /** Full name of the stack that has the team. */
    readonly stack: string;
    /** The platform's Kubernetes namespace. */
    readonly platformNamespace: string;
    readonly deployment: TenantDeployment;
    readonly monitoring: MonitoringContract;
    /** What the platform lets teams have; undefined where it is of a program that knew no teams. */
    readonly terms: TeamTerms | undefined;
    /** What waits for another stack's `pulumi up`, in sentences. */
    readonly pending: readonly string[];
}

/** Plans one team. */
export function planTeam(config: TeamConfig, context: TeamContext): TeamPlan {
    const { deployment, platformNamespace, monitoring } = context;
    const { name, workers, group } = config;
    const environment = environmentOf(config);
    const names = teamNames(name, deployment.name, environment);
    const record = teamRecordOf(config, context.stack);
    const namespaces = atLeastOne(config.namespaces.map((namespace) => planNamespace(namespace, name, environment)));
    const frontend = {
        host: `temporal-frontend.${deployment.namespace}.svc.cluster.local`,
        port: deployment.ports.frontend.grpc,
    };
    const address = `${frontend.host}:${frontend.port}`;
    const workersNamespace = workers.namespace ?? names.workersNamespace;
    return {
        name,
        id: names.id,
        environment,
        deployment: { name: deployment.name, namespace: deployment.namespace, frontend },
        access: group === undefined ? undefined : { group, rules: groupRules },
        record: planTeamRecord(record),
        claims: planTeamClaims(record),
        namespaces,
        workers: {
            namespace: workersNamespace,
            labels: workersLabels(name, deployment.name),
            serviceAccount: workerServiceAccount,
            quota: quotaOf(workers),
            limitRange: limitRangeOf(workers),
            networkPolicies: teamNetworkPolicies({
                deployment,
                destinations: workers.destinations,
                metricsPort: workers.metricsPort,
                metricsReaders: metricsReaders(monitoring, platformNamespace),
            }),
            connections: atLeastOne(namespaces.map((namespace, index) => connection(address, namespace.name, index))),
            scaledObjects: scaledObjects(workers, address, namespaces[0].name),
        },
        alerting: planAlerting(config, context),
        pending: context.pending,
    };
}

/** Last part of the names of a team's Temporal namespaces. */
export function environmentOf({ environment, deployment }: TeamConfig): string {
    return environment ?? deployment;
}

/** What a team's record says, for its own stack and for all others. */
export function teamRecordOf(config: TeamConfig, stack: string): TeamRecord {
    const { name, deployment, workers, alerts } = config;
    const environment = environmentOf(config);
    return {
        ...{ team: name, deployment, stack },
        workersNamespace: workers.namespace ?? teamNames(name, deployment, environment).workersNamespace,
        namespaces: config.namespaces.map(({ suffix, name: whole, searchAttributes, limits, deletion }) => ({
            name: whole ?? temporalNamespaceName(name, environment, suffix),
            searchAttributes,
            limits: present(limits),
            forceDelete: deletion === "force",
        })),
        alerts,
    };
}

function planNamespace(config: TeamNamespaceConfig, team: string, environment: string): TeamNamespacePlan {
    const { suffix, description, ownerEmail, retention, data, searchAttributes, limits, deletion } = config;
    return {
        name: config.name ?? temporalNamespaceName(team, environment, suffix),
        description,
        ownerEmail,
        retention: normalDuration(retention),
        data: { ...data, team, environment },
        searchAttributes,
        limits: present(limits),
        adopt: config.adopt,
        protect: deletion === "protect",
        forceDelete: deletion === "force",
    };
}

/** Without keys whose value is undefined, so that a plan equals what was read back of it. */
function present<T extends object>(values: T): T {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

function connection(address: string, namespace: string, index: number): ConnectionPlan {
    return {
        configMap: index === 0 ? connectionName : `${connectionName}-${namespace}`,
        // Nothing of TLS: without it the SDKs connect in the clear, as this frontend listens.
        data: { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace },
    };
}

/** By default an operator applies an AlertmanagerConfig to alerts of its own namespace alone, so the workers' needs one. */
function planAlerting({ alerts }: TeamConfig, { monitoring, terms }: TeamContext): TeamAlertingPlan | undefined {
    const receiver = terms?.receivers.find(({ name }) => name === alerts?.receiver);
    if (monitoring.mode !== "operator" || !alerts || !receiver) return undefined;
    const route = { receiver: receiver.name, severities: alerts.severities, deployments: [] };
    const own = {
        receivers: [receiver],
        routes: [route],
        deadMansSwitch: undefined,
        existingSecret: undefined,
    };
    return {
        spec: alertmanagerConfigSpec(own, alertSecretName),
        labels: monitoring.labels,
        secrets: receiversWithSecret(own),
    };
}

function atLeastOne<T>(list: readonly T[]): readonly [T, ...T[]] {
    const [first, ...others] = list;
    if (first === undefined) throw new Error("the schema lets through at least one namespace");
    return [first, ...others];
}
