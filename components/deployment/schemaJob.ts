import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { StoreAddress } from "../../planning/serverConfig.ts";
import { labels, plainPod, restrictedContainer, restrictedPod, temporalUser } from "../kubernetes.ts";

/** Inputs of {@link SchemaJob}. */
export interface SchemaJobArgs {
    /** Name of the deployment. */
    readonly deployment: string;
    readonly namespace: pulumi.Input<string>;
    /** admin-tools of the server version whose schema the databases shall have. */
    readonly image: string;
    /** Where the pod reaches PostgreSQL. */
    readonly store: StoreAddress;
    /** Login role that owns the databases. */
    readonly role: string;
    /** Name of the Secret whose key `password` holds the role's password. */
    readonly secretName: pulumi.Input<string>;
    /** Names of the two databases. */
    readonly databases: { readonly default: pulumi.Input<string>; readonly visibility: pulumi.Input<string> };
}

/** Longest that the Job may take with all its tries, in seconds; a schema step may rewrite a large table. */
const deadlineSeconds = 1800;

/** How often a container tries the set-up before it gives up, two seconds apart: the database may be on its way back. */
const connectionTries = 15;

/**
 * Brings both databases to the schema of one server version: set-up of the version tables, then all updates. Both steps do
 * nothing on a database that is there already, so the Job can run any number of times; a new image replaces it.
 */
export class SchemaJob extends pulumi.ComponentResource {
    /** The finished Job; what must not start before its schema depends on it. */
    readonly job: k8s.batch.v1.Job;

    constructor(name: string, args: SchemaJobArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:SchemaJob", name, {}, opts);
        const metadata = { namespace: args.namespace, labels: labels(args.deployment, "schema") };
        this.job = new k8s.batch.v1.Job(
            `${name}-job`,
            {
                // A Job that failed is made anew by the next `pulumi up`, which else would leave it as it is.
                metadata: { ...metadata, annotations: { "pulumi.com/replaceUnready": "true" } },
                spec: {
                    backoffLimit: 2,
                    activeDeadlineSeconds: deadlineSeconds,
                    template: {
                        metadata: { labels: metadata.labels },
                        spec: {
                            ...plainPod,
                            // Failed pods stay, so that their logs can be read.
                            restartPolicy: "Never",
                            securityContext: restrictedPod(temporalUser),
                            containers: [
                                updateSchema("default", "temporal", args),
                                updateSchema("visibility", "visibility", args),
                            ],
                        },
                    },
                },
            },
            { parent: this, customTimeouts: { create: `${deadlineSeconds}s` } },
        );
        this.registerOutputs({});
    }
}

function updateSchema(
    store: "default" | "visibility",
    schema: string,
    args: SchemaJobArgs,
): k8s.types.input.core.v1.Container {
    const { host, port, sslmode } = args.store;
    const script = [
        `tries=0`,
        `until temporal-sql-tool setup-schema --version 0.0; do`,
        `  tries=$((tries + 1))`,
        `  if [ "$tries" -ge ${connectionTries} ]; then echo "gave up on $SQL_HOST:$SQL_PORT after ${connectionTries} tries" >&2; exit 1; fi`,
        `  sleep 2`,
        `done`,
        `temporal-sql-tool update-schema --schema-name postgresql/v12/${schema}`,
    ];
    const tls = sslmode === "disable" ? [] : [{ name: "SQL_TLS", value: "true" }];
    const anyHost = sslmode === "require" ? [{ name: "SQL_TLS_DISABLE_HOST_VERIFICATION", value: "true" }] : [];
    return {
        name: store,
        image: args.image,
        command: ["sh", "-ec", script.join("\n")],
        env: [
            { name: "SQL_PLUGIN", value: "postgres12_pgx" },
            { name: "SQL_HOST", value: host },
            { name: "SQL_PORT", value: String(port) },
            { name: "SQL_USER", value: args.role },
            { name: "SQL_PASSWORD", valueFrom: { secretKeyRef: { name: args.secretName, key: "password" } } },
            { name: "SQL_DATABASE", value: args.databases[store] },
            ...tls,
            ...anyHost,
        ],
        resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "1", memory: "256Mi" } },
        securityContext: restrictedContainer,
    };
}
