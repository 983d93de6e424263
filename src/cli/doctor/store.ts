import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../app/index.ts';
import { databaseOf } from '../../config/index.ts';
import { systemClock } from '../../domain/clock.ts';
import { kindOfEntry } from '../../files/regular.ts';
import {
  createSqliteStore,
  createStateTable,
  damaged,
  describeDamage,
  onOneLine,
  openDatabase,
  readPostgresState,
} from '../../stores/index.ts';
import { type Finding, finder } from './finding.ts';
import { describeQueue } from './queue.ts';

const find = finder('store');

/** Checks the store, also while the program runs. Claims no messages, so it delivers none. */
export async function checkStore(dataDir: string): Promise<Finding[]> {
  const file = join(dataDir, 'ultronex.db');
  if (!existsSync(file)) {
    const isLink = lstatSync(file, { throwIfNoEntry: false }) !== undefined;
    if (isLink)
      return [find('fail', `${file} is a symbolic link that leads nowhere. Remove it, or make what it leads to`)];
    return [find('ok', `${file} is not there yet; it is made at the first start`)];
  }
  const kind = kindOfEntry(file);
  if (kind !== null) return [find('fail', `${file} is ${kind}, not a file. Move it away`)];
  try {
    // Before the store is opened for writing: writes could increase the damage.
    const damage = quickCheck(file);
    if (damage !== null) return [find('fail', damaged(file, damage))];
    return [find('ok', `${file} is whole`), ...(await tryStore(file))];
  } catch (error) {
    return [find('fail', describeDamage(error, file) ?? withPath(file, (error as Error).message))];
  }
}

/** Prefixes a message with the file, unless it names the file already; such a message ends with a full stop. */
function withPath(file: string, message: string): string {
  return message.includes(file) ? message.replace(/\.$/, '') : `${file}: ${onOneLine(message)}`;
}

/** Returns a look-up of values that the store keeps by name. null for no value, and when the store cannot be read. */
export function rememberedState(config: Settings): (name: string) => Promise<string | null> {
  const database = databaseOf(config);
  if (database !== null) return (name) => readPostgresState(database, name);
  const file = join(config.DATA_DIR, 'ultronex.db');
  return async (name) => {
    if (!existsSync(file)) return null;
    try {
      const db = openDatabase(file, { readonly: true });
      try {
        return createStateTable(db).read(name);
      } finally {
        db.close();
      }
    } catch {
      return null;
    }
  };
}

/** https://www.sqlite.org/pragma.html#pragma_quick_check */
function quickCheck(file: string): string | null {
  const db = openDatabase(file, { readonly: true });
  try {
    const result = db.pragma('quick_check(1)', { simple: true });
    return result === 'ok' ? null : String(result);
  } finally {
    db.close();
  }
}

async function tryStore(file: string): Promise<Finding[]> {
  const store = await createSqliteStore({ file, owner: `doctor-${process.pid}`, clock: systemClock, onError() {} });
  try {
    await store.check();
    const { queued, oldestAt } = await store.backlog();
    return [find('ok', 'the file takes writes'), describeQueue(queued, oldestAt)];
  } finally {
    await store.close();
  }
}
