/** The bundled PostgreSQL server of a platform, as its admin sees it from this machine. */
import type { CoreV1Api } from "@kubernetes/client-node";

/** Where it is, and the password of its user `postgres`. */
export interface BundledServer {
    readonly host: string;
    readonly password: string;
}

/** Finds it. Throws when the platform's namespace has none. */
export async function bundledServer(core: CoreV1Api, namespace: string): Promise<BundledServer> {
    const service = await core.readNamespacedService({ name: "postgresql", namespace });
    const secrets = await core.listNamespacedSecret({
        namespace,
        labelSelector: "app.kubernetes.io/component=postgresql",
    });
    const password = secrets.items.map((secret) => secret.data?.password).find((data) => data !== undefined);
    if (!service.spec?.clusterIP || !password) throw new Error(`no bundled PostgreSQL server in ${namespace}`);
    return { host: service.spec.clusterIP, password: Buffer.from(password, "base64").toString() };
}
