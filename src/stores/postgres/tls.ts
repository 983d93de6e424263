import { readFileSync } from 'node:fs';
import { splitTls, type TlsParameters } from '../../lib/database-tls.ts';
import { errorCode } from '../../lib/error-code.ts';

/** A file that the address of the database names cannot be read. */
export class FileUnreadable extends Error {
  override readonly name = 'FileUnreadable';
}

/**
 * Returns the client's options for an address. What an address says of TLS has precedence over options in `pg`, so it is taken out.
 * Files are read by this call. @throws FileUnreadable
 */
export function addressOptions(url: string) {
  const { tls, rest } = splitTls(url);
  if (rest === url) return { connectionString: url };
  return { connectionString: rest, ssl: sslOf(tls), sslnegotiation: tls.sslnegotiation };
}

function sslOf(tls: TlsParameters): object | boolean | undefined {
  const mode = tls.sslmode ?? byFlag[tls.ssl ?? ''];
  const files = { ca: read(tls, 'sslrootcert'), cert: read(tls, 'sslcert'), key: read(tls, 'sslkey') };
  const given = Object.entries(files).filter(([, text]) => text !== undefined);
  if (mode === 'disable') return false;
  if (mode === undefined && given.length === 0 && tls.sslnegotiation !== 'direct') return undefined;
  return { rejectUnauthorized: mode !== 'no-verify', ...Object.fromEntries(given) };
}

/** The parameter `ssl`, which Node's client has beside `sslmode`. */
const byFlag: Readonly<Record<string, string>> = {
  ...{ true: 'verify-full', 1: 'verify-full', 'no-verify': 'no-verify' },
  ...{ false: 'disable', 0: 'disable' },
};

function read(tls: TlsParameters, name: 'sslrootcert' | 'sslcert' | 'sslkey'): string | undefined {
  const file = tls[name];
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new FileUnreadable(`${name}=${file} cannot be read, ${errorCode(error)}`, { cause: error });
  }
}
