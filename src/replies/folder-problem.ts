import { unreadFolder } from '../yaml-files/index.ts';

/** Returns a sentence for the log and for `ultronex doctor`. @param problem the result of `folderProblem` in yaml-files */
export const noReplies = (dir: string, problem: string): string =>
  unreadFolder('REPLIES_DIR', dir, problem, 'there are no replies to trigger words');

/** Returns the log message for a change of the folder's state. @param problem the result of `folderProblem` in yaml-files */
export const aboutFolder = (dir: string, problem: string | null): string =>
  problem === null ? `REPLIES_DIR="${dir}" is there, and its packs are followed` : noReplies(dir, problem);
