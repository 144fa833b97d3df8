/** The stand-in for the official kubernetes plugin: the same inputs, state, differences and messages. */
import { repoRoot } from "../../paths.ts";
import { packageVersion } from "../language-nodejs/packages.ts";
import type { Log } from "../../../providers/protocol/engine.ts";
import {
    type Checked,
    type CheckRequest,
    type Created,
    type CreateRequest,
    type DeleteRequest,
    type Difference,
    type DiffRequest,
    type Found,
    type Plugin,
    type ReadRequest,
    type Request,
    type UpdateRequest,
} from "../../../providers/protocol/plugin.ts";
import { reveal, type Values } from "../../../providers/protocol/values.ts";
import { Api, UnknownKindError } from "./api.ts";
import { applyChanges, createObject, deleteObject, isPreviewNoise } from "./apply.ts";
import { awaitReady, checkReady, NotReadyError, type Surroundings } from "./await/await.ts";
import { findChanges } from "./changes.ts";
import { ApiError, Connection, isNotFound } from "./connection.ts";
import { creationError, initializationError, messageOf, partialFailure, updateError } from "./failures.ts";
import { canBeTried, checkInputs, importedInputs } from "./inputs.ts";
import { normalize } from "./normalize.ts";
import { idOf, kindOfToken, parseId, text, without, withMetadata } from "./objects.ts";
import { prune } from "./prune.ts";
import { compareSettings, readSettings, type Settings } from "./settings.ts";
import { buildState, fieldManagerOf, markObjectSecrets, parseState } from "./state.ts";

/** Serves one provider of a stack. */
export class KubernetesPlugin implements Plugin {
    /** The version that @pulumi/kubernetes asks for. */
    readonly version = packageVersion(repoRoot, "@pulumi/kubernetes") ?? "";
    readonly #log: Log;
    readonly #cancelled = new AbortController();
    #connected: { readonly api: Api; readonly settings: Settings } | undefined;

    /** `log` shows messages at resources. */
    constructor(log: Log) {
        this.#log = log;
    }

    get #api(): Api {
        return this.#provider.api;
    }

    get #provider(): { readonly api: Api; readonly settings: Settings } {
        if (!this.#connected) throw new Error("the kubernetes plugin was asked for an object before it was configured");
        return this.#connected;
    }

    #surroundings({ urn }: Request): Surroundings {
        let last = "";
        return {
            api: this.#api,
            signal: this.#cancelled.signal,
            say: (severity, message) => {
                if (message !== last) this.#log(severity, message, urn);
                last = message;
            },
        };
    }

    async configure(values: ReadonlyMap<string, string>): Promise<void> {
        const settings = readSettings(values);
        this.#connected = { api: new Api(await Connection.open(settings.kubeConfig)), settings };
    }

    diffConfig(request: DiffRequest): Promise<Difference> {
        return Promise.resolve(compareSettings(request));
    }

    check(request: CheckRequest): Promise<Checked> {
        return checkInputs(request, this.#api, this.#provider.settings.namespace);
    }

    diff(request: DiffRequest): Promise<Difference> {
        const { configMapsMutable, secretsMutable } = this.#provider.settings;
        return findChanges(request, this.#api, { configMaps: configMapsMutable, secrets: secretsMutable });
    }

    async create(request: CreateRequest): Promise<Created> {
        const where = this.#surroundings(request);
        const inputs = reveal(request.inputs) as Values;
        const { preview, timeout } = request;
        const untried = { id: "", state: request.inputs };
        if (preview && !(await canBeTried(this.#api, inputs))) return untried;

        const fresh = parseState({}, inputs);
        const fieldManager = fieldManagerOf(inputs, fresh);
        const state = (live: Values) => buildState({ ...fresh, fieldManager, inputs, live }, request.inputs);
        let live: Values;
        try {
            live = await createObject(where, { inputs, fieldManager, preview }, this.#provider.settings.upsert);
        } catch (error) {
            if (preview && isPreviewNoise(error)) return untried;
            throw creationError(request.urn, error);
        }
        if (preview) {
            // The empty status of a dry run would look like a final one.
            return { id: "", state: state(without(live, "status")) };
        }
        try {
            await awaitReady(where, inputs, live, timeout);
        } catch (error) {
            const found = { id: idOf(live), state: state(await this.#latest(live)), inputs: request.inputs };
            throw initializationError(request.urn, error, found);
        }
        return { id: idOf(live), state: state(await this.#latest(live)) };
    }

    /** The object as it is now; what was last seen if that fails, so that it isn't lost from the state. */
    #latest(object: Values): Promise<Values> {
        return this.#api.get(object).catch(() => object);
    }

    async update(request: UpdateRequest): Promise<Values> {
        const where = this.#surroundings(request);
        const inputs = normalize(reveal(request.news) as Values);
        if (request.preview && !(await canBeTried(this.#api, inputs))) return request.news;
        const saved = parseState(request.state, inputs);
        const fieldManager = fieldManagerOf(inputs, saved);
        const state = (live: Values) => buildState({ ...saved, fieldManager, inputs, live }, request.news);
        try {
            const before = await this.#api.get(saved.live);
            const write = { inputs, fieldManager, preview: request.preview };
            const live = await applyChanges(this.#api, write, before, request.ignoreChanges);
            if (!live) return request.news;
            if (request.preview) return state(live);
            await awaitReady(where, inputs, live, request.timeout, before);
            return state(await this.#latest(live));
        } catch (error) {
            if (request.preview && error instanceof ApiError && error.code === 403) return request.news;
            const live = await this.#api.get(saved.live).catch(() => undefined);
            const found = live && { id: idOf(live), state: state(live), inputs: request.news };
            throw updateError(request.urn, error, found);
        }
    }

    async read(request: ReadRequest): Promise<Found | undefined> {
        const where = this.#surroundings(request);
        const { namespace, name } = parseId(request.id);
        if (!name)
            throw new Error(
                `"${request.id}" is not the id of a Kubernetes object; it is namespace/name, or the name alone`,
            );
        const known = normalize(reveal(request.oldInputs) as Values);
        const { live: before } = parseState(request.state, known);
        const isImport = !text(known, "kind") && !text(before, "kind");
        const kind = isImport ? kindOfToken(request.type) : { apiVersion: before.apiVersion, kind: before.kind };
        const shape = text(known, "kind")
            ? known
            : withMetadata({ ...kind, ...known }, { name, namespace: namespace || undefined });
        const live = await this.#api
            .get(withMetadata(shape, { namespace: namespace || undefined }), name)
            .catch((error: unknown) => {
                if (isNotFound(error) || error instanceof UnknownKindError) return undefined;
                throw error;
            });
        if (!live) return undefined;

        const inputs = isImport ? importedInputs(live, shape) : prune(live, shape);
        const saved = { ...parseState(request.state, shape), inputs, live };
        const found = {
            id: request.id,
            state: buildState(saved, request.oldInputs),
            inputs: markObjectSecrets(inputs, request.oldInputs),
        };
        if (isImport) return found;
        await checkReady(where, shape, live).catch((error: unknown) => {
            throw partialFailure(messageOf(error), error, found);
        });
        return found;
    }

    async delete(request: DeleteRequest): Promise<void> {
        const where = this.#surroundings(request);
        const { inputs, live } = parseState(request.state, {});
        const { name } = parseId(request.id);
        await deleteObject(where, inputs, withMetadata(live, { name }), request.timeout).catch((error: unknown) => {
            throw error instanceof NotReadyError ? new Error([error.message, ...error.problems].join(": ")) : error;
        });
    }

    cancel(): void {
        this.#cancelled.abort();
    }
}
