import { readFileSync } from 'node:fs';
import { type DatabaseAddress, isUnencrypted, splitTls, type TlsParameters } from '../../lib/database-tls.ts';
import { errorCode } from '../../lib/error-code.ts';

/** A file that the address of the database names cannot be read. */
export class FileUnreadable extends Error {
  override readonly name = 'FileUnreadable';
}

/**
 * Returns the client's options for an address. What an address says of TLS has precedence over options in `pg`, so it is taken out.
 * Files are read by this call. @throws FileUnreadable
 */
export function addressOptions({ url, ca }: DatabaseAddress) {
  const { tls, rest } = splitTls(url);
  if (rest === url && ca === undefined) return { connectionString: url };
  return { connectionString: rest, ssl: sslOf(tls, ca), sslnegotiation: tls.sslnegotiation };
}

function sslOf(tls: TlsParameters, ca: string | undefined): object | boolean | undefined {
  const files = { ca: read(tls, 'sslrootcert') ?? ca, cert: read(tls, 'sslcert'), key: read(tls, 'sslkey') };
  const given = Object.entries(files).filter(([, text]) => text !== undefined);
  if (isUnencrypted(tls)) return false;
  if (given.length === 0 && !asksForTls(tls)) return undefined;
  // `ssl` is a parameter that Node's client has beside `sslmode`.
  return { rejectUnauthorized: (tls.sslmode ?? tls.ssl) !== 'no-verify', ...Object.fromEntries(given) };
}

const asksForTls = ({ sslmode, ssl, sslnegotiation }: TlsParameters): boolean =>
  sslmode !== undefined || ssl !== undefined || sslnegotiation === 'direct';

function read(tls: TlsParameters, name: 'sslrootcert' | 'sslcert' | 'sslkey'): string | undefined {
  const file = tls[name];
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new FileUnreadable(`${name}=${file} cannot be read, ${errorCode(error)}`, { cause: error });
  }
}
