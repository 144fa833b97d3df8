/** Tells what an update would change, and whether it has to replace the object. */
import type { Difference, DiffRequest } from "../../../providers/protocol/plugin.ts";
import { reveal, type Values } from "../../../providers/protocol/values.ts";
import type { Api } from "./api.ts";
import { isReady } from "./await/await.ts";
import { compare, isIgnored } from "./difference.ts";
import { isAutonamed } from "./inputs.ts";
import { normalize } from "./normalize.ts";
import { annotation, nameOf, namespaceOf, text, withMetadata } from "./objects.ts";
import { prune } from "./prune.ts";
import { type Mutable, replacingPaths } from "./replacement.ts";
import { parseState } from "./state.ts";

const replaceUnready = "pulumi.com/replaceUnready";

/** Whether a Job that asks for it has failed or isn't finished, so that it is to run again. */
async function mustRunAgain(api: Api, inputs: Values, live: Values): Promise<boolean> {
    if (annotation(inputs, replaceUnready) !== "true" || text(inputs, "kind") !== "Job") return false;
    const job = await api.find(live);
    return job !== undefined && !(await isReady(api, job));
}

/** Answers the engine's Diff: live state, cut down to the old inputs, against the new inputs. */
export async function findChanges(request: DiffRequest, api: Api, mutable: Mutable): Promise<Difference> {
    const saved = parseState(request.state, {});
    let inputs = normalize(reveal(request.news) as Values);
    let live = prune(saved.live, normalize(saved.inputs));
    const namespaced = (await api.isNamespaced(text(inputs, "apiVersion"), text(inputs, "kind"))) ?? true;
    // No namespace and the default one are the same; what belongs to no namespace can't differ in it.
    const canonical = (object: Values) => (namespaced ? namespaceOf(object) || "default" : undefined);
    live = withMetadata(live, { namespace: canonical(live), resourceVersion: undefined });
    inputs = withMetadata(inputs, { namespace: canonical(inputs) });
    if (nameOf(inputs)) live = withMetadata(live, { name: nameOf(saved.live) });
    live = { ...live, apiVersion: live.apiVersion ?? inputs.apiVersion, kind: live.kind ?? inputs.kind };

    const all = Object.entries(compare(live, inputs, replacingPaths(inputs, mutable)));
    const detailed = Object.fromEntries(all.filter(([path]) => !isIgnored(path, request.ignoreChanges)));
    const replaces = Object.keys(detailed).filter((path) => {
        return detailed[path]?.endsWith("-replace") || (path === "metadata" && detailed[path] === "delete");
    });
    const runsAgain = await mustRunAgain(api, inputs, saved.live);
    if (runsAgain) replaces.push(`.metadata.annotations["${replaceUnready}"]`);
    // A name that was made up can change; one that is given can't exist twice.
    const keepsName = nameOf(inputs) === nameOf(saved.live) && namespaceOf(inputs) === namespaceOf(saved.live);
    return {
        changed: Object.keys(detailed).length > 0 || runsAgain,
        detailed,
        replaces,
        deleteBeforeReplace: replaces.length > 0 && nameOf(inputs) !== "" && !isAutonamed(inputs) && keepsName,
    };
}
