/** The node's certificate authority, an identity for each of its programs, and their kubeconfigs. */
import { X509Certificate } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { join } from "node:path";
import {
    apiServerUrl,
    apiServiceAddress,
    clusterDir,
    clusterDomain,
    kubeconfigPath,
    nodeAddress,
    nodeName,
} from "./layout.ts";
import { newAuthority, newCertificate, newKey, publicKeyOf } from "./x509.ts";
import type { KeyAndCertificate, Subject } from "./x509.ts";

const authorityName = "temporal-local-ca";

/** How long certificates are valid, in days. */
const authorityDays = 3650;
const certificateDays = 365;

/** A certificate with less than this left is made anew, in milliseconds: 30 days. */
const renewBefore = 30 * 86_400_000;

/**
 * Who is who. Users and groups are those that Kubernetes' own RBAC rules and its node authorizer know; `admin` alone may do
 * everything; what coredns, Calico and the API server's calls to the kubelet may do is in objects.ts.
 */
const identities = {
    "kube-apiserver": {
        commonName: "kube-apiserver",
        names: [
            nodeAddress,
            apiServiceAddress,
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            `kubernetes.default.svc.${clusterDomain}`,
        ],
    },
    "kubelet-client": { commonName: "kube-apiserver-kubelet-client" },
    "kube-controller-manager": { commonName: "system:kube-controller-manager", names: ["127.0.0.1"] },
    "kube-scheduler": { commonName: "system:kube-scheduler", names: ["127.0.0.1"] },
    "kube-proxy": { commonName: "system:kube-proxy" },
    kubelet: { commonName: `system:node:${nodeName}`, organization: "system:nodes", names: [nodeAddress] },
    coredns: { commonName: "system:coredns" },
    calico: { commonName: "system:calico" },
    admin: { commonName: "admin", organization: "system:masters" },
} satisfies Record<string, Subject>;

/** Who has a certificate. */
export type Identity = keyof typeof identities;

const directory = join(clusterDir, "pki");

/** Where keys and certificates lie. */
export const pkiFiles = {
    authority: join(directory, "ca.crt"),
    serviceAccountKey: join(directory, "service-account.key"),
    serviceAccountPublicKey: join(directory, "service-account.pub"),
    certificate: (identity: Identity) => join(directory, `${identity}.crt`),
    key: (identity: Identity) => join(directory, `${identity}.key`),
    kubeconfig: (identity: Identity) =>
        identity === "admin" ? kubeconfigPath : join(directory, `${identity}.kubeconfig`),
} as const;

async function readOptional(path: string): Promise<string | undefined> {
    return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
    });
}

/** Whole or not at all, and for the owner only. */
async function writePrivate(path: string, content: string): Promise<void> {
    await writeFile(`${path}.new`, content, { mode: 0o600 });
    await rename(`${path}.new`, path);
}

/** True if this is a certificate that the authority gave to this subject, for this key, with time left. */
function fits({ key, certificate }: KeyAndCertificate, subject: Subject, authority: X509Certificate): boolean {
    try {
        const parsed = new X509Certificate(certificate);
        const names = (subject.names ?? []).map((name) => `${isIPv4(name) ? "IP Address" : "DNS"}:${name}`);
        const expected = [subject.organization && `O=${subject.organization}`, `CN=${subject.commonName}`];
        return (
            parsed.subject === expected.filter(Boolean).join("\n") &&
            (parsed.subjectAltName ?? "") === names.join(", ") &&
            parsed.verify(authority.publicKey) &&
            parsed.publicKey.export({ type: "spki", format: "pem" }) === publicKeyOf(key) &&
            parsed.validToDate.getTime() - Date.now() > renewBefore
        );
    } catch {
        return false; // cut off or no certificate at all
    }
}

async function ensureCertificate(
    name: string,
    subject: Subject,
    make: () => KeyAndCertificate,
    authority?: KeyAndCertificate,
): Promise<KeyAndCertificate> {
    const paths = { key: join(directory, `${name}.key`), certificate: join(directory, `${name}.crt`) };
    const [key, certificate] = await Promise.all([readOptional(paths.key), readOptional(paths.certificate)]);
    if (key !== undefined && certificate !== undefined) {
        const present = { key, certificate };
        try {
            if (fits(present, subject, new X509Certificate((authority ?? present).certificate))) return present;
        } catch {
            // cut off: made anew below
        }
    }
    const made = make();
    await writePrivate(paths.key, made.key);
    await writePrivate(paths.certificate, made.certificate);
    return made;
}

function kubeconfig(user: Identity, authority: KeyAndCertificate, { key, certificate }: KeyAndCertificate): string {
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    const config = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [
            {
                name: nodeName,
                cluster: { server: apiServerUrl, "certificate-authority-data": base64(authority.certificate) },
            },
        ],
        users: [
            { name: user, user: { "client-certificate-data": base64(certificate), "client-key-data": base64(key) } },
        ],
        contexts: [{ name: nodeName, context: { cluster: nodeName, user } }],
        "current-context": nodeName,
    };
    return `${JSON.stringify(config, undefined, 2)}\n`; // JSON is YAML
}

/**
 * Makes what is missing, damaged or near its end: the authority, keys and certificates of all identities, their
 * kubeconfigs, the key that signs service accounts' tokens. Answers all certificates, for telling whether any changed.
 */
export async function ensurePki(): Promise<readonly string[]> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const authority = await ensureCertificate("ca", { commonName: authorityName }, () =>
        newAuthority(authorityName, authorityDays),
    );
    const tokenKey = (await readOptional(pkiFiles.serviceAccountKey)) ?? newKey();
    await writePrivate(pkiFiles.serviceAccountKey, tokenKey);
    await writePrivate(pkiFiles.serviceAccountPublicKey, publicKeyOf(tokenKey));
    const certificates: string[] = [authority.certificate];
    for (const [name, subject] of Object.entries(identities)) {
        const make = () => newCertificate(subject, authority, authorityName, certificateDays);
        const issued = await ensureCertificate(name, subject, make, authority);
        const identity = name as Identity;
        await writePrivate(pkiFiles.kubeconfig(identity), kubeconfig(identity, authority, issued));
        certificates.push(issued.certificate);
    }
    return certificates;
}
