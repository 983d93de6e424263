import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { errorCode } from '../../../../lib/error-code.ts';
import { NotStarted } from '../../target.ts';

/** The kernel reads so much of a file's first line (BINPRM_BUF_SIZE). */
const firstLineBytes = 256;

/**
 * Returns the path of an executable file of JOBS_BIN. It is a program for Linux, or a script whose interpreter exists, so that
 * the shell never guesses what a file is.
 * @throws NotStarted with the remedy
 */
export function executable(bin: string, file: string): string {
  const it = `${JSON.stringify(file)} of JOBS_BIN`;
  if (file === '' || file === '.' || file === '..' || basename(file) !== file || file.includes('\0')) {
    throw refuse(`${it} is not the name of a file. Give a name without a folder, such as "backup.sh"`);
  }
  const path = join(bin, file);
  const readable = 'Make it readable for the user of the program';
  const folder = attempt(
    () => realpathSync(bin),
    `The folder of JOBS_BIN, ${bin}, cannot be read`,
    'Create it, or set JOBS_BIN to another folder',
  );
  const add = `Put it into ${bin}, and make it executable with chmod +x`;
  const real = attempt(() => realpathSync(path), `${it} does not exist`, add);
  if (!real.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
    throw refuse(`${it} is a link that leads out of the folder. Put the file itself into ${bin}`);
  }
  if (!attempt(() => statSync(real), `${it} cannot be read`, readable).isFile()) {
    throw refuse(`${it} is not a file. Name an executable file`);
  }
  const executableHint = 'Make it executable with chmod +x';
  attempt(
    () => accessSync(real, constants.X_OK),
    `${it} is not executable for the user of the program`,
    executableHint,
  );
  const head = attempt(() => headOf(path), `${it} cannot be read`, readable);
  if (head !== null) checkKind(head, it);
  return path;
}

function checkKind(head: Buffer, it: string): void {
  if (head.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'))) return;
  const text = head.toString('utf8');
  if (!text.startsWith('#!')) {
    const what = head.includes(0) ? 'is not a program for Linux' : 'is a script without an interpreter';
    throw refuse(`${it} ${what}. A script begins with a line such as #!/bin/sh`);
  }
  const line = text.slice(2).split('\n', 1)[0] ?? '';
  if (line.endsWith('\r')) throw refuse(`The lines of ${it} end with CR LF. Save it with LF alone`);
  const interpreter = line.trim().split(/\s/, 1)[0] ?? '';
  const what = `${it} needs "${interpreter}", which cannot be run`;
  attempt(() => accessSync(interpreter, constants.X_OK), what, 'Install it, or correct the first line');
}

/** The first bytes; null: the file is executable but not readable, so it is a program: an interpreter could not read it. */
function headOf(path: string): Buffer | null {
  try {
    const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const bytes = Buffer.alloc(firstLineBytes);
      return bytes.subarray(0, readSync(handle, bytes, 0, firstLineBytes, 0));
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (errorCode(error) === 'EACCES') return null;
    throw error;
  }
}

/** Codes of a lack that ends by itself. */
const passing = /^(EMFILE|ENFILE|EAGAIN|ENOMEM|ENOSPC|EDQUOT|EIO|ETXTBSY)$/;

/** Whether the same call may succeed later. */
export const isPassing = (error: unknown): boolean => passing.test(errorCode(error));

const refuse = (message: string): NotStarted => new NotStarted(`${message}.`, false);

function attempt<T>(call: () => T, what: string, remedy: string): T {
  try {
    return call();
  } catch (cause) {
    const code = errorCode(cause);
    const reason = code === 'ENOENT' ? '' : ` (${code})`;
    throw new NotStarted(`${what}${reason}. ${remedy}.`, isPassing(cause), { cause });
  }
}
