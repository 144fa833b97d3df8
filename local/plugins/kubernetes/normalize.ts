/**
 * Inputs in the form in which the API server answers them, so that two ways to write the same thing are no difference.
 * The official plugin does this with the Go types of Kubernetes: an empty value that isn't a pointer there is left out.
 */
import { hasUnknown, isObject, type Value, type Values } from "../../../providers/protocol/values.ts";
import { at, text } from "./objects.ts";
import { canonicalQuantity } from "./quantity.ts";

/** API groups of Kubernetes itself. Objects of other groups are custom resources, whose meaning isn't known here. */
const knownGroups =
    /^(v1|(apps|autoscaling|batch|policy|([a-z]+\.)?(admissionregistration|apiextensions|authorization|certificates|coordination|discovery|networking|node|scheduling|storage)\.k8s\.io)\/.+)$/;

/** Members that are left out when false (k8s.io/api: `bool` with `omitempty`). */
const optionalFlags = new Set(
    "hostIPC hostNetwork hostPID paused publishNotReadyAddresses readOnly stdin stdinOnce tty globalDefault unschedulable".split(
        " ",
    ),
);

/** Members that are left out when 0 (k8s.io/api: `int32` with `omitempty`). */
const optionalNumbers = new Set(
    "failureThreshold healthCheckNodePort hostPort initialDelaySeconds minReadySeconds nodePort periodSeconds successThreshold timeoutSeconds".split(
        " ",
    ),
);

/** Members that are left out when they are the empty string (k8s.io/api: `string` with `omitempty`). */
const optionalTexts = new Set(
    "clusterIP dnsPolicy externalName hostname imagePullPolicy medium nodeName priorityClassName schedulerName serviceAccountName subPath subPathExpr subdomain volumeName workingDir".split(
        " ",
    ),
);

/** Maps that are left out when empty, unlike structures such as `emptyDir` or `podSelector`. */
const maps = new Set(
    "annotations binaryData data labels limits matchLabels nodeSelector requests stringData".split(" "),
);

/** Arrays that stay when empty (k8s.io/api: no `omitempty`). */
const requiredArrays = new Set("containers nodeSelectorTerms paths rules sources verbs".split(" "));

/** Members whose members are quantities. */
const quantityMaps = new Set("capacity default defaultRequest hard limits max min overhead requests".split(" "));

/** Members that are quantities. */
const quantities = new Set(["sizeLimit", "divisor", "averageValue"]);

/** Members of metadata that only the server sets. */
const readOnlyMetadata = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
];

function isLeftOut(key: string, value: Value, parent: string): boolean {
    if (value === false) return optionalFlags.has(key);
    if (value === 0) return optionalNumbers.has(key);
    if (value === "") return optionalTexts.has(key) || (key === "value" && parent === "env");
    if (Array.isArray(value)) return value.length === 0 && !requiredArrays.has(key);
    return isObject(value) && Object.keys(value).length === 0 && maps.has(key);
}

/** `parent` is the nearest key above, arrays not counted. */
function normalizeValue(value: Value, parent: string): Value {
    if (Array.isArray(value)) return (value as readonly Value[]).map((child) => normalizeValue(child, parent));
    if (!isObject(value)) return value;
    const members: [string, Value][] = [];
    for (const [key, child] of Object.entries(value)) {
        if (isLeftOut(key, child, parent)) continue;
        const isQuantity = quantityMaps.has(parent) || quantities.has(key);
        if (isQuantity && (typeof child === "string" || typeof child === "number")) {
            members.push([key, canonicalQuantity(String(child))]);
        } else {
            // Keys of these maps are the user's own words, not names of the API.
            members.push([key, maps.has(key) && !quantityMaps.has(key) ? child : normalizeValue(child, key)]);
        }
    }
    return Object.fromEntries(members);
}

/** A Secret with its `stringData` moved to `data`, which is what the server does and all it ever answers. */
function normalizeSecret(secret: Values): Values {
    const encode = (value: string, encoding: BufferEncoding) => Buffer.from(value, encoding).toString("base64");
    const { data, stringData, ...rest } = secret;
    const given = Object.entries(isObject(data) ? data : {});
    const plain = Object.entries(isObject(stringData) ? stringData : {});
    if (given.length === 0 && plain.length === 0) return secret;
    const encoded: Record<string, Value> = {};
    // Decoded and encoded again, to drop white space that the server drops.
    for (const [key, value] of given) encoded[key] = typeof value === "string" ? encode(value, "base64") : value;
    for (const [key, value] of plain) encoded[key] = typeof value === "string" ? encode(value, "utf8") : value;
    return { ...rest, data: encoded };
}

/** Normalizes inputs or live state. Inputs with unknowns keep their form: nothing is known of the final value. */
export function normalize(object: Values): Values {
    let result = object;
    if (!hasUnknown(object) && knownGroups.test(text(object, "apiVersion"))) {
        const isSecret = text(object, "kind") === "Secret" && text(object, "apiVersion") === "v1";
        result = isSecret ? normalizeSecret(object) : (normalizeValue(object, "") as Values);
    }
    return withoutReadOnly(result);
}

/** `object` without those members of its metadata that only the server sets. */
export function withoutReadOnly(object: Values): Values {
    const metadata = at(object, "metadata");
    if (!isObject(metadata)) return object;
    const kept = Object.entries(metadata).filter(([key]) => !readOnlyMetadata.includes(key));
    return { ...object, metadata: Object.fromEntries(kept) };
}

/** Whether `object` belongs to Kubernetes itself rather than to a custom resource definition. */
export function isBuiltIn(object: Values): boolean {
    return knownGroups.test(text(object, "apiVersion"));
}
