import { join } from 'node:path';
import type { Settings } from '../app/index.ts';
import { databasePlace } from '../lib/database-place.ts';
import { wrongSslMode } from '../lib/database-tls.ts';
import { redact } from '../lib/redact.ts';
import { UsageError } from './command.ts';

/** Where a store is. */
export type StorePlace = { kind: 'sqlite'; file: string } | { kind: 'postgres'; url: string };

/** Returns the store that the settings name. */
export function storeOf({ DATABASE_URL, DATA_DIR }: Pick<Settings, 'DATABASE_URL' | 'DATA_DIR'>): StorePlace {
  if (DATABASE_URL !== undefined) return { kind: 'postgres', url: DATABASE_URL };
  return { kind: 'sqlite', file: join(DATA_DIR, 'ultronex.db') };
}

/** Reads the value of an option. @throws UsageError, without a password */
export function readStorePlace(written: string, option: string): StorePlace {
  const file = /^sqlite:(?:\/\/)?(.+)$/s.exec(written)?.[1];
  if (file !== undefined) return { kind: 'sqlite', file };
  if (/^postgres(ql)?:\/\/[^/]+\/[^/?]+/.test(written) && URL.canParse(written)) {
    const wrong = wrongSslMode(written);
    if (wrong !== null) throw new UsageError(`${option}: ${wrong}`);
    return { kind: 'postgres', url: written };
  }
  throw new UsageError(
    `${option} "${redact(written)}" is no store; write sqlite:FILE, or postgres://host:5432/database with user:password@ before the host`,
  );
}

/** Returns the place for people, without user and password. */
export const shownPlace = (place: StorePlace): string =>
  place.kind === 'sqlite' ? place.file : databasePlace(place.url);
