import assert from "node:assert/strict";

import { isSecret, secret, unknown, type Values } from "../../providers/protocol/values.ts";
import { checkSettings, readSettings } from "../../providers/temporal/connection/settings.ts";

const pem = "-----BEGIN CERTIFICATE-----";

describe("the provider's settings", () => {
    const table: readonly (readonly [what: string, Values, string])[] = [
        ["no way", {}, "Say how to reach Temporal: by address (host:port) or viaKubernetes."],
        [
            "two ways",
            { address: "a:1", viaKubernetes: { namespace: "n", context: "c" } },
            "Give either address or viaKubernetes, not both.",
        ],
        ["a URL", { address: "http://a:1" }, 'address must be host:port, not "http://a:1".'],
        [
            "an unknown key",
            { address: "a:1", adress: "b:1" },
            "adress is not known here; known are address, viaKubernetes, tls, apiKey, plaintextApiKey.",
        ],
        ["no Kubernetes namespace", { viaKubernetes: { context: "c" } }, "viaKubernetes.namespace must be given."],
        [
            "no context",
            { viaKubernetes: { namespace: "n", kubeconfig: "/k" } },
            "viaKubernetes.context must be given: the current context is never assumed.",
        ],
        [
            "a port that is none",
            { viaKubernetes: { namespace: "n", context: "c", port: 0 } },
            "viaKubernetes.port must be at least 1, not 0.",
        ],
        [
            "a forward with TLS but no name",
            { viaKubernetes: { namespace: "n", context: "c" }, tls: {} },
            "tls.serverName must be given: a port-forward has no name to check.",
        ],
        [
            "a file for a certificate",
            { address: "a:1", tls: { caCertificate: "/ca.pem" } },
            'tls.caCertificate must be PEM, beginning with -----BEGIN, not "/ca.pem".',
        ],
        [
            "a wrong key, not shown",
            { address: "a:1", tls: { clientCertificate: pem, clientKey: "hush" } },
            "tls.clientKey must be PEM, beginning with -----BEGIN.",
        ],
        [
            "half a pair",
            { address: "a:1", tls: { clientCertificate: pem } },
            "tls.clientCertificate and tls.clientKey belong together: give both or none.",
        ],
        [
            "a token without TLS",
            { address: "a:1", apiKey: "t" },
            "apiKey would be sent in plain text: give tls, or set plaintextApiKey.",
        ],
    ];
    for (const [what, news, expected] of table) {
        it(`refuse ${what}`, () =>
            assert.deepEqual(
                checkSettings(news).failures?.map(({ reason }) => reason),
                [expected],
            ));
    }

    it("may come as text, as SDKs send them, and keep what is secret", () => {
        const tls = JSON.stringify({ clientCertificate: pem, clientKey: pem });
        const { inputs, failures } = checkSettings({ address: "a:1", tls, apiKey: "t", version: "0.1.0" });
        assert.deepEqual(failures, []);
        const { clientKey } = inputs.tls as Values;
        assert.ok(isSecret(clientKey) && isSecret(inputs.apiKey));
        const whole = checkSettings({ address: "a:1", tls: secret(tls), plaintextApiKey: "false" });
        assert.deepEqual(whole.failures, []);
        assert.ok(isSecret(whole.inputs.tls));
    });

    it("may be unknown yet", () => {
        assert.deepEqual(checkSettings({ address: unknown, tls: unknown, apiKey: unknown }).failures, []);
        const viaKubernetes = { namespace: unknown, kubeconfig: unknown };
        assert.deepEqual(checkSettings({ viaKubernetes }).failures, []);
    });

    it("are read as the engine hands them on", () => {
        const variables = new Map([
            ["address", "a:1"],
            ["tls", '{"serverName":"x"}'],
            ["plaintextApiKey", "false"],
        ]);
        assert.deepEqual(readSettings(variables), { address: "a:1", tls: { serverName: "x" }, plaintextApiKey: false });
    });
});
