import * as k8s from "@pulumi/kubernetes";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { DatabaseNames } from "../../planning/names.ts";
import { labels } from "../kubernetes.ts";

/** Inputs of {@link TemporalDatabase}. */
export interface TemporalDatabaseArgs {
    /** Name of the deployment. */
    readonly deployment: string;
    /** Role and databases; plain, since objects are named after them. */
    readonly names: DatabaseNames;
    /** Kubernetes namespace of the credentials Secret. Default: there is no Secret, since nothing runs. */
    readonly namespace?: pulumi.Input<string>;
    /** Whether the databases refuse to be deleted. */
    readonly protect: boolean;
    /** Whether role and databases stay in PostgreSQL when Pulumi lets them go. Default: false. */
    readonly retain?: boolean;
    /** The deployment's claims: nothing is made before they hold. */
    readonly claims: pulumi.Resource;
}

/** A login role that owns one deployment's default and visibility databases, and the Secret with its password. */
export class TemporalDatabase extends pulumi.ComponentResource {
    /** Name of the Secret whose key `password` holds the role's password; empty without one. */
    readonly secretName: pulumi.Output<string>;
    /** Database of the default store, once it exists. */
    readonly default: pulumi.Output<string>;
    /** Database of the visibility store, once it exists. */
    readonly visibility: pulumi.Output<string>;

    constructor(name: string, args: TemporalDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
        super("temporal:index:TemporalDatabase", name, {}, opts);
        const { names } = args;
        // Letters and digits only: the server escapes a password for its connection string, but not in every place.
        const password = new random.RandomPassword(
            `${name}-password`,
            { length: 32, special: false },
            { parent: this },
        );
        const role = new postgresql.Role(
            `${name}-role`,
            { name: names.role, login: true, password: password.result },
            { parent: this, dependsOn: args.claims, retainOnDelete: args.retain },
        );
        // The role owns its databases, so no grants are needed, and destroy drops the databases before the role.
        const database = (store: "default" | "visibility") =>
            new postgresql.Database(
                `${name}-${store}`,
                {
                    name: names[store],
                    owner: role.name,
                    encoding: "UTF8",
                    template: "template0",
                    lcCollate: "C",
                    lcCtype: "C",
                },
                { parent: this, protect: args.protect, retainOnDelete: args.retain },
            ).name;
        this.default = database("default");
        this.visibility = database("visibility");
        this.secretName = args.namespace
            ? new k8s.core.v1.Secret(
                  `${name}-credentials`,
                  {
                      metadata: { namespace: args.namespace, labels: labels(args.deployment, "database") },
                      stringData: { username: names.role, password: password.result },
                  },
                  { parent: this },
              ).metadata.name
            : pulumi.output("");
        this.registerOutputs({ secretName: this.secretName, default: this.default, visibility: this.visibility });
    }
}
