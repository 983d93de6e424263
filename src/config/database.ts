import { type DatabaseAddress, isUnencrypted, readAuthorities, splitTls, wrongSslMode } from '../lib/database-tls.ts';
import type { CoreSettings } from './schema.ts';

type DatabaseSettings = Pick<Partial<CoreSettings>, 'DATABASE_URL' | 'DATABASE_CA'>;

/** Returns how the database of the settings is reached; null: the store is a file. */
export const databaseOf = ({ DATABASE_URL: url, ...others }: DatabaseSettings): DatabaseAddress | null =>
  url === undefined ? null : { url, ca: authorityOf(others) };

/** Returns the certificates of DATABASE_CA in PEM. It was checked with the other settings. */
export const authorityOf = ({ DATABASE_CA: written }: DatabaseSettings): string | undefined =>
  written === undefined ? undefined : readAuthorities(written);

/** Returns problems of what the settings say of TLS. Shows no address, which has a password. */
export function databaseTls({ DATABASE_URL: url, DATABASE_CA: ca }: DatabaseSettings): string[] {
  const wrong = url === undefined ? null : wrongSslMode(url);
  const problems = wrong === null ? [] : [`DATABASE_URL: ${wrong}.`];
  if (ca === undefined) return problems;
  try {
    readAuthorities(ca);
  } catch (error) {
    problems.push(`DATABASE_CA ${(error as Error).message}.`);
  }
  const { tls } = splitTls(url ?? '');
  if (tls.sslrootcert !== undefined) {
    problems.push('DATABASE_CA and sslrootcert in DATABASE_URL are both set; keep one of them.');
  }
  if (isUnencrypted(tls)) {
    problems.push('DATABASE_CA is for an encrypted connection, which DATABASE_URL turns off; keep one of them.');
  }
  return problems;
}

/** Returns how many instances and standbys should be there. */
export const wantedOf = ({ INSTANCES, DATABASE_STANDBYS }: Pick<CoreSettings, 'INSTANCES' | 'DATABASE_STANDBYS'>) => ({
  instances: INSTANCES,
  standbys: DATABASE_STANDBYS,
});
