/** A pod of a deployment that holds a transaction open, and dies as with its node: PostgreSQL hears nothing of it. */
import type { CoreV1Api } from "@kubernetes/client-node";
import pg from "pg";

import { labels } from "../../planning/labels.ts";
import { bundledPostgresqlImage } from "../../planning/versions.ts";
import { bundledServer } from "./bundledServer.ts";
import { eventually } from "./wait.ts";

/** Where the pod runs, and what its transaction does. */
export interface HolderArgs {
    readonly deployment: string;
    readonly namespace: string;
    readonly platformNamespace: string;
    /** The statement whose locks it holds. */
    readonly statement: string;
}

/** How long the last statement of the transaction takes, in seconds: the pod dies meanwhile. */
const answerAfter = 5;

/** Starts the pod and waits until its transaction holds what it locks. */
export async function databaseHolder(
    core: CoreV1Api,
    { deployment, namespace, platformNamespace, statement }: HolderArgs,
): Promise<{ killBeforeAnswer(): Promise<void> }> {
    const name = "database-holder";
    const database = `temporal_${deployment}`;
    const { items } = await core.listNamespacedSecret({ namespace });
    const secret = items.map(({ metadata }) => metadata?.name ?? "").find((each) => each.includes("credentials"));
    if (!secret) throw new Error(`no credentials in ${namespace}`);
    const statements = ["begin", statement, `select pg_sleep(${answerAfter})`, "select pg_sleep(3600)"];
    // Deaf to SIGTERM, so that the network is gone before the process is.
    const script = `trap '' TERM; psql --no-psqlrc ${statements.map((each) => `--command "${each}"`).join(" ")} & wait`;
    const from = (key: string) => ({ valueFrom: { secretKeyRef: { name: secret, key } } });
    await core.createNamespacedPod({
        namespace,
        body: {
            // The schema's label lets it through to PostgreSQL, and no Service selects it.
            metadata: { name, labels: labels(deployment, "schema") },
            spec: {
                restartPolicy: "Never",
                securityContext: { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: "RuntimeDefault" } },
                containers: [
                    {
                        name: "psql",
                        image: bundledPostgresqlImage,
                        command: ["bash", "-c", script],
                        env: [
                            { name: "PGHOST", value: `postgresql.${platformNamespace}.svc` },
                            { name: "PGDATABASE", value: database },
                            { name: "PGUSER", ...from("username") },
                            { name: "PGPASSWORD", ...from("password") },
                        ],
                        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                    },
                ],
            },
        },
    });
    const server = await bundledServer(core, platformNamespace);
    const admin = new pg.Client({ host: server.host, user: "postgres", password: server.password, database });
    await admin.connect();
    try {
        await eventually("the transaction to hold its locks", 60, async () => {
            const { rowCount } = await admin.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'");
            return rowCount === 1;
        });
    } finally {
        await admin.end();
    }
    return {
        async killBeforeAnswer() {
            await core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
        },
    };
}
