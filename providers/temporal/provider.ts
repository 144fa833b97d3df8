/** The provider: what the engine asks for, carried out by the kind of resource that it is about. */
import type { Log } from "../protocol/engine.ts";
import type {
    Checked,
    CheckRequest,
    Created,
    CreateRequest,
    DeleteRequest,
    Difference,
    DiffRequest,
    Found,
    Plugin,
    ReadRequest,
    Request,
    UpdateRequest,
} from "../protocol/plugin.ts";
import { PartialFailure } from "../protocol/plugin.ts";
import { hasUnknown, markSecretsLike, revealAll, unknown, type Values } from "../protocol/values.ts";
import { Refusal } from "./connection/failures.ts";
import { Link } from "./connection/link.ts";
import { Operation } from "./connection/operation.ts";
import { checkSettings, readSettings, settingsProperties } from "./connection/settings.ts";
import { functions } from "./functions.ts";
import type { Asker, Kind } from "./kind.ts";
import { kinds } from "./kinds.ts";
import { packageName, version } from "./package.ts";
import { schema } from "./schema.ts";
import { checkProperties } from "./shapes/check.ts";
import { differenceOf } from "./shapes/difference.ts";

/** How long a preview waits for a server that it could do without, in seconds. */
const previewTimeout = 3;

/** The provider. */
export class TemporalProvider implements Plugin {
    readonly version = version;
    readonly #log: Log;
    readonly #cancelled = new AbortController();
    #link: Link | undefined;
    #isOutOfReach = false;

    constructor(log: Log) {
        this.#log = log;
    }

    schema(): string {
        return JSON.stringify(schema());
    }

    configure(settings: ReadonlyMap<string, string>): Promise<void> {
        this.#link = new Link(readSettings(settings));
        return Promise.resolve();
    }

    checkConfig(request: CheckRequest): Promise<Checked> {
        return Promise.resolve(checkSettings(request.news));
    }

    diffConfig(request: DiffRequest): Promise<Difference> {
        // Another way to the server is no reason to make anything anew.
        return Promise.resolve(differenceOf(settingsProperties, revealAll(request.oldInputs), revealAll(request.news)));
    }

    check(request: CheckRequest): Promise<Checked> {
        const kind = this.#kind(request);
        const { inputs, failures } = checkProperties(kind.inputs, request.news);
        const olds = Object.keys(request.olds).length > 0 ? revealAll(request.olds) : undefined;
        // What has a wrong shape can't be looked at any further.
        const more = failures.length > 0 ? [] : (kind.check?.(revealAll(inputs), olds) ?? []);
        return Promise.resolve({ inputs, failures: [...failures, ...more] });
    }

    diff(request: DiffRequest): Promise<Difference> {
        const kind = this.#kind(request);
        const [before, wanted] = [revealAll(request.oldInputs), revealAll(request.news)];
        return Promise.resolve(differenceOf(kind.inputs, kind.respelled?.(before, wanted) ?? before, wanted));
    }

    async create(request: CreateRequest): Promise<Created> {
        const kind = this.#kind(request);
        if (request.preview) {
            await this.#foresee(kind, request);
            return { id: "", state: planned(kind, request.inputs, {}) };
        }
        const inputs = revealAll(request.inputs);
        const operation = this.#operation(request, `create the ${kind.noun} ${kind.label(inputs)}`);
        const { id, state } = await withSecretsOf(request.inputs, kind.create(operation, inputs, askerOf(request)));
        return { id, state: markSecretsLike(state, request.inputs) as Values };
    }

    async update(request: UpdateRequest): Promise<Values> {
        const kind = this.#kind(request);
        if (request.preview) return planned(kind, request.news, request.state);
        const [inputs, state] = [revealAll(request.news), revealAll(request.state)];
        const operation = this.#operation(request, `change the ${kind.noun} ${kind.label(state)}`);
        const found = kind.update(operation, request.id, state, inputs, askerOf(request));
        return markSecretsLike(await withSecretsOf(request.news, found), request.news) as Values;
    }

