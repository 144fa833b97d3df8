/** Turns what the program says of an object into the inputs that are saved and compared. */
import type { Checked, CheckRequest, Failure } from "../../../providers/protocol/plugin.ts";
import { hasUnknown, isUnknown, reveal, type Values } from "../../../providers/protocol/values.ts";
import type { Api } from "./api.ts";
import { isBuiltIn, normalize, withoutReadOnly } from "./normalize.ts";
import { annotation, at, kindOfToken, nameOf, text, without, withMetadata, withoutNulls } from "./objects.ts";
import { prune } from "./prune.ts";
import { hexDigits, markObjectSecrets } from "./state.ts";

/** Marks names that were made up here, so that they may change on replacement. */
const autonamedKey = "pulumi.com/autonamed";

/** Annotations that the server or kubectl writes. */
const serverAnnotations = new Set([
    "deployment.kubernetes.io/revision",
    "kubectl.kubernetes.io/last-applied-configuration",
]);

/** Whether the object's name was made up rather than given by the program. */
export function isAutonamed(object: Values): boolean {
    return annotation(object, autonamedKey) === "true";
}

function withName(object: Values, name: string): Values {
    const annotations = { ...(at(object, "metadata", "annotations") as Values | undefined), [autonamedKey]: "true" };
    return withMetadata(object, { name, annotations });
}

/** `inputs` with a name: their own, the one made up before, or a new one. */
function named(inputs: Values, olds: Values, request: CheckRequest): Values {
    if (nameOf(inputs)) return inputs;
    const isNew = Object.keys(olds).length === 0;
    if (!isNew) return isAutonamed(olds) ? withName(inputs, nameOf(olds)) : inputs;
    return withName(inputs, `${request.name}-${hexDigits(request.randomSeed, 8)}`);
}

/** What this plugin can't do, though the official one can. */
function unsupported(request: CheckRequest, inputs: Values): Failure[] {
    const { apiVersion, kind } = kindOfToken(request.type);
    const failures: string[] = [];
    if (/^(helm\.sh|yaml|kustomize)\//.test(apiVersion)) {
        failures.push(
            "the local kubernetes plugin only knows plain Kubernetes objects, no charts, YAML files or kustomizations",
        );
    }
    if (kind.endsWith("Patch") && text(inputs, "kind") !== kind) {
        failures.push("the local kubernetes plugin doesn't know Patch resources");
    }
    if (text(inputs, "metadata", "generateName")) {
        failures.push(
            "the local kubernetes plugin doesn't know metadata.generateName; leave the name out and it is made up",
        );
    }
    return failures.map((reason) => ({ property: "", reason }));
}

/** Answers the engine's Check. `defaultNamespace` is for objects that live in a namespace and name none. */
export async function checkInputs(request: CheckRequest, api: Api, defaultNamespace: string): Promise<Checked> {
    const olds = reveal(request.olds) as Values;
    const news = withoutNulls(reveal(request.news)) as Values;
    const failures = unsupported(request, news);
    if (failures.length > 0) return { inputs: request.news, failures };
    let inputs = named(normalize(news), olds, request);
    if (!isUnknown(at(inputs, "metadata")) && !text(inputs, "metadata", "namespace")) {
        const { apiVersion, kind } = kindOfToken(request.type);
        // A kind that isn't known yet is taken to be namespaced, as almost all custom resources are.
        const namespaced = (await api.isNamespaced(apiVersion, kind)) ?? true;
        if (namespaced) inputs = withMetadata(inputs, { namespace: defaultNamespace });
    }
    return { inputs: markObjectSecrets(inputs, request.news) };
}

/** Whether a dry run is of use: all values are known, and the server knows the kind. */
export async function canBeTried(api: Api, inputs: Values): Promise<boolean> {
    return (
        !hasUnknown(inputs) && (await api.isNamespaced(text(inputs, "apiVersion"), text(inputs, "kind"))) !== undefined
    );
}

/** Inputs that would give an object that no program has described yet: all of it but what the server adds. */
export function importedInputs(live: Values, shape: Values): Values {
    // The members of a custom resource aren't known, so only its identity is taken.
    const whole = isBuiltIn(live) ? without(live, "status") : prune(live, shape);
    const annotations = at(whole, "metadata", "annotations") as Values | undefined;
    const kept = Object.entries(annotations ?? {}).filter(([key]) => !serverAnnotations.has(key));
    const inputs = annotations ? withMetadata(whole, { annotations: Object.fromEntries(kept) }) : whole;
    return withoutReadOnly(inputs);
}
