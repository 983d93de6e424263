import { wrongSslMode } from '../lib/database-tls.ts';
import type { CoreSettings } from './schema.ts';

/** Returns problems of what DATABASE_URL says of TLS. Does not show the address, which has a password. */
export function databaseTls({ DATABASE_URL }: Partial<CoreSettings>): string[] {
  const wrong = DATABASE_URL === undefined ? null : wrongSslMode(DATABASE_URL);
  return wrong === null ? [] : [`DATABASE_URL: ${wrong}.`];
}
