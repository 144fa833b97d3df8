/** Who has what on a platform: names, slots, namespaces and ports, each of which may stand once only. */
import type { ConfigProblem } from "../config/errors.ts";
import type { Plan } from "./stackPlan.ts";
import { type DeploymentPorts, maxPort, namedPorts, portClashes } from "./ports.ts";

/** An entry of the platform's table, be it a deployment of this stack or a grant to another. */
interface Entry {
    /** Where it stands in the config. */
    readonly key: string;
    /** The key's last part that names the deployment. */
    readonly nameField: "name" | "deployment";
    readonly name: string;
    readonly slot?: number;
    readonly ports?: DeploymentPorts;
    /** Undefined for a grant: the other stack chooses it. */
    readonly namespace?: string;
}

function entries({ platform, deployments }: Plan): readonly Entry[] {
    const own = deployments.map(({ name, slot, ports, namespace, removal }, index) => ({
        key: `temporal:deployments[${index}]`,
        nameField: "name" as const,
        name,
        // One on its way out keeps its name only; whether the rest is free already is for the guards to see.
        ...(removal ? {} : { slot, ports, namespace }),
    }));
    const grants = platform.kind === "owned" ? platform.slots : [];
    const granted = grants.map(({ deployment, slot, ports }, index) => ({
        key: `temporal:platform.slots[${index}]`,
        nameField: "deployment" as const,
        name: deployment,
        slot,
        ports,
    }));
    return [...own, ...granted];
}

/** Names, slots and namespaces that stand twice. */
export function duplicateProblems(plan: Plan): ConfigProblem[] {
    const table = entries(plan);
    const problems: ConfigProblem[] = [];
    const check = (field: "name" | "slot" | "namespace") => {
        table.forEach((entry, index) => {
            const value = entry[field];
            const first = table.findIndex((other) => value !== undefined && other[field] === value);
            if (first === -1 || first === index) return;
            problems.push({
                key: `${entry.key}.${field === "name" ? entry.nameField : field}`,
                message: `${JSON.stringify(value)} is taken by ${table[first]?.key}; must be a ${field} of its own`,
            });
        });
    };
    check("name");
    check("slot");
    check("namespace");
    for (const { key, namespace } of table) {
        if (namespace !== plan.platform.namespace) continue;
        const message = `"${namespace}" is the platform's own namespace; must be another`;
        problems.push({ key: `${key}.namespace`, message });
    }
    return problems;
}

/** Ports that stand twice on the platform, or that PostgreSQL can't keep. */
export function portProblems(plan: Plan): ConfigProblem[] {
    const table = entries(plan).flatMap((entry) => (entry.ports ? [{ ...entry, ports: entry.ports }] : []));
    const isUnique = (values: readonly unknown[]) => new Set(values).size === values.length;
    // Two equal names or slots are told already, and every port of theirs would be told once more.
    const distinct = isUnique(table.map(({ name }) => name)) && isUnique(table.map(({ slot }) => slot));
    const keyOf = (name: string) => table.find((entry) => entry.name === name)?.key;
    const clashes = distinct ? portClashes(table) : [];
    const taken = clashes.map(({ port, first, second }) => ({
        key: `${keyOf(second.deployment)}.ports.${second.name}`,
        message: `${port} is taken by ports.${first.name} of deployment "${first.deployment}"; must be a port of its own`,
    }));
    const tooHigh = table.flatMap(({ key, ports }) =>
        namedPorts(ports)
            .filter(({ port }) => port > maxPort)
            .map(({ name, port }) => ({
                key: `${key}.ports.${name}`,
                message: `${port} is not allowed; must be at most ${maxPort}`,
            })),
    );
    return [...taken, ...tooHigh];
}
