import { type AuditEntry, auditKeptMs } from '../../domain/audit.ts';
import type { AuditFilter } from '../../ports/audit-store.ts';
import type { Page } from '../../ports/ledger-store.ts';
import { type AuditRow, auditValues, toEntry } from '../common/audit-rows.ts';
import { checkCursor, lookAtMost } from '../common/paging.ts';
import type { Database } from './database.ts';

export interface AuditTable {
  /** Inside the caller's transaction. */
  write(entry: AuditEntry): void;
  list(filter: AuditFilter, cursor: string | null, limit: number): Page<AuditEntry>;
  /** Inside the caller's transaction: deletes up to `limit` entries from before a time. Returns their number. */
  prune(before: number, limit: number): number;
}

/** The audit log. Triggers refuse changes, and the deletion of entries that are younger than 90 days. */
export function createAuditTable(db: Database): AuditTable {
  const insert = db.prepare(
    `INSERT INTO audit (id, at, actor_kind, actor, source, action, target, outcome, detail, request_id, team)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const ends = db.prepare<[], { first: number | null; last: number | null }>(
    'SELECT (SELECT min(seq) FROM audit) AS first, (SELECT max(seq) FROM audit) AS last',
  );
  const prune = db.prepare<[number, number]>(
    `DELETE FROM audit WHERE seq IN (SELECT seq FROM audit
       WHERE at < min(?, (SELECT at FROM audit ORDER BY seq DESC LIMIT 1) - ${auditKeptMs}) ORDER BY seq LIMIT ?)`,
  );

  return {
    write: (entry) => void insert.run(...auditValues(entry)),

    list(filter, cursor, limit) {
      if (cursor !== null) checkCursor(cursor);
      const { first, last } = ends.get() ?? { first: null, last: null };
      if (first === null || last === null) return { items: [], next: null };
      const before = Math.min(cursor === null ? last + 1 : Number(cursor), last + 1);
      const from = Math.max(first, before - lookAtMost);
      const { conditions, values } = toSql(filter);
      const rows = db
        .prepare<(string | number)[], AuditRow>(
          `SELECT seq, id, (SELECT at FROM audit b WHERE b.id = a.id ORDER BY b.seq LIMIT 1) AS at, actor_kind, actor,
             source, action, target, outcome, detail, request_id, team
           FROM audit a
           WHERE seq < ? AND seq >= ? AND NOT EXISTS (SELECT 1 FROM audit l WHERE l.id = a.id AND l.seq > a.seq)
             ${conditions.map((each) => `AND ${each}`).join(' ')}
           ORDER BY seq DESC LIMIT ?`,
        )
        .all(before, from, ...values, limit + 1);
      const kept = rows.slice(0, limit);
      const oldest = kept.at(-1);
      const items = kept.map(toEntry);
      if (rows.length > limit && oldest !== undefined) return { items, next: String(oldest.seq) };
      return { items, next: from > first ? String(from) : null };
    },

    prune: (before, limit) => prune.run(before, limit).changes,
  };
}

function toSql({ action, actor, target, outcome }: AuditFilter): { conditions: string[]; values: string[] } {
  const like = (text: string) => text.replace(/[\\%_]/g, '\\$&');
  const given: [string, string][] = [];
  if (action !== undefined) given.push(["action LIKE ? ESCAPE '\\'", `${like(action)}%`]);
  if (actor !== undefined) given.push(['actor = ?', actor]);
  if (target !== undefined) given.push(["target LIKE ? ESCAPE '\\'", `%${like(target)}%`]);
  if (outcome !== undefined) given.push(['outcome = ?', outcome]);
  return { conditions: given.map(([sql]) => sql), values: given.map(([, value]) => value) };
}
