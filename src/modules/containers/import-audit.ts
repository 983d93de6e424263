import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import type { Logger } from 'pino';
import { type AuditEntry, auditKeptMs } from '../../domain/audit.ts';
import type { Clock } from '../../domain/clock.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';

/** A line of `audit.log`, in which earlier versions kept the audit log of containers. */
interface Line {
  id: string;
  at: string;
  via: 'http' | 'slack';
  who: string;
  from: string;
  action: string;
  container: string;
  outcome: AuditEntry['outcome'];
  detail: string;
}

export interface ImportParts {
  store: AcceptStore;
  clock: Pick<Clock, 'now'>;
  log: Pick<Logger, 'info' | 'warn'>;
}

/** Entries of one commit. */
const batch = 500;

/**
 * Takes the entries of `audit.log`, which older versions wrote, into the store's audit log, and renames the file. If the
 * program is killed in between, the next start takes the rest: a file is one unit of work a batch, with a key.
 * @param file the path of the newest file; older ones have a number behind it
 */
export async function importAudit(file: string, { store, clock, log }: ImportParts): Promise<void> {
  for (const each of [4, 3, 2, 1].map((number) => `${file}.${number}`).concat(file)) {
    if (!existsSync(each)) continue;
    try {
      const entries = parse(await readFile(each, 'utf8')).filter(({ at }) => at > clock.now() - auditKeptMs);
      for (let at = 0; at < entries.length; at += batch) {
        const audit = entries.slice(at, at + batch);
        await store.accept({ key: `audit.log:${audit[0]?.id}:${audit[0]?.outcome}`, audit });
      }
      await rename(each, `${each}.imported`);
      log.info({ file: each, entries: entries.length }, 'its entries are in the audit log now');
    } catch (error) {
      log.warn(
        { err: error, file: each },
        'its entries could not be taken into the audit log; the next start tries again',
      );
    }
  }
}

/** Parses lines; skips invalid ones, which a full disk left. */
function parse(text: string): AuditEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      const { id, at, via, who, from, action, container, outcome, detail } = JSON.parse(line) as Line;
      const actor = { kind: via === 'slack' ? ('slack' as const) : ('user' as const), name: who };
      const what = { action: `container ${action}`, target: container, outcome, detail };
      return [{ id, at: Date.parse(at), actor, source: from, ...what, requestId: '' }];
    } catch {
      return [];
    }
  });
}
