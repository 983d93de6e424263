import { access, constants, stat } from 'node:fs/promises';
import { errorCode } from '../lib/error-code.ts';

/** Returns why a folder of files cannot be read, such as `there is no such folder`; null if it can. */
export async function folderProblem(dir: string): Promise<string | null> {
  try {
    if (!(await stat(dir)).isDirectory()) return 'it is not a folder';
    await access(dir, constants.R_OK | constants.X_OK);
    return null;
  } catch (error) {
    return placeProblem(error, 'folder');
  }
}

/**
 * Returns a sentence about a folder that cannot be read, for the log and for `ultronex doctor`.
 * @param problem the result of `folderProblem`
 * @param effect what follows, such as `there are no replies`
 */
export const unreadFolder = (setting: string, dir: string, problem: string, effect: string): string =>
  `${setting}="${dir}": ${problem}, so ${effect}. Make a folder there that this user may read, which is noticed within seconds, or set ${setting} and restart the program`;

/** Describes a file system error of a file or folder. @param kind the expected kind of entry */
export function placeProblem(error: unknown, kind: 'folder' | 'file or folder'): string {
  const code = errorCode(error);
  if (code === 'ENOENT') return `there is no such ${kind}`;
  if (code === 'ENOTDIR') return 'part of the path is a file';
  if (code === 'EACCES') return 'this user may not read it';
  return (error as Error).message;
}