    async read(request: ReadRequest): Promise<Found | undefined> {
        const kind = this.#kind(request);
        const state = revealAll(request.state);
        const isImport = Object.keys(request.oldInputs).length === 0;
        const label = isImport ? kind.labelOfId(request.id) : kind.label(state);
        const operation = this.#operation(request, `read the ${kind.noun} ${label}`);
        const found = await kind.read(operation, request.id, isImport ? {} : state, askerOf(request));
        if (!found) return undefined;
        const inputs = isImport ? found.inputs : managed(kind, found.inputs, request.oldInputs);
        return {
            id: found.id,
            state: markSecretsLike(found.state, request.state) as Values,
            inputs: markSecretsLike(inputs, request.oldInputs) as Values,
        };
    }

    async delete(request: DeleteRequest): Promise<void> {
        const kind = this.#kind(request);
        const state = revealAll(request.state);
        const operation = this.#operation(request, `delete the ${kind.noun} ${kind.label(state)}`);
        await kind.delete(operation, request.id, state, askerOf(request));
    }

    async invoke(token: string, args: Values): Promise<Values> {
        const function_ = functions[token];
        if (!function_) throw new Error(`${token}: the provider ${packageName} has no such function.`);
        const { inputs, failures } = checkProperties(function_.inputs, args);
        if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join(" "));
        const operation = this.#operation({ urn: "", type: token, name: "" }, function_.action(inputs));
        return function_.call(operation, revealAll(inputs));
    }

    cancel(): void {
        this.#cancelled.abort();
    }

    /** A preview needs no server. But where there is one, it tells already what would be refused. */
    async #foresee(kind: Kind, request: CreateRequest): Promise<void> {
        if (!this.#link || this.#isOutOfReach || hasUnknown(request.inputs)) return;
        const inputs = revealAll(request.inputs);
        const action = `create the ${kind.noun} ${kind.label(inputs)}`;
        const task = { urn: request.urn, type: request.type, name: request.name, timeout: previewTimeout };
        try {
            await kind.foresee?.(this.#operation(task, action, false), inputs, askerOf(request));
        } catch (error) {
            if (error instanceof Refusal) throw error;
            this.#isOutOfReach = true;
        }
    }

    #kind({ type }: Request): Kind {
        const kind = kinds[type];
        if (!kind) throw new Error(`${type}: the provider ${packageName} has no such resource.`);
        return kind;
    }

    #operation(request: Request & { readonly timeout?: number }, action: string, isPatient = true): Operation {
        if (!this.#link) throw new Error(`The provider ${packageName} isn't configured.`);
        return new Operation(this.#link, {
            action,
            timeout: request.timeout ?? 0,
            isPatient,
            signal: this.#cancelled.signal,
            status: (message) => this.#log("status", message, request.urn),
        });
    }
}

/** The resource as it will be, as far as a preview can know. */
function planned(kind: Kind, inputs: Values, before: Values): Values {
    const outputs = Object.keys(kind.outputs).map((name) => [name, before[name] ?? unknown]);
    const kept = Object.keys(kind.inputs).filter((name) => kind.inputs[name]?.kept);
    return {
        ...Object.fromEntries(kept.map((name) => [name, before[name]] as const)),
        ...inputs,
        ...(Object.fromEntries(outputs) as Values),
    };
}

/** The inputs as found, without those that the program leaves to the server. */
function managed(kind: Kind, found: Values, olds: Values): Values {
    const isWanted = (name: string) => !kind.inputs[name]?.kept || olds[name] !== undefined;
    return Object.fromEntries(Object.entries(found).filter(([name]) => isWanted(name)));
}

/** Whose resource it is: `urn:pulumi:<stack>::<project>::…` */
function askerOf({ urn, name }: Request): Asker {
    const [head = "", project = ""] = urn.split("::");
    return { stack: `${project}/${head.split(":").slice(2).join(":")}`, resource: name };
}

/** Marks the secrets in the state that a partial failure carries, too. */
async function withSecretsOf<T>(inputs: Values, work: Promise<T>): Promise<T> {
    try {
        return await work;
    } catch (error) {
        if (!(error instanceof PartialFailure)) throw error;
        const { id, state } = error.found;
        throw new PartialFailure(
            error.message,
            { id, inputs, state: markSecretsLike(state, inputs) as Values },
            error.reasons,
        );
    }
}
