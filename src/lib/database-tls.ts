import { X509Certificate } from 'node:crypto';

/** How a database is reached. */
export interface DatabaseAddress {
  /** `postgres://user:password@host:5432/database`, with `sslmode` and `sslrootcert` where the connection leaves the machine. */
  url: string;
  /** Certificates of authorities in PEM, for an address that names none. The connection is then encrypted and checked. */
  ca?: string;
}

/** The parameters for TLS in the address of a database. If one stands there twice, the last one counts. */
export type TlsParameters = Readonly<
  Partial<
    Record<'sslmode' | 'ssl' | 'sslrootcert' | 'sslcert' | 'sslkey' | 'sslnegotiation' | 'uselibpqcompat', string>
  >
>;

const names = ['sslmode', 'ssl', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation', 'uselibpqcompat'];

/** Returns the parameters of TLS, and the address without them. */
export function splitTls(url: string): { tls: TlsParameters; rest: string } {
  const [whole, query] = /\?([^#]*)/.exec(url) ?? ['', ''];
  const given = [...new URLSearchParams(query)];
  const others = given.filter(([name]) => !names.includes(name));
  const tls = Object.fromEntries(given.filter(([name]) => names.includes(name)));
  if (Object.keys(tls).length === 0) return { tls, rest: url };
  return { tls, rest: url.replace(whole, others.length === 0 ? '' : `?${new URLSearchParams(others)}`) };
}

const modes = ['verify-full', 'no-verify', 'disable'];

/**
 * Returns the problem of an address with another `sslmode` than the three that mean the same for every client; null for none. The
 * client library takes `require` for `verify-full` today, and will take it for `no-verify`.
 */
export function wrongSslMode(url: string): string | null {
  const { sslmode } = splitTls(url).tls;
  if (sslmode === undefined || modes.includes(sslmode)) return null;
  return `sslmode=${sslmode} does not say what is checked; write sslmode=verify-full (the certificate and the host name), or no-verify (encrypted, but nothing is checked)`;
}

/** Returns whether an address says that the connection is not encrypted. */
export const isUnencrypted = ({ sslmode, ssl = '' }: TlsParameters): boolean =>
  sslmode === undefined ? ['0', 'false'].includes(ssl) : sslmode === 'disable';

/**
 * Reads certificates in PEM, or the base64 of such a text, and returns them in PEM. Line breaks may be missing, or written as `\n`,
 * as an environment leaves them. @throws Error, whose message ends a sentence that begins with the setting's name
 */
export function readAuthorities(written: string): string {
  const text = written.includes('-----BEGIN') ? written : Buffer.from(written, 'base64').toString('latin1');
  const bodies = [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)];
  const begun = text.split('-----BEGIN CERTIFICATE-----').length - 1;
  if (begun === 0) {
    throw new Error(
      'is no certificate in PEM; write the text that begins with -----BEGIN CERTIFICATE-----, or its base64 on one line (base64 -w0 ca.pem)',
    );
  }
  const certificates = bodies.flatMap(([, body = '']) => {
    try {
      return [new X509Certificate(Buffer.from(body.replace(/\\n|\s/g, ''), 'base64')).toString()];
    } catch {
      return [];
    }
  });
  if (certificates.length === begun) return certificates.join('');
  throw new Error(
    `has ${begun - certificates.length} of ${begun} certificates that cannot be read; copy the whole file`,
  );
}
