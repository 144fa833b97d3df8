/** A stack with any number of deployments, as a stack file says it. */

/** Deployments of the smallest and of the largest stack that is measured, and between; slot 24 is the last one. */
export const deploymentCounts = [1, 5, 10, 25] as const;

/**
 * Config below `temporal:` for `count` deployments of size dev in slots 0 and up, on a server that is never dialled: a preview
 * of what doesn't exist yet needs none.
 */
export function scaleConfig(count: number) {
    return {
        platform: {
            namespace: "temporal-scale-platform",
            postgresql: { external: { host: "postgresql.invalid", maxConnections: 10_000 } },
        },
        deployments: Array.from({ length: count }, (_, slot) => ({ name: `scale-${slot}`, slot, size: "dev" })),
    };
}
