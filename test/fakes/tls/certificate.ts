import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { bits, implicit, integer, octets, oid, sequence, set, tagged, time, utf8, yes } from './der.ts';

export interface Validity {
  /** Milliseconds since 1970; without fractions of a second in the certificate. */
  from: number;
  to: number;
}

/** A certificate with its key, which can sign others. */
export interface Certified {
  name: string;
  /** PEM. */
  certificate: string;
  /** PEM, PKCS #8. */
  key: string;
  validity: Validity;
  /** Null: signed by itself. */
  issuer: Certified | null;
  keys: { privateKey: KeyObject; publicKey: KeyObject };
}

interface Wanted {
  /** The common name. */
  name: string;
  validity: Validity;
  /** Null: signed by itself. */
  issuer: Certified | null;
  /** May sign certificates. */
  authority?: boolean;
  /** DNS names, also `*.example.com`, and IP addresses. */
  names?: string[];
  /** Of another certificate for the same name: the two are cross-signed. */
  keys?: Certified['keys'];
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const commonName = '2.5.4.3';

const nameOf = (text: string) => sequence(set(sequence(oid(commonName), utf8(text))));
const publicDer = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });
const keyId = (key: KeyObject) => createHash('sha1').update(publicDer(key)).digest();

/** Writes and signs an X.509 certificate, version 3 (RFC 5280), with a new P-256 key. */
export function certify({ name, validity, issuer, authority = false, names = [], ...wanted }: Wanted): Certified {
  const keys = wanted.keys ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = issuer?.keys ?? keys;
  const extension = (id: string, content: Buffer, critical = false) =>
    sequence(oid(id), ...(critical ? [yes] : []), octets(content));
  const extensions = sequence(
    extension('2.5.29.19', authority ? sequence(yes) : sequence(), true),
    // keyCertSign and cRLSign, or digitalSignature.
    extension('2.5.29.15', authority ? bits(Buffer.from([0x06]), 1) : bits(Buffer.from([0x80]), 7), true),
    extension('2.5.29.14', octets(keyId(keys.publicKey))),
    extension('2.5.29.35', sequence(implicit(0, keyId(signer.publicKey)))),
    ...(authority ? [] : [extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1')))]),
    ...(names.length === 0 ? [] : [extension('2.5.29.17', sequence(...names.map(alternativeName)))]),
  );
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(issuer?.name ?? name),
    sequence(time(validity.from), time(validity.to)),
    nameOf(name),
    publicDer(keys.publicKey),
    tagged(3, extensions),
  );
  const signature = sign('sha256', body, signer.privateKey);
  const certificate = pem('CERTIFICATE', sequence(body, ecdsaWithSha256, bits(signature)));
  const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { name, certificate, key, validity, issuer, keys };
}

function alternativeName(name: string): Buffer {
  if (isIP(name) === 0) return implicit(2, Buffer.from(name, 'latin1'));
  if (!isIPv4(name) && name !== '::1') throw new Error(`"${name}": of IPv6 only ::1 is supported`);
  const bytes = isIPv4(name) ? Buffer.from(name.split('.').map(Number)) : Buffer.from([...Array(15).fill(0), 1]);
  return implicit(7, bytes);
}

const pem = (label: string, der: Buffer) =>
  `-----BEGIN ${label}-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;
