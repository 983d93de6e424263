import { existsSync, rmdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder } from '../../files/folder.ts';
import { reasonOf } from '../../files/reasons.ts';
import { errorCode } from '../../lib/error-code.ts';
import { type Finding, finder } from './finding.ts';

const find = finder('data');
const MB = 1_000_000;
/** A ledger row takes about 1 KB. 50 MB still hold SQLite's log (16 MB) and a checkpoint. */
const warnBelow = 500 * MB;
const failBelow = 50 * MB;

/** Checks that DATA_DIR is writable, has free space, and that only its owner can read the password. */
export function checkDataFolder(dataDir: string): Finding[] {
  const dir = resolve(dataDir);
  if (!existsSync(dir)) return checkMissing(dir);
  return [checkWritable(dir), checkSpace(dir), ...checkPasswordMode(join(dir, 'password'))];
}

/** Creates the folder as the program would, and removes it again: no other check is reliable on every file system. */
function checkMissing(dir: string): Finding[] {
  try {
    const made = makeFolder(dir);
    const space = checkSpace(dir);
    removeEmpty(made);
    return [find('ok', `${dir} is not there yet; it is made at the first start`), space];
  } catch (error) {
    return [find('fail', `${dir} cannot be made: ${reasonOf(error)}. Make it, or set DATA_DIR`)];
  }
}

function removeEmpty(dirs: readonly string[]): void {
  try {
    for (const each of dirs.toReversed()) rmdirSync(each);
  } catch {
    // The program has started meanwhile and uses the folder.
  }
}

function checkWritable(dir: string): Finding {
  const probe = join(dir, `.doctor-${process.pid}`);
  try {
    writeFileSync(probe, 'x', { flag: 'wx' });
    rmSync(probe);
    return find('ok', `${dir} is writable`);
  } catch (error) {
    return find('fail', `${dir} is not writable (${errorCode(error)}). Let this user write there, or set DATA_DIR`);
  }
}

function checkSpace(dir: string): Finding {
  const { bavail, bsize } = statfsSync(dir);
  const free = bavail * bsize;
  const text = `${Math.floor(free / MB)} MB free on its disk`;
  if (free < failBelow)
    return find('fail', `${text}; without space nothing is accepted. Free some, or lower LEDGER_DAYS`);
  if (free < warnBelow) return find('warn', `${text}; free some, or lower LEDGER_DAYS`);
  return find('ok', text);
}

function checkPasswordMode(file: string): Finding[] {
  if (!existsSync(file) || (statSync(file).mode & 0o077) === 0) return [];
  return [find('warn', `${file} can be read by other users; chmod 600 it`)];
}
