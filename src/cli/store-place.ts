import { join } from 'node:path';
import type { Settings } from '../app/index.ts';
import { databaseOf } from '../config/index.ts';
import { databasePlace } from '../lib/database-place.ts';
import { type DatabaseAddress, wrongSslMode } from '../lib/database-tls.ts';
import { redact } from '../lib/redact.ts';
import { UsageError } from './command.ts';

/** Where a store is. */
export type StorePlace = { kind: 'sqlite'; file: string } | ({ kind: 'postgres' } & DatabaseAddress);

/** Returns the store that the settings name. */
export function storeOf(config: Pick<Settings, 'DATABASE_URL' | 'DATABASE_CA' | 'DATA_DIR'>): StorePlace {
  const database = databaseOf(config);
  if (database !== null) return { kind: 'postgres', ...database };
  return { kind: 'sqlite', file: join(config.DATA_DIR, 'ultronex.db') };
}

/** Reads the value of an option. @param ca of the settings: DATABASE_CA. @throws UsageError, without a password */
export function readStorePlace(written: string, option: string, ca?: string): StorePlace {
  const file = /^sqlite:(?:\/\/)?(.+)$/s.exec(written)?.[1];
  if (file !== undefined) return { kind: 'sqlite', file };
  if (/^postgres(ql)?:\/\/[^/]+\/[^/?]+/.test(written) && URL.canParse(written)) {
    const wrong = wrongSslMode(written);
    if (wrong !== null) throw new UsageError(`${option}: ${wrong}`);
    return { kind: 'postgres', url: written, ca };
  }
  throw new UsageError(
    `${option} "${redact(written)}" is no store; write sqlite:FILE, or postgres://host:5432/database with user:password@ before the host`,
  );
}

/** Returns the place for people, without user and password. */
export const shownPlace = (place: StorePlace): string =>
  place.kind === 'sqlite' ? place.file : databasePlace(place.url);
