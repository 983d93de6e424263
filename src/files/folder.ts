import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorCode } from '../lib/error-code.ts';

/**
 * Creates a folder and its missing parents. Returns the created folders, topmost first. Node's recursive mkdir is not used:
 * it never returns below /proc, where mkdir fails with ENOENT although the parent exists.
 * @throws an error of the file system; `reasonOf` has the reason
 */
export function makeFolder(dir: string, mode = 0o700): string[] {
  const missing: string[] = [];
  let existing = resolve(dir);
  for (; !existsSync(existing) && dirname(existing) !== existing; existing = dirname(existing)) missing.push(existing);
  if (!isFolder(existing)) throw failure('ENOTDIR', `${existing} is a file`);
  missing.reverse();
  for (const each of missing) makeOne(each, mode);
  return missing;
}

function makeOne(dir: string, mode: number): void {
  try {
    mkdirSync(dir, { mode });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') throw failure('ENOTSUP', `the file system of ${dirname(dir)} takes no new folders`);
    // EEXIST: another program created it at the same moment.
    if (code !== 'EEXIST') throw error;
    if (!isFolder(dir)) throw failure('EEXIST', `${dir} is a symbolic link that leads nowhere`);
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const failure = (code: string, message: string) => Object.assign(new Error(message), { code });
