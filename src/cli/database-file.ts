import { lstatSync, statSync } from 'node:fs';
import { reasonOf } from '../files/reasons.ts';
import { kindOfEntry, NotRegular, readRegular } from '../files/regular.ts';
import { CommandFailed } from './command.ts';

/** https://www.sqlite.org/fileformat2.html#the_database_header */
const magic = Buffer.from('SQLite format 3\0', 'latin1');
const headerBytes = 100;
const walMode = 2;

const archives: readonly [name: string, start: number[], unpack: string][] = [
  ['a gzip archive', [0x1f, 0x8b], 'gunzip'],
  ['a zstd archive', [0x28, 0xb5, 0x2f, 0xfd], 'unzstd'],
  ['an xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a], 'unxz'],
  ['a bzip2 archive', [0x42, 0x5a, 0x68], 'bunzip2'],
  ['a zip archive', [0x50, 0x4b, 0x03, 0x04], 'unzip'],
];

/**
 * Checks a file before SQLite opens it. Refuses a FIFO, device or socket without opening it, which could block.
 * `log`: whether SQLite's log (-wal) exists; null for a file that is not in WAL mode.
 * @param remedy a sentence for a file that is not a whole database; absent for a backup that the user named
 * @throws CommandFailed that names the kind of file
 */
export function inspectDatabaseFile(file: string, remedy?: string): { log: boolean | null } {
  for (const end of ['', '-wal', '-shm', '-journal'])
    refuseOtherKinds(file + end, remedy === undefined ? 'Give the file of a backup.' : 'Move it away.');
  const header = readHeader(file);
  if (header.length === 0) throw new CommandFailed(`${file} is empty. ${remedy ?? 'Take another backup.'}`);
  if (!header.subarray(0, magic.length).equals(magic))
    throw new CommandFailed(`${file} ${otherThanSqlite(header, remedy)}`);
  if (header.length < headerBytes) throw new CommandFailed(`${file} is cut off. ${remedy ?? 'Take another backup.'}`);
  if (header[18] !== walMode && header[19] !== walMode) return { log: null };
  return { log: statSync(`${file}-wal`, { throwIfNoEntry: false }) !== undefined };
}

/** @throws CommandFailed for anything but a file or a symbolic link to one; called also for the files that SQLite opens beside it */
function refuseOtherKinds(file: string, remedy: string): void {
  const kind = attempt(file, () => kindOfEntry(file));
  if (kind !== null) throw new CommandFailed(`${file} is ${kind}, not a file. ${remedy}`);
}

function readHeader(file: string): Buffer {
  return attempt(file, () => {
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined) throw new CommandFailed(`There is no ${file}.`);
    return readRegular(file, headerBytes);
  });
}

function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    if (error instanceof NotRegular) throw new CommandFailed(`${error.message}. Give the file of a backup.`);
    throw new CommandFailed(`${file} cannot be read: ${reasonOf(error)}.`);
  }
}

const madeByBackup = 'Give a file that `ultronex backup` made.';

function otherThanSqlite(header: Buffer, remedy?: string): string {
  const archive = archives.find(([, start]) => header.subarray(0, start.length).equals(Buffer.from(start)));
  if (archive !== undefined)
    return `is ${archive[0]}, not a SQLite file. ${remedy ?? `Unpack it first (${archive[2]}).`}`;
  const isText = !/[^\P{Cc}\t\r\n]|\uFFFD./u.test(header.toString('utf8'));
  return `is not a SQLite file${isText ? ' but a text' : ''}. ${remedy ?? madeByBackup}`;
}
