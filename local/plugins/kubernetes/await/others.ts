/** When PersistentVolumeClaims, Services and ResourceQuotas are ready. */
import { isDeepStrictEqual } from "node:util";

import type { Values } from "../../../../providers/protocol/values.ts";
import type { Api } from "../api.ts";
import { at, list, nameOf, namespaceOf, text } from "../objects.ts";
import { type Readiness, ready } from "./readiness.ts";

/** A claim is ready when it is bound, or when its storage class binds it only once a pod uses it. */
export async function claim(api: Api, object: Values): Promise<Readiness> {
    const phase = text(object, "status", "phase");
    if (phase === "Bound") return ready;
    const name = text(object, "spec", "storageClassName");
    const storageClass =
        name && (await api.find({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name } }));
    if (storageClass && text(storageClass, "volumeBindingMode") === "WaitForFirstConsumer" && phase === "Pending")
        return ready;
    const reason = storageClass
        ? `its storage class "${name}" has provided no volume`
        : name
          ? `there is no storage class "${name}"`
          : "it names no storage class and there is no default one";
    const problem = `PersistentVolumeClaim "${namespaceOf(object)}/${nameOf(object)}" is ${phase || "not yet seen"}: ${reason}`;
    return { ready: false, status: `Waiting for the claim to be bound (${phase || "new"})`, problems: [problem] };
}

/** A Service is ready when all pods it selects are. One without a selector, a cluster IP or pods of its own always is. */
export async function service(api: Api, object: Values): Promise<Readiness> {
    const type = text(object, "spec", "type");
    const isHeadless = text(object, "spec", "clusterIP") === "None";
    if (type === "ExternalName" || isHeadless || at(object, "spec", "selector") === undefined) return ready;
    const label = `kubernetes.io/service-name=${nameOf(object)}`;
    const slices = await api.list("discovery.k8s.io/v1", "EndpointSlice", namespaceOf(object), label);
    const endpoints = slices.flatMap((slice) => list(slice, "endpoints"));
    const readyCount = endpoints.filter((endpoint) => at(endpoint, "conditions", "ready") === true).length;
    const lacksAddress = type === "LoadBalancer" && list(object, "status", "loadBalancer", "ingress").length === 0;
    if (readyCount > 0 && readyCount === endpoints.length && !lacksAddress) return ready;
    const problems: string[] = [];
    if (readyCount === 0 || readyCount < endpoints.length) {
        problems.push(
            "Service does not target any Pods. Selected Pods may not be ready, or " +
                "field '.spec.selector' may not match labels on any Pods",
        );
    }
    if (lacksAddress) problems.push("Service was not allocated an IP address; does your cloud provider support this?");
    return { ready: false, status: "Waiting for the Service to find Pods", problems };
}

/** A quota is ready when it is in force: the controller has taken its limits over. */
export function quota(_api: Api, object: Values): Promise<Readiness> {
    if (isDeepStrictEqual(at(object, "spec", "hard"), at(object, "status", "hard"))) return Promise.resolve(ready);
    const problem = `ResourceQuota "${namespaceOf(object)}/${nameOf(object)}" isn't in force yet`;
    return Promise.resolve({ ready: false, status: "Waiting for the quota to be in force", problems: [problem] });
}
