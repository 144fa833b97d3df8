/**
 * What the Pulumi SDK alone takes: a program that registers the very resources that ours does, read from a file with all
 * their inputs, and does nothing else. scale.ts previews it beside ours; the difference is ours.
 */
import { readFileSync } from "node:fs";

import * as k8s from "@pulumi/kubernetes";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** A resource as `pulumi preview --json` shows it. */
export interface BareResource {
    readonly urn: string;
    readonly type: string;
    readonly custom: boolean;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly parent?: string;
    /** URN and ID of its provider, joined by "::". */
    readonly provider?: string;
}

type Constructor = new (name: string, args: object, opts: pulumi.CustomResourceOptions) => pulumi.Resource;

/** Registers the resources of a file that {@link BareResource}s were written to, parents before their children. */
export function registerResources(file: string): void {
    const made = new Map<string, pulumi.Resource>();
    for (const resource of JSON.parse(readFileSync(file, "utf8")) as readonly BareResource[]) {
        if (resource.type !== "pulumi:pulumi:Stack") made.set(resource.urn, register(resource, made));
    }
}

function register(
    { urn, type, custom, inputs = {}, parent, provider }: BareResource,
    made: ReadonlyMap<string, pulumi.Resource>,
) {
    const name = urn.slice(urn.lastIndexOf("::") + 2);
    const parentResource = parent === undefined ? undefined : made.get(parent);
    const opts = parentResource ? { parent: parentResource } : {};
    if (!custom) return new pulumi.ComponentResource(type, name, {}, opts);
    const providerUrn = provider?.slice(0, provider.lastIndexOf("::"));
    const providerResource = providerUrn === undefined ? undefined : made.get(providerUrn);
    const withProvider = providerResource ? { ...opts, provider: providerResource as pulumi.ProviderResource } : opts;
    return new (classOf(type))(name, withSecrets(inputs), withProvider);
}

/** Inputs with secrets in the place of what a preview masks; a Secret's data are an object. */
function withSecrets(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const secret = (key: string) => pulumi.secret(key === "stringData" ? {} : "masked");
    return Object.fromEntries(
        Object.entries(inputs).map(([key, value]) => [key, value === "[secret]" ? secret(key) : value]),
    );
}

/** The SDK's class of a resource type, for example of `kubernetes:apps/v1:Deployment`. */
function classOf(type: string): Constructor {
    const [pkg = "", path = "", kind = ""] = type.split(":");
    if (pkg === "pulumi") return (kind === "kubernetes" ? k8s : postgresql).Provider;
    if (pkg !== "kubernetes") return (pkg === "random" ? random : postgresql)[kind as never];
    const [group = "", version = ""] = path.replace(/\.[^/]*/, "").split("/");
    const versions = k8s[group as "apps"] as unknown as Record<string, Record<string, Constructor>>;
    return versions[version]?.[kind] as Constructor;
}
