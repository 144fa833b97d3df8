/** What the Kubernetes objects of the program have in common: labels and the restricted pod security profile. */
import type * as k8s from "@pulumi/kubernetes";

export { deploymentLabel, labels, selectorLabels } from "../planning/labels.ts";

/** Namespace labels by which Kubernetes refuses pods that aren't restricted. */
export const restrictedNamespaceLabels = {
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/warn": "restricted",
};

/** Pod part of the restricted profile, with the user and group that the image brings. */
export function restrictedPod(user: number): k8s.types.input.core.v1.PodSecurityContext {
    return {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        seccompProfile: { type: "RuntimeDefault" },
    };
}

/** Container part of the restricted profile. */
export const restrictedContainer: k8s.types.input.core.v1.SecurityContext = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
};

/**
 * What every pod template of the program says: no API token, and no variables for the namespace's Services, since
 * Kubernetes' TEMPORAL_UI_PORT=tcp://… would override the web UI's own setting.
 */
export const plainPod = { automountServiceAccountToken: false, enableServiceLinks: false };

/** User and group of Temporal's own images. */
export const temporalUser = 1000;

/** User and group of the Debian-based official postgres image. */
export const postgresUser = 999;

/** Services are ready at once; without this Pulumi waits for endpoints, at least ten seconds each. */
export const skipAwait = { "pulumi.com/skipAwait": "true" };
