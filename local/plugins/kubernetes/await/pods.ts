/** What keeps pods from running, in words. */
import { setTimeout as sleep } from "node:timers/promises";

import type { Values } from "../../../../providers/protocol/values.ts";
import type { Api } from "../api.ts";
import { at, count, list, nameOf, namespaceOf, text } from "../objects.ts";

/** How many of the last lines of a crashed container are shown. */
const logLines = 10;

/** How long a log may take to come, in milliseconds: it is only an extra. */
const logTimeout = 5000;

/** The pods of `namespace` that `owner` owns. */
export async function podsOf(api: Api, owner: Values): Promise<readonly Values[]> {
    const pods = await api.list("v1", "Pod", namespaceOf(owner));
    return pods.filter((pod) =>
        list(pod, "metadata", "ownerReferences").some((o) => text(o, "uid") === text(owner, "metadata", "uid")),
    );
}

function containerProblem(status: Values): string {
    if (status.ready === true) return "";
    const name = text(status, "name");
    const waiting = at(status, "state", "waiting");
    const reason = text(waiting, "reason");
    const ended = at(status, "state", "terminated") ?? at(status, "lastState", "terminated");
    const parts: string[] = [];
    if (reason && reason !== "ContainerCreating" && reason !== "PodInitializing") {
        parts.push(`[${reason}] ${text(waiting, "message")}`.trim());
    }
    if (ended !== undefined && text(ended, "reason") !== "Completed") {
        const message = text(ended, "message").trim();
        parts.push(`container "${name}" ended (${text(ended, "reason")}: exit code ${count(ended, "exitCode")})`);
        if (message) parts.push(message);
    }
    return parts.join("; ");
}

/** What is wrong with one pod, empty if nothing is: it can't be scheduled, an image can't be had, a container ended. */
export function podProblem(pod: Values): string {
    if (text(pod, "status", "phase") === "Succeeded") return "";
    const conditions = list(pod, "status", "conditions").filter((condition) => text(condition, "status") === "False");
    const scheduling = conditions.find((condition) => text(condition, "type") === "PodScheduled");
    const statuses = [...list(pod, "status", "initContainerStatuses"), ...list(pod, "status", "containerStatuses")];
    const problems = [
        scheduling ? `[${text(scheduling, "reason")}] ${text(scheduling, "message")}` : "",
        ...statuses.map(containerProblem),
    ];
    const said = problems.filter(Boolean);
    if (said.length === 0) {
        const unready = conditions.find((condition) => text(condition, "type") === "Ready");
        if (unready && text(unready, "message")) said.push(text(unready, "message"));
    }
    return said.length > 0 ? `[Pod ${namespaceOf(pod)}/${nameOf(pod)}]: ${said.join("; ")}` : "";
}

/** The last lines of each container of `pod` that ended in an error. */
async function logs(api: Api, pod: Values): Promise<readonly string[]> {
    const statuses = [...list(pod, "status", "initContainerStatuses"), ...list(pod, "status", "containerStatuses")];
    const tails = statuses.map(async (status) => {
        const now = at(status, "state", "terminated");
        const ended = now ?? at(status, "lastState", "terminated");
        if (ended === undefined || text(ended, "reason") === "Completed") return "";
        const container = text(status, "name");
        const log = api.logTail(pod, container, now === undefined, logLines).catch(() => "");
        const tail = await Promise.race([log, sleep(logTimeout, "", { ref: false })]);
        return tail.trim() && `last lines of container "${container}" of pod ${nameOf(pod)}:\n${tail.trimEnd()}`;
    });
    return (await Promise.all(tails)).filter(Boolean);
}

/** What is wrong with the pods, with the end of their logs where a container failed. */
export async function explainPods(api: Api, pods: readonly Values[]): Promise<readonly string[]> {
    const explained = await Promise.all(
        pods.map(async (pod) => {
            const problem = podProblem(pod);
            return problem ? [problem, ...(await logs(api, pod))] : [];
        }),
    );
    return explained.flat();
}
