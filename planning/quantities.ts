/** Kubernetes quantities, as far as the plan has to compute with them. */

const memoryUnits: Record<string, number> = {
    Ki: 1024,
    Mi: 1024 ** 2,
    Gi: 1024 ** 3,
    Ti: 1024 ** 4,
    k: 1000,
    M: 1000 ** 2,
    G: 1000 ** 3,
    T: 1000 ** 4,
};

/** Cores of a CPU quantity: "500m" is 0.5. */
export function cores(quantity: string): number {
    return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity);
}

/** Bytes of a memory quantity: "2Gi" is 2147483648. */
export function bytes(quantity: string): number {
    const [, number, unit] = /^([\d.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
    return Math.floor(Number(number) * (memoryUnits[unit ?? ""] ?? 1));
}

/** Cores as a CPU quantity: whole cores as "2", parts as "500m". */
export function cpuQuantity(value: number): string {
    return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
}

/** MiB as a memory quantity: whole GiB as "2Gi", else "512Mi". */
export function memoryQuantity(mebibytes: number): string {
    return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** CPU and memory of a container, as Kubernetes takes them. */
export interface ContainerResources {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly cpu: string; readonly memory: string };
}

/** A way in which requests and limits contradict each other, told with the config key below `resources`. */
export function resourceProblems(resources: ContainerResources): readonly { key: string; message: string }[] {
    const { requests, limits } = resources;
    const problems = [];
    if (cores(requests.cpu) > cores(limits.cpu)) {
        problems.push({
            key: "requests.cpu",
            message: `"${requests.cpu}" is more than the limit "${limits.cpu}"; must be at most the limit`,
        });
    }
    if (bytes(requests.memory) > bytes(limits.memory)) {
        const message = `"${requests.memory}" is more than the limit "${limits.memory}"; must be at most the limit`;
        problems.push({ key: "requests.memory", message });
    }
    return problems;
}
