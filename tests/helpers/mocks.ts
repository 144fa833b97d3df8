/** Runs components against Pulumi's mocks and collects what they register. */
import * as pulumi from "@pulumi/pulumi";

/** One registered resource. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    /** Inputs with secrets unwrapped; which ones were secret stands in `secretInputs`. */
    readonly inputs: Record<string, unknown>;
    /** Top-level inputs that came in as secrets. */
    readonly secretInputs: readonly string[];
    /** Reference of the explicit provider, or "". */
    readonly provider: string;
    /** Id that it is imported by; left out where it isn't. */
    readonly importedId?: string;
}

const signature = "4dabf18193072939515e22adb298388d";

function unwrap(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(unwrap);
    if (typeof value !== "object" || value === null) return value;
    if (signature in value) return unwrap((value as unknown as { value: unknown }).value);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrap(inner)]));
}

const isSecret = (value: unknown) => typeof value === "object" && value !== null && signature in value;

/** What the cluster and the plugins would add to a resource's inputs. */
function outputs(args: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
    const inputs = args.inputs as Record<string, unknown>;
    if (args.type === "random:index/randomPassword:RandomPassword") return { ...inputs, result: "not-a-real-password" };
    if (!args.type.startsWith("kubernetes:")) return inputs;
    const metadata = { name: `${args.name}-0a1b2c3d`, uid: `${args.name}-uid`, ...(inputs.metadata as object) };
    const spec =
        args.type === "kubernetes:core/v1:Service"
            ? { clusterIP: "10.96.1.1", type: "ClusterIP", ...(inputs.spec as object) }
            : inputs.spec;
    return { ...inputs, metadata, spec };
}

/**
 * Runs `program` with mocks and returns every resource it registered, once all registrations are through. Config that the
 * program reads is given as `{"temporal:deployments": "<JSON>"}`.
 */
export async function register(
    program: () => unknown,
    options: {
        readonly config?: Record<string, string>;
        readonly stack?: string;
        /** Outputs of other stacks by full name; `postgresqlAdminPassword` is their secret one. */
        readonly stacks?: Readonly<Record<string, object>>;
    } = {},
): Promise<readonly Registered[]> {
    const seen: Registered[] = [];
    await pulumi.runtime.setMocks(
        {
            call: (args) => args.inputs as Record<string, unknown>,
            newResource: (args) => {
                const inputs = args.inputs as Record<string, unknown>;
                seen.push({
                    type: args.type,
                    name: args.name,
                    inputs: unwrap(inputs) as Record<string, unknown>,
                    secretInputs: Object.keys(inputs).filter((key) => isSecret(inputs[key])),
                    provider: args.provider ?? "",
                    ...(args.id && args.type !== "pulumi:pulumi:StackReference" ? { importedId: args.id } : {}),
                });
                if (args.type === "pulumi:pulumi:StackReference") {
                    const name = String(args.inputs.name);
                    const outputs = options.stacks?.[name];
                    if (!outputs) throw new Error(`unknown stack "${name}"`);
                    return { id: name, state: { name, outputs, secretOutputNames: ["postgresqlAdminPassword"] } };
                }
                return { id: args.custom ? `${args.name}-id` : undefined, state: outputs(args) };
            },
        },
        "temporal",
        options.stack ?? "dev",
        false,
        "organization",
    );
    pulumi.runtime.setAllConfig(options.config ?? {});
    await program();
    await pulumi.runtime.disconnect();
    return seen;
}

/** The one resource of this type and name. */
export function find(resources: readonly Registered[], type: string, name: string): Registered {
    const found = resources.filter((resource) => resource.type === type && resource.name === name);
    if (found.length !== 1 || !found[0]) {
        throw new Error(
            `${found.length} of ${type} ${name} among ${resources.map((r) => `${r.type} ${r.name}`).join(", ")}`,
        );
    }
    return found[0];
}
