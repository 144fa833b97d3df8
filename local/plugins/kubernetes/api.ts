/** Kubernetes objects of any kind: get, list, create, apply, patch and delete them. */
import type { Values } from "../../../providers/protocol/values.ts";
import { type Connection, isNotFound } from "./connection.ts";
import { list, nameOf, namespaceOf, text } from "./objects.ts";

/** The server knows no such kind: most often a custom resource whose definition isn't there yet. */
export class UnknownKindError extends Error {
    override name = "UnknownKindError";
}

/** How an object is changed: created, replaced in parts, or applied on behalf of a field manager. */
export interface WriteOptions {
    /** Only ask what would happen. */
    readonly dryRun: boolean;
    readonly fieldManager: string;
    /** With server-side apply: take over fields that others manage. */
    readonly force?: boolean;
}

interface Kind {
    readonly plural: string;
    readonly namespaced: boolean;
}

function writeQuery(options: WriteOptions): string {
    const query = new URLSearchParams({ fieldManager: options.fieldManager });
    if (options.dryRun) query.set("dryRun", "All");
    if (options.force !== undefined) query.set("force", String(options.force));
    return query.toString();
}

/** Objects on one API server. */
export class Api {
    readonly #connection: Connection;
    readonly #kinds = new Map<string, Promise<ReadonlyMap<string, Kind>>>();

    constructor(connection: Connection) {
        this.#connection = connection;
    }

    async #discover(apiVersion: string): Promise<ReadonlyMap<string, Kind>> {
        const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        const found = await this.#connection.json("GET", path).catch((error: unknown) => {
            if (isNotFound(error)) return {};
            throw error;
        });
        const resources = list(found, "resources").filter((resource) => !text(resource, "name").includes("/"));
        return new Map(
            resources.map((resource) => {
                return [
                    text(resource, "kind"),
                    { plural: text(resource, "name"), namespaced: resource.namespaced === true },
                ];
            }),
        );
    }

    /** Looks a kind up, undefined if the server doesn't know it (yet). */
    async #kind(apiVersion: string, kind: string): Promise<Kind | undefined> {
        const known = this.#kinds.get(apiVersion) ?? this.#discover(apiVersion);
        this.#kinds.set(apiVersion, known);
        const found = await known.then(
            (kinds) => kinds.get(kind),
            (error: unknown) => {
                this.#kinds.delete(apiVersion);
                throw error;
            },
        );
        // A definition may be created later in the same run.
        if (!found) this.#kinds.delete(apiVersion);
        return found;
    }

    /** Whether objects of this kind live in a namespace; undefined if the server doesn't know the kind. */
    async isNamespaced(apiVersion: string, kind: string): Promise<boolean | undefined> {
        return (await this.#kind(apiVersion, kind))?.namespaced;
    }

    async #path(object: Values, name?: string): Promise<string> {
        const apiVersion = text(object, "apiVersion");
        const kind = text(object, "kind");
        const found = await this.#kind(apiVersion, kind);
        if (!found) throw new UnknownKindError(`no matches for kind "${kind}" in version "${apiVersion}"`);
        const namespace = found.namespaced ? `/namespaces/${namespaceOf(object) || "default"}` : "";
        const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        return `${group}${namespace}/${found.plural}${name === undefined ? "" : `/${name}`}`;
    }

    /** The live object of the same kind, namespace and name as `object`. Throws {@link ApiError} 404 if there is none. */
    async get(object: Values, name = nameOf(object)): Promise<Values> {
        return this.#connection.json("GET", await this.#path(object, name));
    }

    /** {@link get}, or undefined if there is none. */
    async find(object: Values): Promise<Values | undefined> {
        return this.get(object).catch((error: unknown) => {
            if (isNotFound(error)) return undefined;
            throw error;
        });
    }

    /** The objects of a kind in a namespace that carry the given labels. */
    async list(apiVersion: string, kind: string, namespace: string, labels = ""): Promise<readonly Values[]> {
        const path = await this.#path({ apiVersion, kind, metadata: { namespace } });
        const answer = await this.#connection.json("GET", `${path}?${new URLSearchParams({ labelSelector: labels })}`);
        // The elements of a list don't say themselves what they are.
        return list(answer, "items").map((item) => ({ ...item, apiVersion, kind }));
    }

    /** Creates an object. Throws {@link ApiError} "AlreadyExists" if it is there. */
    async create(object: Values, options: WriteOptions): Promise<Values> {
        return this.#connection.json("POST", `${await this.#path(object)}?${writeQuery(options)}`, object);
    }

    /** Server-side apply. JSON is YAML, so no YAML has to be written. */
    async apply(object: Values, options: WriteOptions): Promise<Values> {
        const path = await this.#path(object, nameOf(object));
        return this.#connection.json("PATCH", `${path}?${writeQuery(options)}`, object, "application/apply-patch+yaml");
    }

    /** Applies a JSON patch (RFC 6902). */
    async patch(object: Values, operations: readonly Values[]): Promise<Values> {
        return this.#connection.json(
            "PATCH",
            await this.#path(object, nameOf(object)),
            operations,
            "application/json-patch+json",
        );
    }

    /** Asks for deletion; `propagation` is what happens to owned objects. */
    async delete(object: Values, propagation: "Orphan" | "Background" | "Foreground"): Promise<void> {
        const options = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: propagation };
        await this.#connection.request("DELETE", await this.#path(object, nameOf(object)), options);
    }

    /** The last lines that a container of a pod wrote, of its previous run if it was started again. */
    async logTail(pod: Values, container: string, previous: boolean, lines: number): Promise<string> {
        const query = new URLSearchParams({ container, tailLines: String(lines), previous: String(previous) });
        return this.#connection.request("GET", `${await this.#path(pod, nameOf(pod))}/log?${query}`);
    }
}
