import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../domain/clock.ts';
import { kindOfEntry } from '../../files/regular.ts';
import {
  createSqliteStore,
  createStateTable,
  damaged,
  describeDamage,
  onOneLine,
  openDatabase,
} from '../../stores/index.ts';
import { type Finding, finder } from './finding.ts';

const find = finder('store');
/** Above this the oldest message waits longer than pace and ordinary back-off explain. */
const oldMs = 5 * 60_000;

/** Opens the store beside the running program, which SQLite allows; claims nothing, so it delivers nothing. */
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
    // Before anything is written: writing into a damaged file makes it worse.
    const damage = quickCheck(file);
    if (damage !== null) return [find('fail', damaged(file, damage))];
    return [find('ok', `${file} is whole`), ...(await tryStore(file))];
  } catch (error) {
    return [find('fail', describeDamage(error, file) ?? withPath(file, (error as Error).message))];
  }
}

/** An error of the store's may name the file already, and then ends with a full stop. */
function withPath(file: string, message: string): string {
  return message.includes(file) ? message.replace(/\.$/, '') : `${file}: ${onOneLine(message)}`;
}

/** Reads what the store remembers by a name. null: nothing; or the store cannot be read, of which `checkStore` tells. */
export function rememberedState(dataDir: string): (name: string) => string | null {
  const file = join(dataDir, 'ultronex.db');
  return (name) => {
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
    const said = db.pragma('quick_check(1)', { simple: true });
    return said === 'ok' ? null : String(said);
  } finally {
    db.close();
  }
}

async function tryStore(file: string): Promise<Finding[]> {
  const store = await createSqliteStore({ file, owner: `doctor-${process.pid}`, clock: systemClock, onError() {} });
  try {
    await store.check();
    const { queued, oldestAt } = await store.backlog();
    return [find('ok', 'takes writes'), describeQueue(queued, oldestAt)];
  } finally {
    await store.close();
  }
}

function describeQueue(queued: number, oldestAt: number | null): Finding {
  if (oldestAt === null) return find('ok', 'no message waits');
  const ageMs = Date.now() - oldestAt;
  const age = `${queued} messages wait, the oldest for ${Math.round(ageMs / 1_000)} s`;
  if (ageMs < oldMs) return find('ok', age);
  return find('warn', `${age}; GET /ultronex/messages?state=queued shows their last errors`);
}
