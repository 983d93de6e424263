import type { AuditEntry } from '../../domain/audit.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { AuditStore } from '../../ports/audit-store.ts';
import { oneLine } from './markup.ts';

/** Actions that bring another version into force: those of the server's commands, and `release` of a pipeline. */
export const versionActions = ['deploy', 'rollback', 'update', 'release'];
const minute = 60_000;
const lookBackMs = 24 * 60 * minute;
/** A deploy writes its entry at its end, which can be after an incident that it caused began. */
const slackMs = 2 * minute;
/** Pages of the audit log that are read for an action, and entries of each. */
const mostPages = 3;
const pageSize = 10;

/** Resolves with the last change of a version within 24 h before a time, as mrkdwn; null: there was none. */
export async function lastChange(store: Pick<AuditStore, 'auditEntries'>, at: number): Promise<string | null> {
  const found: AuditEntry[] = [];
  for (const action of versionActions) {
    const entry = await lastOf(store, action, at);
    if (entry !== null) found.push(entry);
  }
  const [last] = found.sort((a, b) => b.at - a.at);
  return last === undefined ? null : written(last, at);
}

async function lastOf(store: Pick<AuditStore, 'auditEntries'>, action: string, at: number): Promise<AuditEntry | null> {
  let cursor: string | null = null;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page: Awaited<ReturnType<AuditStore['auditEntries']>> = await store.auditEntries(
      { action, outcome: 'done' },
      cursor,
      pageSize,
    );
    const entry = page.items.find((each) => each.at <= at + slackMs);
    if (entry !== undefined) return entry.at >= at - lookBackMs ? entry : null;
    if (page.next === null) return null;
    cursor = page.next;
  }
  return null;
}

/** `deploy v1.4.0, 14 min before, by ada`. */
function written({ action, target, at: time, actor, detail }: AuditEntry, at: number): string {
  // On the server the actor is the program's login; the command names the person in the detail.
  const [, person] = /(?:^|; )by (\S{1,100})$/.exec(detail) ?? [];
  const who = person ?? actor.name;
  const what = `*${oneLine(`${action} ${target}`, 150).replaceAll('*', '∗')}*`;
  return [what, distance(at - time), ...(who === '' ? [] : [`by ${oneLine(who, 100)}`])].join(', ');
}

function distance(ms: number): string {
  if (ms < 0) return 'just after';
  if (ms < minute) return 'less than a minute before';
  return ms < 60 * minute ? `${Math.floor(ms / minute)} min before` : `${formatDuration(ms)} before`;
}
