/** X.509 certificates (RFC 5280): Node.js reads them, but can't make them, and not every machine has openssl. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIPv4 } from "node:net";

/** Private key and certificate, both PEM. */
export interface KeyAndCertificate {
    readonly key: string;
    readonly certificate: string;
}

/** What a certificate says. */
export interface Subject {
    /** Kubernetes' user name. */
    readonly commonName: string;
    /** Kubernetes' group. Default: none. */
    readonly organization?: string;
    /** IPv4 addresses and DNS names that a server answers under. Default: none, for clients only. */
    readonly names?: readonly string[];
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
    const body = Buffer.concat(parts);
    if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
    const digits = body.length.toString(16);
    const length = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
    return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, body]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]) => der(0x31, ...parts);
const octets = (...parts: readonly Uint8Array[]) => der(0x04, ...parts);
const bits = (unused: number, ...parts: readonly Uint8Array[]) => der(0x03, Buffer.of(unused), ...parts);
const utf8 = (text: string) => der(0x0c, Buffer.from(text));
const yes = der(0x01, Buffer.of(0xff));

function identifier(dotted: string): Buffer {
    const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
    const base128 = (value: number): number[] =>
        value < 0x80 ? [value] : [...base128(value >> 7).map((byte) => byte | 0x80), value & 0x7f];
    return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function time(date: Date): Buffer {
    // UTCTime, YYMMDDhhmmssZ: enough until 2049.
    const text = date.toISOString().replace(/^..|[-:T]|\..*$/g, "");
    return der(0x17, Buffer.from(`${text}Z`));
}

function name({ commonName, organization }: Subject): Buffer {
    const attribute = (type: string, value: string) => set(sequence(identifier(type), utf8(value)));
    return sequence(
        ...(organization === undefined ? [] : [attribute("2.5.4.10", organization)]),
        attribute("2.5.4.3", commonName),
    );
}

function extension(type: string, critical: boolean, value: Buffer): Buffer {
    return sequence(identifier(type), ...(critical ? [yes] : []), octets(value));
}

const basicConstraints = "2.5.29.19";
const keyUsage = "2.5.29.15";
const extendedKeyUsage = "2.5.29.37";
const subjectAltName = "2.5.29.17";
const serverAuth = "1.3.6.1.5.5.7.3.1";
const clientAuth = "1.3.6.1.5.5.7.3.2";

function authorityExtensions(): Buffer[] {
    // Usage: keyCertSign and cRLSign, bits 5 and 6.
    return [
        extension(basicConstraints, true, sequence(yes)),
        extension(keyUsage, true, bits(1, Buffer.of(0b0000_0110))),
    ];
}

function leafExtensions(names: readonly string[]): Buffer[] {
    const purposes = [...(names.length > 0 ? [serverAuth] : []), clientAuth].map(identifier);
    const alternatives = names.map((item) =>
        isIPv4(item) ? der(0x87, Buffer.from(item.split(".").map(Number))) : der(0x82, Buffer.from(item)),
    );
    // Usage: digitalSignature, bit 0.
    return [
        extension(keyUsage, true, bits(7, Buffer.of(0b1000_0000))),
        extension(extendedKeyUsage, false, sequence(...purposes)),
        ...(names.length > 0 ? [extension(subjectAltName, false, sequence(...alternatives))] : []),
    ];
}

function pem(label: string, content: Buffer): string {
    const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
    return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** A new private key on the curve P-256, PEM. */
export function newKey(): string {
    return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
        type: "pkcs8",
        format: "pem",
    }) as string;
}

/** The public half of a private key, PEM. */
export function publicKeyOf(key: string): string {
    return createPublicKey(key).export({ type: "spki", format: "pem" }) as string;
}

interface Issuer {
    readonly name: Buffer;
    readonly key: KeyObject;
}

function issue(subject: Subject, key: string, issuer: Issuer, days: number, extensions: readonly Buffer[]): string {
    const algorithm = sequence(identifier("1.2.840.10045.4.3.2")); // ecdsa-with-SHA256
    // An hour ago: the clocks of a machine and its virtual machines differ.
    const from = new Date(Date.now() - 3_600_000);
    const serial = randomBytes(16);
    serial[0] = 0x40 | (serial.readUInt8(0) & 0x3f); // positive, without a leading zero byte
    const content = sequence(
        der(0xa0, der(0x02, Buffer.of(2))), // version 3
        der(0x02, serial),
        algorithm,
        issuer.name,
        sequence(time(from), time(new Date(from.getTime() + days * 86_400_000))),
        name(subject),
        createPublicKey(key).export({ type: "spki", format: "der" }),
        der(0xa3, sequence(...extensions)),
    );
    return pem("CERTIFICATE", sequence(content, algorithm, bits(0, sign("sha256", content, issuer.key))));
}

/** A new certificate authority of its own making, valid for `days`. */
export function newAuthority(commonName: string, days: number): KeyAndCertificate {
    const key = newKey();
    const issuer = { name: name({ commonName }), key: createPrivateKey(key) };
    return { key, certificate: issue({ commonName }, key, issuer, days, authorityExtensions()) };
}

/** A new key with a certificate of the authority, valid for `days`, for a client and, if it has names, a server too. */
export function newCertificate(
    subject: Subject,
    authority: KeyAndCertificate,
    authorityName: string,
    days: number,
): KeyAndCertificate {
    const key = newKey();
    const issuer = { name: name({ commonName: authorityName }), key: createPrivateKey(authority.key) };
    return { key, certificate: issue(subject, key, issuer, days, leafExtensions(subject.names ?? [])) };
}
