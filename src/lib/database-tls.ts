/** What the address of a database says of TLS: parameters of its query, of which the last one of a name counts. */
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
