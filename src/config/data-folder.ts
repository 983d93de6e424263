import { makeFolder } from '../files/folder.ts';
import { reasonOf } from '../files/reasons.ts';
import { errorCode } from '../lib/error-code.ts';
import { ConfigError } from './load.ts';

/** Errors that can go away while the setting stays the same. */
const passing = /^(ENOSPC|EDQUOT|EIO|EMFILE|ENFILE|ENOMEM)$/;

/**
 * Makes DATA_DIR where there is none.
 * @throws ConfigError when no folder can be there; Error when the disk is the trouble
 */
export function makeDataFolder(dir: string): void {
  try {
    makeFolder(dir);
  } catch (error) {
    const problem = `DATA_DIR="${dir}": the folder cannot be made: ${reasonOf(error)}.`;
    if (passing.test(errorCode(error))) {
      throw new Error(`${problem} Make room and start again.`, { cause: error });
    }
    throw new ConfigError([`${problem} Set DATA_DIR to a folder that this user may make or write.`]);
  }
}
