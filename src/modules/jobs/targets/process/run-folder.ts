import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../../../lib/error-code.ts';
import { type ProcessId, readStat } from './processes.ts';

/**
 * The folder of a run. It holds all that the next program needs to find the run again:
 * - `boot`: in which boot of the machine it was made.
 * - `pid`: the line of /proc/PID/stat of the wrapper, which creates this file before anything runs. A folder of this name: it
 *   will not run.
 * - `output`: what the run wrote.
 * - `exit`: its exit code and a line break. Until then blanks, so that the code finds room on a full disk.
 */
export const outputFile = (folder: string): string => join(folder, 'output');

const bootFile = (folder: string): string => join(folder, 'boot');
const pidFile = (folder: string): string => join(folder, 'pid');
const exitFile = (folder: string): string => join(folder, 'exit');
/** While it is made or removed. */
const unfinished = (folder: string): string => `${folder}.part`;
const mode = 0o600;

/** Makes the folder, whole or not at all. Returns the file descriptor of the output. @throws EEXIST, ENOSPC … */
export function makeRunFolder(folder: string, boot: string): number {
  const fresh = unfinished(folder);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(bootFile(fresh), boot, { mode });
  writeFileSync(exitFile(fresh), '    \n', { mode });
  const output = openSync(outputFile(fresh), 'ax', mode);
  try {
    renameSync(fresh, folder);
    return output;
  } catch (error) {
    closeSync(output);
    if (errorCode(error) === 'ENOTEMPTY') throw Object.assign(new Error(`${folder} exists`), { code: 'EEXIST' });
    throw error;
  }
}

/** Removes the folder, whole or not at all: a part of it would look like a run of which files were lost. */
export function removeRunFolder(folder: string): void {
  const old = unfinished(folder);
  rmSync(old, { recursive: true, force: true });
  try {
    renameSync(folder, old);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  try {
    for (const file of [bootFile, pidFile, outputFile, exitFile]) unlinkSync(file(old));
    rmdirSync(old);
  } catch {
    // It is not complete, or something else is in it.
    rmSync(old, { recursive: true, force: true });
  }
}

/** The boot in which a folder was made; null: there is no folder. */
export function bootOf(folder: string): string | null {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return null;
  return contentOf(bootFile(folder)) ?? 'unknown';
}

/** The wrapper of a run; `never`: it will not run; null: the wrapper has not begun, or is about to write. */
export function wrapperOf(folder: string): ProcessId | 'never' | null {
  try {
    const stat = readStat(contentOf(pidFile(folder)) ?? '');
    return stat === null ? null : { ...stat, boot: bootOf(folder) ?? '' };
  } catch (error) {
    if (errorCode(error) === 'EISDIR') return 'never';
    throw error;
  }
}

/**
 * Gives a run up that has not begun: a wrapper that finds `pid` there runs nothing. Returns false when the wrapper was first. A
 * folder, since it needs no content: on a full disk an empty file could be the wrapper's.
 */
export function giveUp(folder: string): boolean {
  try {
    mkdirSync(pidFile(folder));
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The exit code of a run; null: there is none. */
export function exitCodeOf(folder: string): number | null {
  const code = /^(\d{1,3})\n/.exec(contentOf(exitFile(folder)) ?? '')?.[1];
  return code === undefined ? null : Number(code);
}

/** Writes the exit code that a SIGKILL to the whole group, wrapper included, will cause. It does nothing if there is one. */
export function writeKilled(folder: string): void {
  if (exitCodeOf(folder) !== null) return;
  const handle = openSync(exitFile(folder), constants.O_WRONLY);
  try {
    writeSync(handle, '137\n', 0);
  } finally {
    closeSync(handle);
  }
}

/** Bytes of the output so far; null: there is no file. */
export function outputSize(folder: string): number | null {
  return statSync(outputFile(folder), { throwIfNoEntry: false })?.size ?? null;
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
