/** The provider: which statements answer which request of the engine. */
import type { ClientBase } from "pg";

import { type Attributes, difference, inputsOf, planned, withDefaults, withSecrets } from "../bridged.ts";
import type { Log } from "../../../providers/protocol/engine.ts";
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
} from "../../../providers/protocol/plugin.ts";
import { reveal, type Values } from "../../../providers/protocol/values.ts";
import { createDatabase, databaseAttributes, dropDatabase, readDatabase, updateDatabase } from "./databases.ts";
import { createRole, dropRole, readPasswordHash, readRole, roleAttributes, updateRole } from "./roles.ts";
import { Server, text } from "./server.ts";
import { readSettings } from "./settings.ts";

/** One type of resource. Names are those that the server knows now. */
interface Kind {
    readonly noun: string;
    readonly attributes: Attributes;
    create(client: ClientBase, wanted: Values): Promise<void>;
    update(client: ClientBase, name: string, wanted: Values, changed: readonly string[]): Promise<void>;
    /** @param state what was saved, for what the server doesn't tell */
    read(client: ClientBase, name: string, state: Values): Promise<Values | undefined>;
    drop(client: ClientBase, name: string, state: Values): Promise<void>;
}

/** The properties of the provider itself; a change of any is no reason to make anything anew. */
const providerAttributes: Attributes = Object.fromEntries(
    [
        "host",
        "port",
        "username",
        "password",
        "database",
        "sslmode",
        "superuser",
        "connectTimeout",
        "maxConnections",
    ].map((name) => [name, {}]),
);

/** The plugin. */
export class PostgresqlPlugin implements Plugin {
    readonly version = "3.18.1";
    readonly #log: Log;
    #server: Server | undefined;

    readonly #kinds: Readonly<Record<string, Kind>> = {
        "postgresql:index/role:Role": {
            noun: "role",
            attributes: roleAttributes,
            create: createRole,
            update: updateRole,
            read: (client, name, state) => this.#readRole(client, name, state),
            drop: dropRole,
        },
        "postgresql:index/database:Database": {
            noun: "database",
            attributes: databaseAttributes,
            create: createDatabase,
            update: updateDatabase,
            read: async (client, name, state) => {
                const found = await readDatabase(client, name, state);
                return found && { ...found, alterObjectOwnership: state.alterObjectOwnership ?? false };
            },
            drop: dropDatabase,
        },
    };

    constructor(log: Log) {
        this.#log = log;
    }

    configure(settings: ReadonlyMap<string, string>): Promise<void> {
        this.#server = new Server(readSettings(settings));
        return Promise.resolve();
    }

    diffConfig({ oldInputs, news }: DiffRequest): Promise<Difference> {
        return Promise.resolve(difference(providerAttributes, oldInputs, news));
    }

    check(request: CheckRequest): Promise<Checked> {
        const checked = withDefaults(this.#kind(request).attributes, request.news);
        if (request.news.name) return Promise.resolve(checked);
        const failure = { property: "name", reason: "a name must be given: the local stand-in doesn't make one up." };
        return Promise.resolve({ ...checked, failures: [...(checked.failures ?? []), failure] });
    }

    diff(request: DiffRequest): Promise<Difference> {
        const { state, news } = request;
        const found = difference(this.#kind(request).attributes, state, news);
        // Two of the same name can't exist at the same time.
        return Promise.resolve({ ...found, deleteBeforeReplace: state.name === news.name && !!found.replaces?.length });
    }

    async create(request: CreateRequest): Promise<Created> {
        const { inputs, preview } = request;
        const kind = this.#kind(request);
        const name = text(inputs.name);
        if (preview) return { id: "", state: planned(kind.attributes, inputs) };
        const state = await this.#session(request, `create the ${kind.noun} "${name}"`, async (client) => {
            await kind.create(client, inputs);
            return kind.read(client, name, inputs);
        });
        return { id: name, state: withSecrets(kind.attributes, state ?? inputs) };
    }

    async update(request: UpdateRequest): Promise<Values> {
        const { state, news, preview } = request;
        const kind = this.#kind(request);
        if (preview) return planned(kind.attributes, news, state);
        const { diffs = [] } = difference(kind.attributes, state, news);
        const wanted = planned(kind.attributes, news, state);
        const name = text(state.name);
        const found = await this.#session(request, `change the ${kind.noun} "${name}"`, async (client) => {
            await kind.update(client, name, wanted, diffs);
            return kind.read(client, text(wanted.name), wanted);
        });
        return withSecrets(kind.attributes, found ?? wanted);
    }

    async read(request: ReadRequest): Promise<Found | undefined> {
        const kind = this.#kind(request);
        const name = text(request.state.name ?? request.id);
        const found = await this.#session(request, `read the ${kind.noun} "${name}"`, (client) =>
            kind.read(client, name, request.state),
        );
        if (!found) return undefined;
        const state = withSecrets(kind.attributes, found);
        return { id: name, state, inputs: inputsOf(kind.attributes, state, request.oldInputs) };
    }

    async delete(request: DeleteRequest): Promise<void> {
        const kind = this.#kind(request);
        const name = text(request.state.name);
        await this.#session(request, `drop the ${kind.noun} "${name}"`, (client) =>
            kind.drop(client, name, request.state),
        );
    }

    cancel(): void {
        this.#server?.cancel();
    }

    #kind({ type }: Request): Kind {
        const kind = this.#kinds[type];
        if (!kind) throw new Error(`${type}: the local stand-in of this plugin knows roles and databases only.`);
        return kind;
    }

    #session<T>(request: Request, action: string, work: (client: ClientBase) => Promise<T>): Promise<T> {
        if (!this.#server) throw new Error("postgresql: the provider isn't configured.");
        return this.#server.session(action, (reason) => this.#log("status", reason, request.urn), work);
    }

    /** The role with its password as the official plugin has it: what was saved, unless it surely is another one by now. */
    async #readRole(client: ClientBase, name: string, state: Values): Promise<Values | undefined> {
        const found = await readRole(client, name);
        if (!found) return undefined;
        const saved = reveal(state.password);
        const readable = found.login && this.#server?.superuser;
        return {
            ...found,
            // A salted hash can't be compared.
            password: saved || !readable ? saved : (await readPasswordHash(client, name)) || undefined,
            skipDropRole: state.skipDropRole ?? false,
            skipReassignOwned: state.skipReassignOwned ?? false,
        };
    }
}
