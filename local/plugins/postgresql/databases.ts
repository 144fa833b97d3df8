/** Databases: their properties and the statements that make, change, read and drop them. */
import type { ClientBase } from "pg";

import type { Attributes } from "../bridged.ts";
import type { Value, Values } from "../../../providers/protocol/values.ts";
import { asMember } from "./roles.ts";
import { identifier, literal, text } from "./server.ts";

/** Defaults and rules as in the official plugin. Its other inputs aren't known here. */
export const databaseAttributes = {
    name: {},
    owner: { computed: true },
    template: { computed: true, replaces: true },
    encoding: { computed: true, replaces: true },
    lcCollate: { computed: true, replaces: true },
    lcCtype: { computed: true, replaces: true },
    tablespaceName: { computed: true },
    connectionLimit: { default: -1 },
    allowConnections: { default: true },
    isTemplate: { computed: true },
    alterObjectOwnership: { default: false, fixed: true },
} as const satisfies Attributes;

/** The word DEFAULT, or else the value as `write` puts it. */
function orDefault(value: Value, write: (value: Value) => string): string {
    return text(value).toUpperCase() === "DEFAULT" ? "DEFAULT" : write(value);
}

/** Makes the database, from template0 and in UTF8 unless told otherwise. */
export async function createDatabase(client: ClientBase, wanted: Values): Promise<void> {
    const { owner, template = "template0", encoding = "UTF8", lcCollate, lcCtype, tablespaceName } = wanted;
    const options = [
        `OWNER ${owner ? identifier(owner) : "CURRENT_USER"}`,
        `TEMPLATE ${orDefault(template, identifier)}`,
        `ENCODING ${orDefault(encoding, literal)}`,
        ...(lcCollate ? [`LC_COLLATE ${orDefault(lcCollate, literal)}`] : []),
        ...(lcCtype ? [`LC_CTYPE ${orDefault(lcCtype, literal)}`] : []),
        ...(tablespaceName ? [`TABLESPACE ${orDefault(tablespaceName, identifier)}`] : []),
        `ALLOW_CONNECTIONS ${Boolean(wanted.allowConnections ?? true)}`,
        `CONNECTION LIMIT ${Number(wanted.connectionLimit ?? -1)}`,
        `IS_TEMPLATE ${Boolean(wanted.isTemplate ?? false)}`,
    ];
    const statement = `CREATE DATABASE ${identifier(wanted.name)} ${options.join(" ")}`;
    await withOwner(client, owner, () => client.query(statement));
}

function withOwner<T>(client: ClientBase, owner: Value, work: () => Promise<T>): Promise<T> {
    return owner ? asMember(client, text(owner), work) : work();
}

/** Changes the properties named in `changed`; a new name keeps the database. */
export async function updateDatabase(
    client: ClientBase,
    name: string,
    wanted: Values,
    changed: readonly string[],
): Promise<void> {
    const now = identifier(wanted.name);
    const alter = (change: string) => client.query(`ALTER DATABASE ${now} ${change}`);
    const changes: Readonly<Record<string, () => Promise<unknown>>> = {
        owner: () => withOwner(client, wanted.owner, () => alter(`OWNER TO ${identifier(wanted.owner)}`)),
        tablespaceName: () => alter(`SET TABLESPACE ${identifier(wanted.tablespaceName)}`),
        connectionLimit: () => alter(`CONNECTION LIMIT ${Number(wanted.connectionLimit)}`),
        allowConnections: () => alter(`ALLOW_CONNECTIONS ${Boolean(wanted.allowConnections)}`),
        isTemplate: () => alter(`IS_TEMPLATE ${Boolean(wanted.isTemplate)}`),
    };
    if (name !== wanted.name) await client.query(`ALTER DATABASE ${identifier(name)} RENAME TO ${now}`);
    for (const property of changed) await changes[property]?.();
}

/** The database's properties; undefined if there is no such database. */
export async function readDatabase(client: ClientBase, name: string, state: Values): Promise<Values | undefined> {
    const { rows } = await client.query<Record<string, string | number | boolean>>(
        `SELECT datname AS name, pg_catalog.pg_get_userbyid(datdba) AS owner,
                pg_catalog.pg_encoding_to_char(encoding) AS encoding, datcollate AS "lcCollate", datctype AS "lcCtype",
                spcname AS "tablespaceName", datconnlimit AS "connectionLimit", datallowconn AS "allowConnections",
                datistemplate AS "isTemplate"
         FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON d.dattablespace = t.oid WHERE datname = $1`,
        [name],
    );
    // The server doesn't remember the template.
    return rows[0] && { ...rows[0], template: state.template ?? "template0" };
}

/** Ends all sessions of the database and drops it. */
export async function dropDatabase(client: ClientBase, name: string, state: Values): Promise<void> {
    const database = identifier(name);
    const found = await readDatabase(client, name, state);
    if (!found) return;
    if (found.isTemplate) await client.query(`ALTER DATABASE ${database} IS_TEMPLATE false`);
    await withOwner(client, found.owner, () => client.query(`DROP DATABASE ${database} WITH (FORCE)`));
}
