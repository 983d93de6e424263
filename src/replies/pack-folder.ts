import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../lib/error-code.ts';
import { loadPack } from './load-pack.ts';
import type { Pack } from './pack.ts';

/** Editors leave hidden files and backups next to a pack. */
const packFile = /^[^.].*\.ya?ml$/i;

export interface PackFolder {
  /** Reads what changed since the last time; true: the packs in force are others now. */
  refresh(): Promise<boolean>;
  /** In the order of their files' names. */
  packs(): Pack[];
  /** Forgets all of them, so that everything is read anew. */
  clear(): void;
}

/** Files of a folder that are read, by their names' order. */
const mostPacks = 200;

/** Every `*.yaml` of a folder, each in the last version that had no mistake. */
export function openPackFolder(dir: string, onError: (error: unknown) => void): PackFolder {
  const inForce = new Map<string, Pack>();
  /** Every file's content as last seen, also of a refused one: a mistake is reported once. */
  const seen = new Map<string, Buffer>();

  async function readOne(name: string): Promise<boolean> {
    try {
      const file = join(dir, name);
      const bytes = await readFile(file);
      if (seen.get(name)?.equals(bytes)) return false;
      seen.set(name, bytes);
      inForce.set(name, loadPack(bytes, file));
      return true;
    } catch (error) {
      // Gone between listing and reading: an editor is renaming, which is reported as the next change.
      if (!isMissing(error)) onError(error);
      return false;
    }
  }

  async function refresh(): Promise<boolean> {
    const names = await listPacks(dir);
    for (const name of seen.keys()) if (!names.includes(name)) seen.delete(name);
    const gone = [...inForce.keys()].filter((name) => !names.includes(name));
    for (const name of gone) inForce.delete(name);
    const changed = await Promise.all(names.map(readOne));
    return gone.length > 0 || changed.includes(true);
  }

  const packs = () => [...inForce].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pack]) => pack);
  function clear(): void {
    inForce.clear();
    seen.clear();
  }

  return { refresh, packs, clear };
}

async function listPacks(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir))
      .filter((name) => packFile.test(name))
      .sort()
      .slice(0, mostPacks);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** No such file or folder. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}
