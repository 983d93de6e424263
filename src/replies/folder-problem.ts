import { access, constants, stat } from 'node:fs/promises';
import { errorCode } from '../lib/error-code.ts';

/** Why no packs can be read from a folder, for a person: `there is no such folder`. null: they can. */
export async function folderProblem(dir: string): Promise<string | null> {
  try {
    if (!(await stat(dir)).isDirectory()) return 'it is not a folder';
    await access(dir, constants.R_OK | constants.X_OK);
    return null;
  } catch (error) {
    return placeProblem(error, 'folder');
  }
}

/** Why a place of packs cannot be read, from what the file system said. `kind`: what was expected to be there. */
export function placeProblem(error: unknown, kind: 'folder' | 'file or folder'): string {
  const code = errorCode(error);
  if (code === 'ENOENT') return `there is no such ${kind}`;
  if (code === 'ENOTDIR') return 'part of the path is a file';
  if (code === 'EACCES') return 'this user may not read it';
  if (code === 'EISDIR') return 'a folder in it is called like a pack';
  return (error as Error).message;
}

/** One sentence for the log and for `ultronex doctor`. `problem`: of `folderProblem`. */
export const noReplies = (dir: string, problem: string): string =>
  `REPLIES_DIR="${dir}": ${problem}, so there are no replies to trigger words. Make the folder, which is read within seconds, or set REPLIES_DIR and restart the program`;

/** For the log, each time that this changes. `problem`: of `folderProblem`. */
export const aboutFolder = (dir: string, problem: string | null): string =>
  problem === null ? `REPLIES_DIR="${dir}" is there, and its packs are followed` : noReplies(dir, problem);
