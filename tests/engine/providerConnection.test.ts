import assert from "node:assert/strict";

import { newAuthority } from "../../local/cluster/x509.ts";
import type { TestStack } from "../helpers/engine.ts";
import { type GuardedTemporal, startGuardedTemporal } from "../helpers/guardedTemporal.ts";
import { changes, differences, failed, makeProviderStack, ok, prelude } from "../helpers/temporalProvider.ts";

describe("the provider's connection to a guarded server", function () {
    this.timeout(180_000);
    let server: GuardedTemporal;
    let stack: TestStack;

    before(async function () {
        // Where the programs aren't there yet, they are built first.
        this.timeout(900_000);
        server = await startGuardedTemporal();
        stack = await makeProviderStack();
    });

    after(async () => {
        await stack?.remove();
        await server?.remove();
    });

    interface Access {
        readonly token?: string;
        readonly tls?: object | false;
        readonly address?: string;
    }

    /** Sets a program whose provider has full access but for what is said. */
    function setProgram(text: string, access: Access = {}): Promise<void> {
        const { address = server.address, token = server.token("temporal-system:admin"), tls = {} } = access;
        const full = {
            caCertificate: server.caCertificate,
            clientCertificate: server.client.certificate,
            clientKey: server.client.key,
            serverName: "temporal.test",
        };
        const args = {
            address,
            apiKey: token || undefined,
            ...(tls === false ? { plaintextApiKey: true } : { tls: { ...full, ...tls } }),
        };
        return stack.setProgram(prelude(JSON.stringify(args)) + text);
    }

    const namespace = (more = "", opts = "", name = "shop") =>
        `new temporal.Namespace("${name}", { name: "${name}", retention: "48h", ${more} }, { provider, ${opts} });`;
    const timeouts = 'customTimeouts: { create: "4s", update: "4s", delete: "4s" }';
    const describe_ = (name: string) => server.connection.workflowService.describeNamespace({ namespace: name });

    it("uses certificates and a token, and keeps both secret", async () => {
        await setProgram(
            `const shop = ${namespace()}
             new temporal.SearchAttribute("a", { namespace: shop.name, name: "A", type: "Int" }, { provider });
             export const version = temporal.getClusterInfo({ provider }).serverVersion;`,
        );
        ok(await stack.up());
        assert.equal((await stack.outputs()).version, "1.31.2");
        assert.equal((await describe_("shop")).namespaceInfo?.name, "shop");
        const secrets = [
            server.client.key.split("\n")[1] ?? "",
            server.token("temporal-system:admin").split(".")[2] ?? "",
        ];
        for (const text of secrets) assert.ok(text.length > 20 && !stack.stateText().includes(text));
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
    });

    it("renews the token without touching anything", async () => {
        await setProgram(`const shop = ${namespace()}
            new temporal.SearchAttribute("a", { namespace: shop.name, name: "A", type: "Int" }, { provider });`);
        assert.deepEqual(changes(ok(await stack.up())), []);
    });

    it("may only look where the token permits no more, and says so", async () => {
        const token = server.token("temporal-system:read");
        await setProgram(namespace() + namespace("", "", "more"), { token });
        ok(await stack.refresh());
        const started = Date.now();
        const output = failed(await stack.up("--target", "**more"));
        assert.match(
            output,
            /Can't create the namespace "more": .* doesn't permit it to the apiKey or client certificate/,
        );
        assert.ok(Date.now() - started < 30_000, "it isn't tried again");
        await assert.rejects(describe_("more"));
        await setProgram(namespace('description: "x"'), { token });
        assert.match(
            failed(await stack.up("--target", "**shop")),
            /Can't change the namespace "shop": .*doesn't permit it/,
        );
        assert.match(
            failed(await stack.destroy()),
            /Can't delete the (search attribute|namespace) .*doesn't permit it/,
        );
        assert.ok(stack.resource("shop"));
    });

    it("previews without permission, too", async () => {
        await setProgram(namespace() + namespace("", "", "more"), { token: server.token() });
        assert.ok(changes(ok(await stack.preview())).includes("create more"));
    });

    it("says so when the token is none of the server's", async () => {
        const [head = "", body = ""] = server.token("temporal-system:admin").split(".");
        await setProgram(namespace("", timeouts, "more"), { token: `${head}.${body}.${"A".repeat(86)}` });
        const output = failed(await stack.up("--target", "**more"));
        assert.match(output, /Can't create the namespace "more": .*(doesn't permit it|doesn't know who asks)/);
        await assert.rejects(describe_("more"));
    });

    it("doesn't trust another authority, and says so at once", async () => {
        const { certificate } = newAuthority("Other", 1);
        await setProgram(namespace("", "", "more"), { tls: { caCertificate: certificate } });
        const started = Date.now();
        const output = failed(await stack.up("--target", "**more"));
        assert.match(output, /Can't create the namespace "more": Temporal at .* can't be reached: .*certificate/i);
        assert.ok(Date.now() - started < 30_000);
    });

    it("doesn't trust another name, and says so at once", async () => {
        await setProgram(namespace("", "", "more"), { tls: { serverName: "temporal.example" } });
        assert.match(failed(await stack.up("--target", "**more")), /can't be reached: .*temporal\.example/);
    });

    it("isn't let in without a certificate, nor without TLS", async () => {
        await setProgram(namespace("", timeouts, "more"), {
            tls: { clientCertificate: undefined, clientKey: undefined },
        });
        assert.match(failed(await stack.up("--target", "**more")), /Can't create the namespace "more": Temporal at .*/);
        await setProgram(namespace("", timeouts, "more"), { tls: false });
        assert.match(
            failed(await stack.up("--target", "**more")),
            /Can't create the namespace "more": Temporal at .* 4 s/,
        );
        await assert.rejects(describe_("more"));
    });

    it("turns archival on and off, and never elsewhere", async () => {
        const archived = (enabled: boolean, uri: string) =>
            namespace(`historyArchival: { enabled: ${enabled}, uri: "${uri}" }`, "", "archived");
        await setProgram(namespace() + archived(true, "file:///tmp/temporal-test-archive"));
        ok(await stack.up());
        const state = async () => Number((await describe_("archived")).config?.historyArchivalState);
        assert.equal(await state(), 2);
        await setProgram(namespace() + archived(false, "file:///tmp/temporal-test-archive"));
        assert.deepEqual(differences(ok(await stack.up()), "archived"), { "historyArchival.enabled": "update" });
        assert.equal(await state(), 1);
        await setProgram(namespace() + archived(true, "file:///tmp/elsewhere"));
        assert.match(failed(await stack.preview()), /historyArchival\.uri can't become "file:\/\/\/tmp\/elsewhere"/);
    });

    it("makes a local namespace global, and never the other way", async () => {
        await setProgram(namespace());
        ok(await stack.up());
        await setProgram(namespace("global: true"));
        assert.deepEqual(differences(ok(await stack.up()), "shop"), { global: "add" });
        assert.equal((await describe_("shop")).isGlobalNamespace, true);
        assert.deepEqual(changes(ok(await stack.up("--refresh"))), []);
        await setProgram(namespace("global: false"));
        assert.match(failed(await stack.preview()), /global can't become false/);
        ok(await stack.destroy());
    });

    for (const [what, args, reason] of [
        ["nothing", "{}", /Say how to reach Temporal: by address \(host:port\) or viaKubernetes/],
        ["a token without TLS", '{ address: "a:1", apiKey: "x" }', /apiKey would be sent in plain text/],
        ["an address without a port", '{ address: "localhost" }', /address must be host:port, not "localhost"/],
        ["half a key pair", `{ address: "a:1", tls: { clientKey: "-----BEGIN " } }`, /belong together/],
        ["no context", '{ viaKubernetes: { namespace: "x" } }', /viaKubernetes\.context must be given/],
    ] as const) {
        it(`refuses ${what} in one sentence`, async () => {
            await stack.setProgram(prelude(args) + namespace());
            const output = failed(await stack.preview());
            assert.match(output, reason);
            assert.doesNotMatch(output, /^\s+at /m);
        });
    }
});
