/** A Kubernetes API server on loopback that knows no more than the platform's namespace, the records in it, and some ConfigMaps. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import { type RecordData, recordLabel, type RecordPlan } from "../../planning/records.ts";

/** A record of a deployment or a team. */
export type ShownRecord = Omit<RecordPlan, "kind"> & { readonly kind: string };

/** The server. */
export interface FakeApiServer {
    /**
     * Replaces what is in the cluster; undefined: the platform's namespace isn't there.
     * @param configMaps data of other ConfigMaps by `namespace/name`
     */
    show(records: readonly ShownRecord[] | undefined, configMaps?: Readonly<Record<string, RecordData>>): void;
    /** Sets KUBECONFIG back and stops. */
    stop(): Promise<void>;
}

/** Starts it and makes it the cluster of the contexts `contexts` in a kubeconfig that KUBECONFIG names from now on. */
export async function fakeApiServer(contexts: readonly string[]): Promise<FakeApiServer> {
    let shown: readonly ShownRecord[] | undefined;
    let others: Readonly<Record<string, RecordData>> = {};
    const server = createServer((request, response) => {
        const { pathname } = new URL(request.url ?? "", "http://127.0.0.1");
        const answer = (status: number, body: object) => {
            response.writeHead(status, { "content-type": "application/json" });
            response.end(JSON.stringify(body));
        };
        const [, namespace, name] = /\/namespaces\/([^/]+)\/configmaps\/([^/]+)$/.exec(pathname) ?? [];
        if (namespace !== undefined) {
            const data = others[`${namespace}/${name}`];
            if (data) answer(200, { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data });
            else answer(404, { kind: "Status", reason: "NotFound", message: `configmaps "${name}" not found` });
        } else if (pathname.endsWith("/configmaps")) {
            const items = (shown ?? []).map(({ name, kind, data }) => ({
                metadata: { name, labels: { [recordLabel]: kind } },
                data,
            }));
            answer(200, { apiVersion: "v1", kind: "ConfigMapList", items });
        } else if (shown) answer(200, { apiVersion: "v1", kind: "Namespace", metadata: {} });
        else answer(404, { kind: "Status", reason: "NotFound", message: "namespace not found" });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const folder = mkdtempSync(join(tmpdir(), "fake-cluster-"));
    const kubeconfig = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "fake", cluster: { server: url, "insecure-skip-tls-verify": true } }],
        users: [{ name: "fake", user: {} }],
        contexts: contexts.map((name) => ({ name, context: { cluster: "fake", user: "fake" } })),
    };
    writeFileSync(join(folder, "kubeconfig"), stringify(kubeconfig));
    const before = process.env.KUBECONFIG;
    process.env.KUBECONFIG = join(folder, "kubeconfig");
    return {
        show(records, configMaps = {}) {
            shown = records;
            others = configMaps;
        },
        async stop() {
            if (before === undefined) delete process.env.KUBECONFIG;
            else process.env.KUBECONFIG = before;
            rmSync(folder, { recursive: true });
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}
