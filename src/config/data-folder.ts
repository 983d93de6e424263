import { makeFolder } from '../files/folder.ts';
import { reasonOf } from '../files/reasons.ts';
import { errorCode } from '../lib/error-code.ts';
import { ConfigError } from './load.ts';

/** Errors that may go away without a change of the setting. */
const passing = /^(ENOSPC|EDQUOT|EIO|EMFILE|ENFILE|ENOMEM)$/;

/**
 * Creates DATA_DIR unless it exists.
 * @throws ConfigError when it cannot be created; Error for a passing problem such as a full disk
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
