/** When Deployments, StatefulSets, Jobs and Pods are ready. */
import type { Values } from "../../../../providers/protocol/values.ts";
import type { Api } from "../api.ts";
import { annotation, at, count, list, nameOf, namespaceOf, text } from "../objects.ts";
import { podsOf } from "./pods.ts";
import { type Readiness, ready } from "./readiness.ts";

const revisionKey = "deployment.kubernetes.io/revision";

function condition(object: Values, type: string): Values {
    return list(object, "status", "conditions").find((entry) => text(entry, "type") === type) ?? {};
}

/** Whether the controller has seen the object as it is now. */
function isObserved(object: Values): boolean {
    return count(object, "status", "observedGeneration") >= count(object, "metadata", "generation");
}

/** Names of the claims that the pods mount and that aren't bound. */
async function unboundClaims(api: Api, deployment: Values): Promise<readonly string[]> {
    const volumes = list(deployment, "spec", "template", "spec", "volumes");
    const names = volumes.map((volume) => text(volume, "persistentVolumeClaim", "claimName")).filter(Boolean);
    if (names.length === 0) return [];
    const claims = await api.list("v1", "PersistentVolumeClaim", namespaceOf(deployment));
    return claims
        .filter((claim) => names.includes(nameOf(claim)) && text(claim, "status", "phase") !== "Bound")
        .map(nameOf);
}

/** A Deployment is ready when its newest ReplicaSet has all its pods ready and the claims it mounts are bound. */
export async function deployment(api: Api, object: Values, last: Values | undefined): Promise<Readiness> {
    const revision = annotation(object, revisionKey);
    if (!isObserved(object) || !revision) {
        const status = "Waiting for the Deployment controller";
        return { ready: false, status, problems: ["The Deployment controller has not taken notice of the Deployment"] };
    }
    const sets = await api.list("apps/v1", "ReplicaSet", namespaceOf(object));
    const uid = text(object, "metadata", "uid");
    const isOwned = (set: Values) =>
        list(set, "metadata", "ownerReferences").some((owner) => text(owner, "uid") === uid);
    const current = sets.find((set) => isOwned(set) && annotation(set, revisionKey) === revision);
    const wanted = current ? count(current, "spec", "replicas") : count(object, "spec", "replicas");
    const there = current ? count(current, "status", "readyReplicas") : 0;
    const available = text(condition(object, "Available"), "status") === "True";
    const progressing = condition(object, "Progressing");
    // The first revision isn't rolled out but created, and need not have made progress.
    const isFirst = revision === "1" && last === undefined;
    const rolledOut =
        isFirst || (text(progressing, "status") === "True" && text(progressing, "reason") === "NewReplicaSetAvailable");
    const unbound = await unboundClaims(api, object);
    if (current && there >= wanted && available && rolledOut && unbound.length === 0) return ready;

    const problems: string[] = [];
    for (const entry of [progressing, condition(object, "Available")]) {
        if (text(entry, "status") === "False") problems.push(`[${text(entry, "reason")}] ${text(entry, "message")}`);
    }
    if (unbound.length > 0) problems.push(`Failed to bind PersistentVolumeClaim(s): "${unbound.join(",")}"`);
    if (!available) problems.push("Minimum number of live Pods was not attained");
    else if (!rolledOut) problems.push("Minimum number of Pods to consider the application live was not attained");
    else if (unbound.length === 0) {
        problems.push("Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live");
    }
    const status = `Waiting for app ReplicaSet to be available (${there}/${wanted} Pods available)`;
    return { ready: false, status, problems, pods: current ? await podsOf(api, current) : [] };
}

/** A StatefulSet is ready when all its pods are ready and of the newest revision. */
export async function statefulSet(api: Api, object: Values): Promise<Readiness> {
    const wanted = count(object, "spec", "replicas");
    const status = (member: string) => count(object, "status", member);
    const [from, to] = [text(object, "status", "currentRevision"), text(object, "status", "updateRevision")];
    const byHand =
        text(object, "spec", "updateStrategy", "type") === "OnDelete" && count(object, "metadata", "generation") > 1;
    const replicasReady =
        isObserved(object) &&
        status("replicas") === wanted &&
        status("readyReplicas") === wanted &&
        (byHand || status("currentReplicas") === wanted);
    const revisionReady = byHand || (from !== "" && from === to);
    if (replicasReady && revisionReady) return ready;
    const there = from === to ? status("readyReplicas") : Math.min(status("readyReplicas"), status("updatedReplicas"));
    const problems: string[] = [];
    if (!replicasReady) problems.push(`${there} out of ${wanted} replicas succeeded readiness checks`);
    if (!revisionReady) {
        problems.push(`StatefulSet controller failed to advance from revision "${from}" to revision "${to}"`);
    }
    const waiting = `Waiting for StatefulSet to have all Pods ready (${there}/${wanted} Pods ready)`;
    return { ready: false, status: waiting, problems, pods: await podsOf(api, object) };
}

/** A Job is ready when it has completed. A failed one stays failed. */
export async function job(api: Api, object: Values): Promise<Readiness> {
    if (text(condition(object, "Complete"), "status") === "True" && at(object, "status", "startTime") !== undefined)
        return ready;
    const failure = condition(object, "Failed");
    const failed = text(failure, "status") === "True";
    const counts = ["Active", "Succeeded", "Failed"].map(
        (name) => `${name}: ${count(object, "status", name.toLowerCase())}`,
    );
    const status = `Waiting for Job "${namespaceOf(object)}/${nameOf(object)}" to succeed (${counts.join(" | ")})`;
    const problems = failed ? [`[${text(failure, "reason")}] ${text(failure, "message")}`] : [];
    return { ready: false, failed, status, problems, pods: await podsOf(api, object) };
}

/** A Pod is ready when its containers are, or when they have all succeeded. */
export function pod(_api: Api, object: Values): Promise<Readiness> {
    const isReady =
        text(condition(object, "Ready"), "status") === "True" || text(object, "status", "phase") === "Succeeded";
    const status = `Waiting for Pod "${namespaceOf(object)}/${nameOf(object)}" to be ready`;
    return Promise.resolve(isReady ? ready : { ready: false, status, problems: [], pods: [object] });
}
