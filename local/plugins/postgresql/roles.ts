/** Roles: their properties and the statements that make, change, read and drop them. */
import type { ClientBase } from "pg";

import type { Attributes } from "../bridged.ts";
import { reveal, type Value, type Values } from "../../../providers/protocol/values.ts";
import { identifier, literal, text } from "./server.ts";

/** Defaults and rules as in the official plugin. Its other inputs aren't known here. */
export const roleAttributes = {
    name: {},
    password: { secret: true },
    login: { default: false },
    connectionLimit: { default: -1 },
    superuser: { default: false },
    createDatabase: { default: false },
    createRole: { default: false },
    inherit: { default: true },
    replication: { default: false },
    bypassRowLevelSecurity: { default: false },
    encryptedPassword: { default: true },
    validUntil: { default: "infinity" },
    roles: { set: true },
    skipDropRole: { default: false },
    skipReassignOwned: { default: false },
} as const satisfies Attributes;

/** The properties that are options of CREATE and ALTER ROLE without a value: NOLOGIN is the opposite of LOGIN. */
const flags: Readonly<Record<string, string>> = {
    login: "LOGIN",
    superuser: "SUPERUSER",
    createDatabase: "CREATEDB",
    createRole: "CREATEROLE",
    inherit: "INHERIT",
    replication: "REPLICATION",
    bypassRowLevelSecurity: "BYPASSRLS",
};

/** One property as an option of CREATE and ALTER ROLE; nothing for what isn't one. */
function option(name: string, value: Value): string {
    const flag = flags[name];
    if (flag) return value ? flag : `NO${flag}`;
    if (name === "connectionLimit") return `CONNECTION LIMIT ${Number(value)}`;
    if (name === "validUntil") return `VALID UNTIL ${literal(value)}`;
    if (name === "password") return value ? `PASSWORD ${literal(value)}` : "PASSWORD NULL";
    return "";
}

/** Makes the role. */
export async function createRole(client: ClientBase, wanted: Values): Promise<void> {
    const options = Object.keys(roleAttributes)
        // Only superusers may say even the default of these.
        .filter((name) => wanted[name] !== undefined && (wanted[name] || !/superuser|replication|bypass/.test(name)))
        .map((name) => option(name, reveal(wanted[name])));
    await client.query("BEGIN");
    await client.query(`CREATE ROLE ${identifier(wanted.name)} WITH ${options.join(" ")}`);
    await setMemberships(client, text(wanted.name), wanted.roles);
    await client.query("COMMIT");
}

/** Makes the role a member of the roles in `wanted`, and of no other. */
async function setMemberships(client: ClientBase, name: string, wanted: Value): Promise<void> {
    const before = await memberships(client, name);
    const now = (Array.isArray(wanted) ? (wanted as readonly Value[]) : []).map((role) => text(reveal(role)));
    for (const role of before.filter((one) => !now.includes(one))) {
        await client.query(`REVOKE ${identifier(role)} FROM ${identifier(name)}`);
    }
    for (const role of now.filter((one) => !before.includes(one))) {
        await client.query(`GRANT ${identifier(role)} TO ${identifier(name)}`);
    }
}

async function memberships(client: ClientBase, name: string): Promise<readonly string[]> {
    const { rows } = await client.query<{ role: string }>(
        `SELECT pg_get_userbyid(roleid)::text AS role
         FROM pg_catalog.pg_auth_members JOIN pg_catalog.pg_roles ON pg_roles.oid = member
         WHERE rolname = $1 ORDER BY 1`,
        [name],
    );
    return rows.map(({ role }) => role);
}

/** Changes the properties named in `changed`; a new name keeps the role and what it owns. */
export async function updateRole(
    client: ClientBase,
    name: string,
    wanted: Values,
    changed: readonly string[],
): Promise<void> {
    const now = text(wanted.name);
    await client.query("BEGIN");
    if (name !== now) await client.query(`ALTER ROLE ${identifier(name)} RENAME TO ${identifier(now)}`);
    // A hash of the old kind contains the name.
    const names = name === now ? changed : [...new Set([...changed, "password"])];
    const options = names.map((changedName) => option(changedName, reveal(wanted[changedName]))).join(" ");
    if (options.trim()) await client.query(`ALTER ROLE ${identifier(now)} WITH ${options}`);
    if (changed.includes("roles")) await setMemberships(client, now, reveal(wanted.roles));
    await client.query("COMMIT");
}

/** The role's properties without the password; undefined if there is no such role. */
export async function readRole(client: ClientBase, name: string): Promise<Values | undefined> {
    const { rows } = await client.query<Record<string, string | number | boolean>>(
        `SELECT rolname AS name, rolcanlogin AS login, rolconnlimit AS "connectionLimit", rolsuper AS superuser,
                rolcreatedb AS "createDatabase", rolcreaterole AS "createRole", rolinherit AS inherit,
                rolreplication AS replication, rolbypassrls AS "bypassRowLevelSecurity", true AS "encryptedPassword",
                COALESCE(rolvaliduntil::text, 'infinity') AS "validUntil"
         FROM pg_catalog.pg_roles WHERE rolname = $1`,
        [name],
    );
    const [found] = rows;
    const roles = found ? await memberships(client, name) : [];
    return found && { ...found, ...(roles.length > 0 ? { roles: [...roles] } : {}) };
}

/** The hash of the role's password, which only superusers may read; empty if it has none. */
export async function readPasswordHash(client: ClientBase, name: string): Promise<string> {
    const { rows } = await client.query<{ passwd: string | null }>(
        "SELECT passwd FROM pg_catalog.pg_shadow WHERE usename = $1",
        [name],
    );
    return rows[0]?.passwd ?? "";
}

/** Drops the role; what it owns in the provider's database goes to the provider's user. */
export async function dropRole(client: ClientBase, name: string, state: Values): Promise<void> {
    if (!(await readRole(client, name))) return;
    const role = identifier(name);
    await client.query("BEGIN");
    if (!state.skipReassignOwned) {
        await asMember(client, name, async () => {
            await client.query(`REASSIGN OWNED BY ${role} TO CURRENT_USER`);
            await client.query(`DROP OWNED BY ${role}`);
        });
    }
    if (!state.skipDropRole) await client.query(`DROP ROLE ${role}`);
    await client.query("COMMIT");
}

/** Runs `work` with the provider's user in the role, which those who aren't superusers need to give things to it. */
export async function asMember<T>(client: ClientBase, role: string, work: () => Promise<T>): Promise<T> {
    const { rows } = await client.query<{ member: boolean }>("SELECT pg_has_role($1, 'USAGE') AS member", [role]);
    if (rows[0]?.member) return work();
    await client.query(`GRANT ${identifier(role)} TO CURRENT_USER`);
    try {
        return await work();
    } finally {
        // Fails where the work has failed in a transaction, which then takes back the grant as well.
        await client.query(`REVOKE ${identifier(role)} FROM CURRENT_USER`).catch(() => undefined);
    }
}
