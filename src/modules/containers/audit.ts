import { open, rename, stat } from 'node:fs/promises';
import { errorCode } from '../../lib/error-code.ts';
import { AuditUnavailable } from './errors.ts';

/** Who asks, and from where: an address, or a channel of Slack. */
export interface Asker {
  via: 'http' | 'slack';
  /** The user name of the API, or a Slack user's id. */
  who: string;
  from: string;
}

export const outcomes = ['begun', 'done', 'failed', 'refused'] as const;
export type Outcome = (typeof outcomes)[number];

/** A line of the log. A deed has one with `begun` before it is done, and another with the same id after it. */
export interface AuditEntry extends Asker {
  id: string;
  /** ISO 8601, UTC. */
  at: string;
  action: string;
  container: string;
  outcome: Outcome;
  /** Why it failed or was refused; '' when it went well. */
  detail: string;
}

export interface Audit {
  /** Resolves when the line is on the disk. @throws AuditUnavailable */
  append(entry: AuditEntry): Promise<void>;
  /** The newest, newest first; one for each deed, with how it ended. */
  newest(limit: number): Promise<AuditEntry[]>;
}

/** Room for more than 200 deeds of two lines each. */
const readBytes = 512 * 1024;
const newline = 10;
/** Size of `audit.log` at which it is renamed to `.1`, `.1` to `.2`, and so on: some 40,000 actions. */
const fileBytes = 16 * 1024 * 1024;
/** Older files that are kept. */
const mostOlder = 4;

/** `file` is only ever appended to, one JSON object a line; nobody but its owner may read it. */
export function createAudit(file: string, rotateBytes = fileBytes): Audit {
  let last: Promise<unknown> = Promise.resolve();

  async function rotate(): Promise<void> {
    for (let number = mostOlder; number > 0; number--) {
      await rename(number === 1 ? file : `${file}.${number - 1}`, `${file}.${number}`).catch(unlessMissing);
    }
  }

  async function write(entry: AuditEntry): Promise<void> {
    if ((await sizeOf(file)) >= rotateBytes) await rotate();
    const handle = await open(file, 'a+', 0o600);
    try {
      const { size, mode } = await handle.stat();
      if ((mode & 0o7777) !== 0o600) await handle.chmod(0o600).catch(() => {});
      const end = Buffer.alloc(1, newline);
      if (size > 0) await handle.read(end, 0, 1, size - 1);
      // A disk that was full may have taken half a line.
      const start = end[0] === newline ? '' : '\n';
      await handle.appendFile(`${start}${JSON.stringify(entry)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  return {
    append(entry) {
      const written = last.then(() => write(entry));
      last = written.catch(() => {});
      return written.catch((error: Error) => {
        const msg = `The audit log ${file} takes no line (${error.message}), so nothing was done. Make room or give the folder back its owner.`;
        throw new AuditUnavailable(msg, { cause: error });
      });
    },

    async newest(limit) {
      await last;
      const entries = new Map<string, AuditEntry>();
      for (const entry of [...parse(await tail(`${file}.1`)), ...parse(await tail(file))]) {
        const before = entries.get(entry.id);
        entries.set(entry.id, before === undefined ? entry : { ...entry, at: before.at });
      }
      return [...entries.values()].slice(-limit).reverse();
    },
  };
}

/** 0: it is not there. */
async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(unlessMissing))?.size ?? 0;
}

function unlessMissing(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error;
}

async function tail(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const bytes = Buffer.alloc(Math.min(size, readBytes));
      await handle.read(bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString();
    } finally {
      await handle.close();
    }
  } catch (error) {
    unlessMissing(error);
    return '';
  }
}

/** Without the first line when that was cut, and without what is no line of ours. */
function parse(text: string): AuditEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as AuditEntry];
    } catch {
      return [];
    }
  });
}
