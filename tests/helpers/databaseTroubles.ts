/** What doesn't happen in Temporal's databases by itself, made in a database beside them. */
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import pg from "pg";

import { kubeconfigPath } from "../../local/cluster/layout.ts";
import { bundledServer } from "./bundledServer.ts";

const slot = "temporal_test";

/** Lets one session wait for another's lock, and makes a replication slot that nobody reads. Answers what ends both. */
export async function troubleDatabase(platformNamespace: string): Promise<() => Promise<void>> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const server = await bundledServer(config.makeApiClient(CoreV1Api), platformNamespace);
    const connect = async () => {
        const client = new pg.Client({
            host: server.host,
            user: "postgres",
            password: server.password,
            database: "postgres",
            application_name: "temporal-test",
        });
        await client.connect();
        return client;
    };
    const [holder, waiter] = [await connect(), await connect()];
    await holder.query("select pg_advisory_lock(1)");
    const waiting = waiter.query("select pg_advisory_lock(1)");
    const dropSlot = () =>
        holder.query("select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1", [
            slot,
        ]);
    await dropSlot();
    await holder.query("select pg_create_physical_replication_slot($1, true)", [slot]);
    return async () => {
        await dropSlot();
        await holder.query("select pg_advisory_unlock(1)");
        await waiting;
        await Promise.all([holder.end(), waiter.end()]);
    };
}
