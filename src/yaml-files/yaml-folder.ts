import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../lib/error-code.ts';
import { FileRefused } from './file-refused.ts';

/** Excludes the hidden files and backups of editors. */
const yamlFile = /^[^.].*\.ya?ml$/i;

export interface YamlFolder<T> {
  /** Reads the changed files. Resolves with true when the contents in force changed. */
  refresh(): Promise<boolean>;
  /** The contents in force, sorted by file name. */
  contents(): T[];
  /** False: a file of the folder has an error and no valid version. */
  isWhole(): boolean;
  /** Drops all contents; the next `refresh` reads every file. */
  clear(): void;
}

/** Parses a file's bytes. @throws FileRefused */
export type LoadFile<T> = (bytes: Uint8Array, file: string) => T | Promise<T>;

/** Bytes of a file. Longer ones are not read into memory; the reader counts characters. */
const mostBytes = 4_194_304;

/** Most files that are read, in the order of their names. */
const mostFiles = 200;

/**
 * Opens a folder of `*.yaml` files. A file with an error keeps its last valid version in force.
 * @param only the name of the only file to read, which may end otherwise
 */
export function openYamlFolder<T>(
  dir: string,
  load: LoadFile<T>,
  onError: (error: unknown) => void,
  only?: string,
): YamlFolder<T> {
  const inForce = new Map<string, T>();
  /** By file: its last content, also of a refused file, so that an error is reported once. */
  const seen = new Map<string, Buffer>();
  /** Files with an error that have no valid version. */
  const unread = new Set<string>();

  async function readOne(name: string): Promise<boolean> {
    try {
      const file = join(dir, name);
      const problem = await unreadable(file);
      const bytes = problem === null ? await readFile(file) : Buffer.from(problem);
      if (seen.get(name)?.equals(bytes)) return false;
      seen.set(name, bytes);
      if (problem !== null) throw new FileRefused(file, [{ line: 1, reason: problem }]);
      inForce.set(name, await load(bytes, file));
      unread.delete(name);
      return true;
    } catch (error) {
      // Removed between listing and reading: an editor is renaming it, and another change event follows.
      if (isMissing(error)) return false;
      if (!inForce.has(name)) unread.add(name);
      onError(error);
      return false;
    }
  }

  async function refresh(): Promise<boolean> {
    const names = await listFiles(dir, only);
    for (const name of seen.keys()) if (!names.includes(name)) seen.delete(name);
    const removed = [...inForce.keys()].filter((name) => !names.includes(name));
    for (const name of removed) inForce.delete(name);
    const dropped = [...unread].filter((name) => !names.includes(name));
    for (const name of dropped) unread.delete(name);
    const changed = await Promise.all(names.map(readOne));
    return removed.length + dropped.length > 0 || changed.includes(true);
  }

  const contents = () => [...inForce].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, content]) => content);
  function clear(): void {
    inForce.clear();
    seen.clear();
    unread.clear();
  }

  return { refresh, contents, isWhole: () => unread.size === 0, clear };
}

/** Reads a file. @throws FileRefused when it is none, or far too long */
export async function readRegular(file: string): Promise<Buffer> {
  const problem = await unreadable(file);
  if (problem !== null) throw new FileRefused(file, [{ line: 1, reason: problem }]);
  return readFile(file);
}

/** Returns why a file must not be read, or null. Reading a FIFO would wait for a writer. */
async function unreadable(file: string): Promise<string | null> {
  const stats = await stat(file);
  if (stats.isDirectory()) return 'it is a folder. Rename it, or move its files up';
  if (!stats.isFile()) return 'it is not a regular file, but a pipe, a socket or a device';
  return stats.size > mostBytes ? `the file has ${stats.size} bytes, at most ${mostBytes} are read. Split it` : null;
}

async function listFiles(dir: string, only: string | undefined): Promise<string[]> {
  try {
    return (await readdir(dir))
      .filter((name) => (only === undefined ? yamlFile.test(name) : name === only))
      .sort()
      .slice(0, mostFiles);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Returns whether the error is ENOENT: no such file or folder. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}
