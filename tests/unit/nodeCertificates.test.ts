import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import type { TLSSocket } from "node:tls";

import { newAuthority, newCertificate } from "../../local/cluster/x509.ts";
import type { KeyAndCertificate } from "../../local/cluster/x509.ts";

const authority = newAuthority("test-ca", 10);
const issue = (names: readonly string[], from = authority) =>
    newCertificate({ commonName: "system:node:n", organization: "system:nodes", names }, from, "test-ca", 5);

/** Answers what the server reads as the client's name, or throws what the client or the server object to. */
async function handshake(server: KeyAndCertificate, client: KeyAndCertificate): Promise<string> {
    const listener = createServer({
        key: server.key,
        cert: server.certificate,
        ca: authority.certificate,
        requestCert: true,
        rejectUnauthorized: true,
    });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const seen = new Promise<string>((resolve, reject) => {
        listener.on("secureConnection", (socket: TLSSocket) => {
            resolve(String(socket.getPeerCertificate().subject.CN));
            socket.end();
        });
        listener.on("tlsClientError", reject);
    });
    const socket = connect({
        host: "127.0.0.1",
        port: (listener.address() as AddressInfo).port,
        key: client.key,
        cert: client.certificate,
        ca: authority.certificate,
    });
    try {
        const refused = new Promise<never>((_resolve, reject) => socket.on("error", reject));
        return await Promise.race([seen, refused]);
    } finally {
        socket.destroy();
        listener.close();
        await seen.catch(() => undefined);
    }
}

describe("certificates of the local node", () => {
    it("name user, group and addresses as Kubernetes reads them", () => {
        const certificate = new X509Certificate(issue(["10.243.0.2", "kubernetes.default.svc"]).certificate);
        assert.equal(certificate.subject, "O=system:nodes\nCN=system:node:n");
        assert.equal(certificate.subjectAltName, "IP Address:10.243.0.2, DNS:kubernetes.default.svc");
        assert.equal(certificate.ca, false);
        assert.ok(certificate.checkIssued(new X509Certificate(authority.certificate)));
        const days = (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / 86_400_000;
        assert.equal(days, 5);
    });

    it("stay readable at any length of their content", () => {
        // Lengths around 128 and 256 bytes take another form in DER.
        for (let length = 1; length < 300; length += 7) {
            const names = [
                "a".repeat(Math.min(length, 60)),
                ...Array<string>(Math.ceil(length / 30)).fill("b".repeat(30)),
            ];
            const certificate = new X509Certificate(issue(names).certificate);
            assert.ok(certificate.verify(new X509Certificate(authority.certificate).publicKey));
            assert.equal(certificate.subjectAltName, names.map((name) => `DNS:${name}`).join(", "));
        }
    });

    it("serve for TLS in both directions", async () => {
        assert.equal(await handshake(issue(["127.0.0.1"]), issue([])), "system:node:n");
    });

    it("don't serve for another address", async () => {
        await assert.rejects(handshake(issue(["127.0.0.2"]), issue([])), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    });

    it("of another authority are refused, even under the same name", async () => {
        await assert.rejects(handshake(issue(["127.0.0.1"]), issue([], newAuthority("test-ca", 10))));
    });
});
